import { jetstreamManager } from '@nats-io/jetstream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '#services/platform/process/clock.ts';
import { createLog } from '#services/platform/process/log.ts';
import { openBudgetControl } from '#services/platform/rate-limit/budget-control.ts';
import { openRateLimiter } from '#services/platform/rate-limit/rate-limiter.ts';
import { ask, type BotFixture, settledPerson, startBotFixture } from '../fixture.ts';

const RATES = { sendRate: 28, bulkRate: 25 };
const HOUR_MS = 3_600_000;
const log = createLog('test', 'silent');
let fixture: BotFixture;
beforeAll(async () => {
  fixture = await startBotFixture(RATES);
  await fixture.replica();
});
afterAll(() => fixture.stop());

test('replies to a chat that is held for an hour are left out; others are answered, and so is the chat once it is let go', async () => {
  const [held, other] = [await settledPerson(fixture), await settledPerson(fixture)];
  const limiter = await openRateLimiter({ nats: fixture.nats, clock: systemClock, log }, RATES);
  await limiter.hold(String(held.id), HOUR_MS);
  const since = (await fixture.telegram.requests()).length;
  for (const command of ['/help', '/today', '/settings']) await held.say(command);
  expect((await ask(other, '/help')).text).toContain('What I can do');
  await fixture.settled();
  const sent = (await fixture.telegram.requests({ since })).filter(({ counted }) => counted);
  expect(sent.map(({ chatId }) => chatId)).toEqual([other.id]);
  const manager = await jetstreamManager(fixture.nats);
  expect((await manager.streams.info('DEAD')).state.messages).toBe(0);

  const budget = await openBudgetControl(fixture.nats, log);
  expect((await budget.resume('an operator')).held).toMatchObject([{ chatId: String(held.id) }]);
  expect((await ask(held, '/help')).text).toContain('What I can do');
  budget.stop();
  await limiter.stop();
}, 120_000);
