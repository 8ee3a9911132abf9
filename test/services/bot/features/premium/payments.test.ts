import { jetstreamManager } from '@nats-io/jetstream';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { invoicePayload } from '#contracts/premium.ts';
import { updateSubject } from '#contracts/subjects.ts';
import { eventually } from '#test/support/eventually.ts';
import { asUserId } from '../../../../support/ids.ts';
import { ask, settledPerson, tap } from '../../fixture.ts';
import { has, linkIn, type PremiumFixture, pay, startPremiumFixture } from './fixture.ts';

vi.setConfig({ testTimeout: 180_000 });
const DAY_MS = 86_400_000;

let fixture: PremiumFixture;
beforeAll(async () => {
  fixture = await startPremiumFixture();
}, 60_000);
afterAll(() => fixture.stop());

test('paid from the button, renewed, cancelled, ended, and refunded: each once, in a few requests', async () => {
  const bot = await fixture.replica();
  const person = await settledPerson(fixture);
  let since = await fixture.premium.nextIndex();
  const offer = await ask(person, '/premium');
  expect(await fixture.premium.requestsSince(since)).toEqual(['createInvoiceLink', 'sendMessage']);

  since = await fixture.premium.nextIndex();
  const chargeId = await pay(person, linkIn(offer));
  const thanks = await person.waitForMessage(has('Your payment has arrived'));
  expect(thanks.text).toContain('You have premium, paid until');
  expect(await fixture.premium.requestsSince(since)).toEqual(['answerPreCheckoutQuery', 'sendMessage']);

  const renewal = await person.renew(chargeId);
  await fixture.settled();
  since = await fixture.premium.nextIndex();
  await tap(fixture, person, thanks.message_id, 'Cancel the renewal');
  const cancelled = await tap(fixture, person, thanks.message_id, 'Yes, cancel it');
  expect(cancelled.text).toContain('won’t be renewed');
  expect((await fixture.premium.requestsSince(since)).toSorted()).toEqual(
    [
      'answerCallbackQuery',
      'answerCallbackQuery',
      'editMessageText',
      'editMessageText',
      'editUserStarSubscription',
    ].toSorted(),
  );
  await expect(person.renew(chargeId)).rejects.toThrow('cancelled');
  since = await fixture.premium.nextIndex();
  const allowed = await tap(fixture, person, thanks.message_id, 'Allow the renewal again');
  expect(allowed.text).toMatch(/turn the renewal on in Telegram.*\n\n.*won’t be renewed/);
  expect((await fixture.premium.requestsSince(since)).toSorted()).toEqual([
    'answerCallbackQuery',
    'editMessageText',
    'editUserStarSubscription',
  ]);
  await person.setRenewal(chargeId, true);
  await fixture.settled();
  expect((await ask(person, '/premium')).text).toContain('unless you cancel');
  const granted = (data: object) => ({
    type: 'PremiumGranted',
    data: expect.objectContaining({ stars: 50, recurring: true, ...data }),
  });
  expect(await fixture.premium.events(person)).toEqual([
    granted({ chargeId, first: true }),
    granted({ chargeId: renewal, first: false }),
    { type: 'PremiumCancelled', data: { chargeId } },
    { type: 'PremiumResumed', data: { chargeId } },
  ]);

  await fixture.api.refundStarPayment(person.id, renewal);
  const refunded = await person.waitForMessage(has('50 Stars were returned'), { after: thanks.message_id });
  expect(refunded.text).toContain('You have premium, paid until');
  fixture.pass(30 * DAY_MS + 60_000);
  expect((await ask(person, '/premium')).text).toContain('Your premium ended on');
  await bot.stop();
  fixture.pass(-30 * DAY_MS - 60_000);
});

test.each([
  ['en', 'unless you cancel', 'won’t be renewed'],
  ['ru', 'если вы не отмените', 'Продлеваться он не будет'],
] as const)(
  'cancelled in Telegram’s own settings and turned on again (%s): the screen says so, no message is sent',
  async (locale, renewed, cancelled) => {
    const bot = await fixture.replica();
    const person = await settledPerson(fixture, locale);
    const chargeId = await pay(person, linkIn(await ask(person, '/premium')));
    await person.waitForMessage(has(renewed));
    const since = await fixture.premium.nextIndex();
    await person.setRenewal(chargeId, false);
    await person.setRenewal(chargeId, false);
    await fixture.settled();
    expect(await fixture.premium.requestsSince(since)).toEqual([]);
    expect((await ask(person, '/premium')).text).toContain(cancelled);
    await person.setRenewal(chargeId, true);
    await fixture.settled();
    expect((await ask(person, '/premium')).text).toContain(renewed);
    const from = { id: person.id, is_bot: false, first_name: 'P' };
    for (const [invoice_payload, state] of [
      [invoicePayload({ userId: asUserId(person.id), stars: 50 }), 'failed'],
      ['of somebody else', 'canceled'],
    ])
      await fixture.telegram.rawUpdate({ subscription: { user: from, invoice_payload, state } });
    await fixture.settled();
    expect((await fixture.premium.events(person)).map(({ type }) => type)).toEqual([
      'PremiumGranted',
      'PremiumCancelled',
      'PremiumResumed',
    ]);
    await bot.stop();
  },
);

test('of two offers that are both paid, only the newer subscription goes on', async () => {
  const bot = await fixture.replica();
  const person = await settledPerson(fixture);
  const older = linkIn(await ask(person, '/premium'));
  const newer = linkIn(await ask(person, '/premium'));
  const first = await pay(person, older);
  await person.waitForMessage(has('Your payment has arrived'));
  const second = await pay(person, newer);
  const told = await person.waitForMessage(has('You already had a subscription'));
  expect(told.text).toContain('only the new one goes on');
  await expect(person.renew(first)).rejects.toThrow('cancelled');
  await person.renew(second);
  await eventually(async () =>
    expect((await fixture.premium.events(person)).map(({ type }) => type)).toEqual(
      Array(3).fill('PremiumGranted'),
    ),
  );
  await bot.stop();
});

test('the same charge told of by other updates is granted once; a payer who never pressed Start is registered', async () => {
  const bot = await fixture.replica();
  const person = await fixture.person(8_101, 'ru');
  const link = await fixture.api.createInvoiceLink(
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

test('a payment whose update never came, and a refund, are made up for from Telegram’s own list, once', async () => {
  const first = await fixture.replica();
  const payer = await settledPerson(fixture);
  const lucky = await settledPerson(fixture);
  const offers = [linkIn(await ask(payer, '/premium')), linkIn(await ask(lucky, '/premium'))] as const;
  const known = await pay(lucky, offers[1]);
  await lucky.waitForMessage(has('Your payment has arrived'));
  await first.stop();
  const lost = await pay(payer, offers[0]);
  await fixture.api.refundStarPayment(lucky.id, known);
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
  expect(await fixture.premium.events(payer)).toEqual([
    { type: 'PremiumGranted', data: expect.objectContaining({ chargeId: lost, stars: 50, first: true }) },
  ]);
  expect((await fixture.premium.events(lucky)).map(({ type }) => type)).toEqual([
    'PremiumGranted',
    'PremiumRefunded',
  ]);
  for (const replica of replicas) await replica.stop();
});
