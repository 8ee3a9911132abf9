/*
 * When no reminder of a day is wanted any more, as SQL. The bot's domain says the same of a habit as the log has it
 * (services/bot/domain/reminding.ts); a test compares the two.
 */

/**
 * Whether row `n` of answers settles its day: the day is closed or skipped, or holds what the habit `h` wants. A partial
 * amount of a habit with a target to reach does not.
 */
export const settled = (n: string, h: string): string =>
  `(${n}.closed OR ${n}.value IS NULL OR ${h}.open_below IS NULL OR ${n}.value >= ${h}.open_below)`;

/**
 * Whether habit `h` is done as often as wanted in the days that count for the date of `o`. Looks up at most the entries of
 * those days, and only for a habit of so many times in a while.
 */
export const met = (o: string, h: string): string => `(${h}.met_times IS NOT NULL AND (
    SELECT count(*) FROM schedules.answers y
    WHERE y.user_id = ${o}.user_id AND y.habit_id = ${o}.habit_id
      AND y.on_date BETWEEN ${firstDay(o, h)} AND ${lastDay(o, h)}
      AND y.value >= ${h}.yes_from AND (${h}.yes_to IS NULL OR y.value <= ${h}.yes_to)
  ) >= ${h}.met_times)`;

/** Whether habit `h` rests on the date of `o`: until it is resumed, or to its last date. */
export const pausedOn = (o: string, h: string): string =>
  `(${h}.paused AND (${o}.on_date <= ${h}.paused_until) IS NOT FALSE)`;

const monday = (o: string) => `${o}.on_date - (extract(isodow FROM ${o}.on_date)::integer - 1)`;
const firstOfMonth = (o: string) => `date_trunc('month', ${o}.on_date::timestamp)`;

const firstDay = (o: string, h: string) =>
  `CASE ${h}.met_in WHEN 'week' THEN ${monday(o)} WHEN 'month' THEN ${firstOfMonth(o)}::date
        ELSE ${o}.on_date - ${h}.met_days + 1 END`;

const lastDay = (o: string, h: string) =>
  `CASE ${h}.met_in WHEN 'week' THEN ${monday(o)} + 6
        WHEN 'month' THEN (${firstOfMonth(o)} + interval '1 month')::date - 1 ELSE ${o}.on_date END`;
