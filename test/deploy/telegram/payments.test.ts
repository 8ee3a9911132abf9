import { describe, expect, it } from 'vitest';
import { refusalOf, runSimulator, started } from './fixture.ts';

const MONTH_S = 2_592_000;
const PRICE = [{ label: 'Premium', amount: 50 }];
const invoice = {
  title: 'Premium',
  description: 'More habits',
  payload: 'premium',
  provider_token: '',
  currency: 'XTR',
  prices: PRICE,
  subscription_period: MONTH_S,
};

/** A bot that answers the next pre-checkout query. */
async function agreeing(running: Awaited<ReturnType<typeof started>>, ok = true) {
  const { api } = running;
  for (let offset = 0; ; ) {
    const updates = await api.getUpdates({ offset, timeout: 5 });
    const query = updates.find((update) => update.pre_checkout_query)?.pre_checkout_query;
    offset = (updates.at(-1)?.update_id ?? offset - 1) + 1;
    if (!query) continue;
    await api.answerPreCheckoutQuery(query.id, ok, ok ? {} : { error_message: 'Not today' });
    await api.getUpdates({ offset });
    return query;
  }
}

async function paid(running: Awaited<ReturnType<typeof started>>) {
  const { result: link } = await linkFrom(running);
  const [outcome] = await Promise.all([running.alex.pay(link), agreeing(running)]);
  if (!outcome.paid) throw new Error(outcome.error);
  return { link, chargeId: outcome.chargeId };
}

async function linkFrom({ raw }: Pick<Awaited<ReturnType<typeof started>>, 'raw'>, change: object = {}) {
  const { status, body } = await raw('createInvoiceLink', { ...invoice, ...change });
  return { status, ...(body as { result: string; description: string }) };
}

const messages = async ({ api }: Awaited<ReturnType<typeof started>>) =>
  (await api.getUpdates({ allowed_updates: ['message', 'pre_checkout_query'] })).map(
    ({ message }) => message,
  );

describe('an invoice link', () => {
  it('is paid when the bot agrees, and the bot is told of the first month', async () => {
    const running = await started();
    const { result: link } = await linkFrom(running);
    expect(link).toMatch(/^https:\/\/t\.me\/\$[\w-]+$/);
    const [outcome, query] = await Promise.all([running.alex.pay(link), agreeing(running)]);
    expect(query).toMatchObject({
      from: { id: running.alex.id },
      currency: 'XTR',
      total_amount: 50,
      invoice_payload: 'premium',
    });
    expect(outcome.paid).toBe(true);
    const payment = (await messages(running)).at(-1)?.successful_payment;
    expect(payment).toMatchObject({
      currency: 'XTR',
      total_amount: 50,
      invoice_payload: 'premium',
      telegram_payment_charge_id: 'chargeId' in outcome && outcome.chargeId,
      is_recurring: true,
      is_first_recurring: true,
    });
    expect((payment?.subscription_expiration_date ?? 0) - Date.now() / 1000).toBeGreaterThan(MONTH_S - 60);
  });

  it('is not paid when the bot refuses, or says nothing in time', async () => {
    const running = await started();
    const { result: link } = await linkFrom(running);
    const [refused] = await Promise.all([running.alex.pay(link), agreeing(running, false)]);
    expect(refused).toEqual({ paid: false, error: 'Not today' });
    const hasty = await runSimulator({ preCheckoutMs: 50 });
    const impatient = await hasty.client.person({ id: 1001 });
    const late = await impatient.pay((await linkFrom(hasty)).result);
    expect(late).toEqual({ paid: false, error: 'the bot did not answer in time' });
    const query = (await hasty.api.getUpdates()).find(
      (update) => update.pre_checkout_query,
    )?.pre_checkout_query;
    expect((await refusalOf(hasty.api.answerPreCheckoutQuery(query?.id ?? '', true))).text).toContain(
      'query is too old',
    );
  });

  it('is refused as Telegram refuses it', async () => {
    const running = await started();
    const wrong: [object, string][] = [
      [{ currency: 'USD' }, 'CURRENCY_INVALID'],
      [{ provider_token: 'x' }, 'PAYMENT_PROVIDER_INVALID'],
      [{ subscription_period: 86_400 }, 'SUBSCRIPTION_PERIOD_INVALID'],
      [{ payload: '' }, 'INVOICE_PAYLOAD_INVALID'],
      [{ payload: 'я'.repeat(65) }, 'INVOICE_PAYLOAD_INVALID'],
      [{ prices: [...PRICE, ...PRICE] }, 'STARS_INVOICE_INVALID'],
      [{ prices: [{ label: 'x', amount: 10_001 }] }, 'STARS_INVOICE_INVALID'],
      [{ prices: [{ label: 'x', amount: 0 }] }, 'CURRENCY_TOTAL_AMOUNT_INVALID'],
      [{ title: 'x'.repeat(33) }, 'TITLE_INVALID'],
      [{ description: '' }, 'DESCRIPTION_INVALID'],
    ];
    for (const [change, text] of wrong) {
      expect(await linkFrom(running, change)).toMatchObject({
        status: 400,
        description: `Bad Request: ${text}`,
      });
    }
    expect((await linkFrom(running, { payload: 'я'.repeat(64) })).status).toBe(200);
  });
});

describe('a subscription', () => {
  it('is renewed for another month under a new charge, until the bot or the person cancels it', async () => {
    const running = await started();
    const { chargeId, link } = await paid(running);
    await expect(running.alex.pay(link)).rejects.toThrow('has this subscription already');
    const renewal = await running.alex.renew(chargeId);
    const payment = (await messages(running)).at(-1)?.successful_payment;
    expect(payment).toMatchObject({ telegram_payment_charge_id: renewal, is_recurring: true });
    expect(payment?.is_first_recurring).toBeUndefined();
    expect((payment?.subscription_expiration_date ?? 0) - Date.now() / 1000).toBeGreaterThan(
      2 * MONTH_S - 60,
    );
    expect(await running.api.editUserStarSubscription(running.alex.id, chargeId, true)).toBe(true);
    await expect(running.alex.renew(chargeId)).rejects.toThrow('was cancelled');
    expect(await refusalOf(running.api.editUserStarSubscription(running.alex.id, 'other', true))).toEqual({
      code: 400,
      text: 'Bad Request: CHARGE_ID_INVALID',
    });
  });

  it('is refunded once; both sides see it, and it is among the transactions', async () => {
    const running = await started();
    const { chargeId } = await paid(running);
    const { api, alex } = running;
    expect(await api.refundStarPayment(alex.id, chargeId)).toBe(true);
    expect((await refusalOf(api.refundStarPayment(alex.id, chargeId))).text).toBe(
      'Bad Request: CHARGE_ALREADY_REFUNDED',
    );
    expect((await messages(running)).at(-1)).toMatchObject({
      chat: { id: alex.id },
      refunded_payment: { telegram_payment_charge_id: chargeId, total_amount: 50 },
    });
    const { transactions } = await api.getStarTransactions();
    expect(transactions.map(({ id, source, receiver }) => [id, !!source, !!receiver])).toEqual([
      [chargeId, true, false],
      [chargeId, false, true],
    ]);
  });
});
