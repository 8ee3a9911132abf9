import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { testProcesses } from '#test/support/processes.ts';
import { redeliverSoon, startBotProcess } from '../../bot-process.ts';
import { arriveIn, ask } from '../../fixture.ts';
import { has, linkIn, type PremiumFixture, pay, startPremiumFixture } from './fixture.ts';

vi.setConfig({ testTimeout: 180_000 });
const processes = testProcesses();

let fixture: PremiumFixture;
beforeAll(async () => {
  fixture = await startPremiumFixture();
  await redeliverSoon(fixture.nats);
}, 60_000);
afterAll(() => fixture.stop());

const startProcess = () =>
  startBotProcess(processes, fixture, { PREMIUM_PRICE_STARS: '50', PAYMENT_SUPPORT: '@help' });

test('kill -9 of the bot before, while and after a payment is recorded: each is granted once', async () => {
  const people = [8_201, 8_202, 8_203, 8_204, 8_205];
  let bot = await startProcess();
  const links = new Map<number, string>();
  const persons = await Promise.all(people.map((id) => fixture.person(id, 'en')));
  for (const person of persons) {
    await ask(person, '/start');
    await arriveIn(person, 'Berlin');
    links.set(person.id, linkIn(await ask(person, '/premium')));
  }
  const charges = new Map<number, string>();
  for (const [n, person] of persons.entries()) {
    if (n === 0) await bot.kill();
    if (n === 1)
      await fixture.telegram.fault({ method: 'sendMessage', chatId: person.id, times: 1, hold: 'before' });
    const since = await fixture.premium.nextIndex();
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
    expect(await fixture.premium.events(person)).toEqual([
      { type: 'PremiumGranted', data: expect.objectContaining({ chargeId: charges.get(person.id) }) },
    ]);
  }
  await bot.kill();
});

test('kill -9 after Telegram has cancelled a renewal and before that is recorded: it is recorded once', async () => {
  let bot = await startProcess();
  const person = await fixture.person(8_301, 'ru');
  await ask(person, '/start');
  await arriveIn(person, 'Berlin');
  const chargeId = await pay(person, linkIn(await ask(person, '/premium')));
  const { message_id: id } = await person.waitForMessage(has('Платёж получен'));
  await person.tap(id, { button: 'Отменить продление' });
  await person.waitForEdit(id, has('Отменить продление?'));
  const since = await fixture.premium.nextIndex();
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
  expect((await fixture.premium.events(person)).map(({ type }) => type)).toEqual([
    'PremiumGranted',
    'PremiumCancelled',
  ]);
  const asked = (await fixture.premium.requestsSince(since)).filter(
    (method) => method === 'editUserStarSubscription',
  );
  expect(asked).toHaveLength(2);
  await expect(person.renew(chargeId)).rejects.toThrow('cancelled');
  await bot.kill();
});
