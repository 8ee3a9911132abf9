import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import type { RequestRecord } from '#deploy/telegram/requests.ts';
import { FURTHEST_MS } from '#services/platform/rate-limit/slots.ts';
import { keepSending, senderTo } from '#test/faults/contention.ts';
import { type FaultFixture, limitFor, startFaultFixture } from '#test/faults/fixture.ts';
import { overBudget } from '#test/faults/over-budget.ts';
import { eventually } from '#test/support/eventually.ts';
import { testProcesses } from '#test/support/processes.ts';
import { testFolder } from '#test/support/run-folder.ts';

/* Four senders that always want more than they may, while an operator changes the budget; Telegram counts what arrives. */

const SENDERS = 4;
const CONFIGURED = 20;
const LOWER = 6;
const HIGHER = 60;
/** How many seconds' worth of messages is looked at. */
const SECONDS = 5;
/** Beside other tests a process may be put aside between its last look at its slot and the write. */
const SEND_SHARE = 0.8;
const permitted = (rate: number) => limitFor(rate / SEND_SHARE);

const processes = testProcesses();
vi.setConfig({ testTimeout: 240_000 });

let fixture: FaultFixture;
let sending: Awaited<ReturnType<typeof keepSending>>;

beforeAll(async () => {
  const servers = {
    natsBinary: inject('natsServerBinary'),
    postgresUrl: inject('postgresUrl'),
    folder: await testFolder('budget'),
  };
  fixture = await startFaultFixture(servers, { sendRate: HIGHER / SEND_SHARE });
  sending = await keepSending(fixture, SENDERS, CONFIGURED);
});
afterAll(async () => {
  await sending?.stop();
  await fixture?.stop();
});

const sends = () => fixture.telegram.requests({ method: 'sendMessage' });
const last = (all: readonly RequestRecord[]) => all.at(-1)?.monotonicMs ?? 0;

/** Resolves with what came after that instant, once it is as much as `rate` gives in some seconds. */
async function arrived(rate: number, sinceMs: number): Promise<RequestRecord[]> {
  return eventually(async () => {
    const some = (await sends()).filter(({ monotonicMs }) => monotonicMs > sinceMs);
    if (some.length < rate * SECONDS) throw new Error(`${some.length} messages came`);
    return some;
  });
}

/** What came since the change, without what may have been booked before it. */
async function after(rate: number, ...args: string[]): Promise<RequestRecord[]> {
  const run = await processes.startScript('deploy/cli/habitstream.ts', ['budget', 'set', ...args], {
    NATS_URL: fixture.nats.url,
  });
  expect([(await run.exited).code, run.lines]).toEqual([0, [expect.any(String)]]);
  return arrived(rate, last(await sends()) + FURTHEST_MS);
}

test('lowered, raised and given back, it is kept by all at once, and never exceeded in between', async () => {
  const first = await arrived(CONFIGURED, 0);
  const lowered = await after(LOWER, '--rate', `${LOWER}`, '--bulk-rate', `${LOWER}`);
  const raised = await after(HIGHER, '--rate', `${HIGHER}`, '--bulk-rate', `${HIGHER}`, '--paid-broadcast');
  const returned = await after(CONFIGURED, '--default');

  expect(overBudget(first, permitted(CONFIGURED))).toBe(0);
  expect(overBudget(lowered, permitted(LOWER))).toBe(0);
  // More than was permitted before.
  expect(overBudget(raised, permitted(CONFIGURED))).toBeGreaterThan(0);
  expect(overBudget(returned, permitted(CONFIGURED))).toBe(0);
  for (const each of [first, lowered, raised, returned]) expect(sendersOf(each)).toBe(SENDERS);

  const untilRaised = (await sends()).filter(({ monotonicMs }) => monotonicMs <= last(lowered));
  expect(overBudget(untilRaised, permitted(CONFIGURED))).toBe(0);
  expect(await fixture.overBudget()).toBe(0);
  expect((await fixture.telegram.counters()).byStatus['429'] ?? 0).toBe(0);
});

const sendersOf = (all: readonly RequestRecord[]) =>
  new Set(all.map(({ chatId = 0 }) => senderTo(chatId))).size;
