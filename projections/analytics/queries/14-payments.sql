-- What is paid in Stars, and what goes back?
SELECT date_trunc('month', paid_on)::date AS month, sum(payments) AS payments, sum(stars) AS stars,
  sum(stars_refunded) AS refunded
FROM analytics.payments_by_day
GROUP BY 1
ORDER BY 1;
