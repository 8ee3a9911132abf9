import { jetstreamManager } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { Api } from 'grammy';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { BOT_CONSUMERS } from '#contracts/consumers.ts';
import { invoicePayload } from '#contracts/premium.ts';
import { updateSubject } from '#contracts/subjects.ts';
import type { SimulatedPerson } from '#deploy/telegram/person-client.ts';
import { eventually } from '#test/support/eventually.ts';
import { type TestProcess, testProcesses } from '#test/support/processes.ts';
import { asUserId } from '../../../../support/ids.ts';
import { ask, type BotFixture, settledPerson, startBotFixture, TOKEN, tap } from '../../fixture.ts';

vi.setConfig({ testTimeout: 180_000 });
const processes = testProcesses();
const PLAN = { premiumPriceStars: 50, freeHabits: 1, freeReminders: 2, paymentSupport: '@help' };
const DAY_MS = 86_400_000;
/** What a killed process had in hand is handed out again when its ack is overdue: here sooner than otherwise. */
const ACK_WAIT_MS = 2_000;
const has =
  (what: string) =>
  ({ text }: { text?: string | undefined }) =>
    text?.includes(what) === true;

let fixture: BotFixture;
let api: Api;
beforeAll(async () => {
  fixture = await startBotFixture(undefined, PLAN);
  api = new Api(TOKEN, { apiRoot: fixture.telegramUrl });
  const manager = await jetstreamManager(fixture.nats);
  for (const { name } of BOT_CONSUMERS)
    await manager.consumers.update('UPDATES', name, { ack_wait: nanos(ACK_WAIT_MS) });
}, 60_000);
afterAll(() => fixture.stop());

/** A link as the button of a message has it. */
function linkIn({
  reply_markup: markup,
}: {
  reply_markup?: { inline_keyboard?: { url?: string | undefined }[][] | undefined } | undefined;
}): string {
  const url = markup?.inline_keyboard?.flat()[0]?.url;
  if (!url) throw new Error('no link to pay');
  return url;
}

async function pay(person: SimulatedPerson, link: string): Promise<string> {
  const outcome = await person.pay(link);
  if (!outcome.paid) throw new Error(outcome.error);
  return outcome.chargeId;
}

const premiumEvents = async (person: { id: number }) =>
  (await fixture.events(person.id)).filter(({ type }) => type.startsWith('Premium'));
const requestsSince = async (index: number) =>
  (await fixture.telegram.requests({ since: index }))
    .map(({ method }) => method)
    .filter((method) => method !== 'getUpdates');
const nextIndex = async () => ((await fixture.telegram.requests()).at(-1)?.index ?? -1) + 1;

test('paid from the button, renewed, cancelled, ended, and refunded: each once, in a few requests', async () => {
  const bot = await fixture.replica();
  const person = await settledPerson(fixture);
  let since = await nextIndex();
  const offer = await ask(person, '/premium');
  expect(await requestsSince(since)).toEqual(['createInvoiceLink', 'sendMessage']);

  since = await nextIndex();
  const chargeId = await pay(person, linkIn(offer));
  const thanks = await person.waitForMessage(has('Your payment has arrived'));
  expect(thanks.text).toContain('You have premium, paid until');
  expect(await requestsSince(since)).toEqual(['answerPreCheckoutQuery', 'sendMessage']);

  const renewal = await person.renew(chargeId);
  await fixture.settled();
  since = await nextIndex();
  await tap(fixture, person, thanks.message_id, 'Cancel the renewal');
  const cancelled = await tap(fixture, person, thanks.message_id, 'Yes, cancel it');
  expect(cancelled.text).toContain('won’t be renewed');
  expect((await requestsSince(since)).toSorted()).toEqual(
    [
      'answerCallbackQuery',
      'answerCallbackQuery',
      'editMessageText',
      'editMessageText',
      'editUserStarSubscription',
    ].toSorted(),
  );
  await expect(person.renew(chargeId)).rejects.toThrow('cancelled');
  const granted = (data: object) => ({
    type: 'PremiumGranted',
    data: expect.objectContaining({ stars: 50, recurring: true, ...data }),
  });
  expect(await premiumEvents(person)).toEqual([
    granted({ chargeId, first: true }),
    granted({ chargeId: renewal, first: false }),
    { type: 'PremiumCancelled', data: { chargeId } },
  ]);

  await api.refundStarPayment(person.id, renewal);
  const refunded = await person.waitForMessage(has('50 Stars were returned'), { after: thanks.message_id });
  expect(refunded.text).toContain('You have premium until');
  fixture.pass(30 * DAY_MS + 60_000);
  expect((await ask(person, '/premium')).text).toContain('Your premium ended on');
  await bot.stop();
  fixture.pass(-30 * DAY_MS - 60_000);
});

test('the same charge told of by other updates is granted once; a payer who never pressed Start is registered', async () => {
  const bot = await fixture.replica();
  const person = await fixture.person(8_101, 'ru');
  const link = await api.createInvoiceLink(
    'Premium',
    'More',
    invoicePayload({ userId: asUserId(person.id), stars: 50 }),
    '',
    'XTR',
    [{ label: 'Premium', amount: 50 }],
    { subscription_period: 2_592_000 },
  );
  const chargeId = await pay(person, link);
  await person.waitForMessage(has('Спасибо'));
  const message = (await person.chat()).messages.find((each) => each.successful_payment);
  const from = { id: person.id, is_bot: false, first_name: 'P', language_code: 'ru' };
  for (let times = 0; times < 3; times++)
    await fixture.telegram.rawUpdate({
      message: { ...message, from, chat: { id: person.id, type: 'private' } },
    });
  await fixture.repeatLast(person.id);
  await fixture.settled();
  expect(await fixture.events(person.id)).toEqual([
    { type: 'AccountRegistered', data: { locale: 'ru' } },
    { type: 'PremiumGranted', data: expect.objectContaining({ chargeId }) },
  ]);
  await bot.stop();
});

async function startProcess(): Promise<TestProcess> {
  const started = await processes.startService('bot', {
    BOT_TOKEN: TOKEN,
    TELEGRAM_API_ROOT: fixture.telegramUrl,
    NATS_URL: fixture.server.url,
    PREMIUM_PRICE_STARS: '50',
    PAYMENT_SUPPORT: '@help',
    LOG_LEVEL: 'info',
  });
  await started.line(/"msg":"started"/);
  return started;
}

test('kill -9 of the bot before, while and after a payment is recorded: each is granted once', async () => {
  const people = [8_201, 8_202, 8_203, 8_204, 8_205];
  let bot = await startProcess();
  const links = new Map<number, string>();
  const persons = await Promise.all(people.map((id) => fixture.person(id, 'en')));
  for (const person of persons) {
    await ask(person, '/start');
    await ask(person, 'Berlin');
    links.set(person.id, linkIn(await ask(person, '/premium')));
  }
  const charges = new Map<number, string>();
  for (const [n, person] of persons.entries()) {
    if (n === 0) await bot.kill();
    if (n === 1)
      await fixture.telegram.fault({ method: 'sendMessage', chatId: person.id, times: 1, hold: 'before' });
    const since = await nextIndex();
    charges.set(person.id, await pay(person, links.get(person.id) ?? ''));
    // The second is killed when it has recorded the payment and is about to say so, the others somewhere on the way.
    if (n === 1)
      await fixture.telegram.waitForRequest(({ method }) => method === 'sendMessage', {
        since,
        answered: false,
      });
    if (n > 1) await new Promise((resolve) => setTimeout(resolve, 4 * n));
    if (n > 0) await bot.kill();
    await fixture.telegram.clearFaults();
    bot = await startProcess();
  }
  for (const person of persons) {
    await person.waitForMessage(has('Your payment has arrived'), { timeoutMs: 60_000 });
    expect(await premiumEvents(person)).toEqual([
      { type: 'PremiumGranted', data: expect.objectContaining({ chargeId: charges.get(person.id) }) },
    ]);
  }
  await bot.kill();
});

test('kill -9 after Telegram has cancelled a renewal and before that is recorded: it is recorded once', async () => {
  let bot = await startProcess();
  const person = await fixture.person(8_301, 'ru');
  await ask(person, '/start');
  await ask(person, 'Berlin');
  const chargeId = await pay(person, linkIn(await ask(person, '/premium')));
  const { message_id: id } = await person.waitForMessage(has('Платёж получен'));
  await person.tap(id, { button: 'Отменить продление' });
  await person.waitForEdit(id, has('Отменить продление?'));
  const since = await nextIndex();
  await fixture.telegram.fault({ method: 'editUserStarSubscription', times: 1, hold: 'after' });
  await person.tap(id, { button: 'Да, отменить' });
  await fixture.telegram.waitForRequest(({ method }) => method === 'editUserStarSubscription', {
    since,
    answered: false,
  });
  await bot.kill();
  await fixture.telegram.clearFaults();
  bot = await startProcess();
  await person.waitForEdit(id, has('Продлеваться он не будет'), { timeoutMs: 60_000 });
  expect((await premiumEvents(person)).map(({ type }) => type)).toEqual([
    'PremiumGranted',
    'PremiumCancelled',
  ]);
  const asked = (await requestsSince(since)).filter((method) => method === 'editUserStarSubscription');
  expect(asked).toHaveLength(2);
  await expect(person.renew(chargeId)).rejects.toThrow('cancelled');
  await bot.kill();
});

test('a payment whose update never came, and a refund, are made up for from Telegram’s own list, once', async () => {
  const first = await fixture.replica();
  const payer = await settledPerson(fixture);
  const lucky = await settledPerson(fixture);
  const offers = [linkIn(await ask(payer, '/premium')), linkIn(await ask(lucky, '/premium'))] as const;
  const known = await pay(lucky, offers[1]);
  await lucky.waitForMessage(has('Your payment has arrived'));
  await first.stop();
  const lost = await pay(payer, offers[0]);
  await api.refundStarPayment(lucky.id, known);
  const manager = await jetstreamManager(fixture.nats);
  for (const { id } of [payer, lucky])
    await eventually(async () => {
      const filter = updateSubject(asUserId(id));
      const purged = await manager.streams.purge('UPDATES', { filter });
      expect(purged.purged).toBeGreaterThan(0);
    });
  // A younger payment might have its update still on the way.
  fixture.pass(2 * 3_600_000);
  const replicas = [await fixture.replica(), await fixture.replica()];
  await payer.waitForMessage(has('Your payment has arrived'));
  await lucky.waitForMessage(has('50 Stars were returned'));
  await fixture.settled();
  expect(await premiumEvents(payer)).toEqual([
    { type: 'PremiumGranted', data: expect.objectContaining({ chargeId: lost, stars: 50, first: true }) },
  ]);
  expect((await premiumEvents(lucky)).map(({ type }) => type)).toEqual(['PremiumGranted', 'PremiumRefunded']);
  for (const replica of replicas) await replica.stop();
});
