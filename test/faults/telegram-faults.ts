import { setTimeout as delay } from 'node:timers/promises';
import { seeded } from '#deploy/capacity/random.ts';
import type { FaultRule } from '#deploy/telegram/faults.ts';
import { type Fault, type FaultRow, type FaultSettings, recovery } from './fault.ts';
import { type Flow, startFlow } from './flow.ts';
import { keepBudgets, pauseVerdict, storedBudgets } from './pauses.ts';

const LONGEST_WAIT_MS = 300;
const MINUTES_A_STRIKE = 12;

type Strikes = {
  /** The rule of each strike. */
  rule(i: number): FaultRule;
  /** Whether pauses are judged. */
  pauses?: boolean;
  senders?: number;
};

async function strike(
  fault: string,
  { servers, seed, runs }: FaultSettings,
  { rule, pauses = false, senders = 1 }: Strikes,
): Promise<FaultRow> {
  const random = seeded(seed, 1);
  const minutes = 80 + runs * MINUTES_A_STRIKE;
  const flow = await startFlow(servers, { minutes, ...(pauses && { prepare: keepBudgets }) });
  try {
    for (let more = 1; more < senders; more++) await flow.fixture.start('sender');
    const recoveries: number[] = [];
    while (recoveries.length < runs && (await flow.minutesLeft()) > MINUTES_A_STRIKE) {
      await delay(random() * LONGEST_WAIT_MS); // the moment of a strike is drawn from the seed
      recoveries.push(await strikeOnce(flow, rule(recoveries.length)));
    }
    const verdict = await flow.finish();
    const row = { fault, runs: recoveries.length, ...verdict, recoveryMs: recovery(recoveries), seed };
    if (!pauses) return row;
    const requests = await flow.fixture.telegram.requests({ method: 'sendMessage' });
    const { violations, note } = pauseVerdict(await storedBudgets(flow.fixture), requests);
    return { ...row, violations: [...verdict.violations, ...violations], note };
  } finally {
    await flow.stop();
  }
}

/** The sender has recovered when a message gets through after the rule was used up. */
async function strikeOnce({ fixture: { telegram } }: Flow, rule: FaultRule): Promise<number> {
  const since = ((await telegram.requests()).at(-1)?.index ?? -1) + 1;
  await telegram.fault({ method: 'sendMessage', times: 1, ...rule });
  const hit = await telegram.waitForRequest(({ status }) => status !== 200, { since, timeoutMs: 60_000 });
  const after = await telegram.waitForRequest(
    ({ status, index, method }) => status === 200 && method === 'sendMessage' && index > hit.index,
    { since: hit.index, timeoutMs: 120_000 },
  );
  return after.monotonicMs - hit.monotonicMs;
}

const LOST = 'the reply lost, after Telegram accepted or before';
export const lostReplies: Fault = {
  name: LOST,
  fullRuns: 60,
  run: (settings) =>
    strike(LOST, settings, { rule: (i) => (i % 3 === 2 ? { dropBefore: true } : { dropReply: true }) }),
};

const SERVER_ERRORS = '500 and 502 from Telegram';
export const serverErrors: Fault = {
  name: SERVER_ERRORS,
  fullRuns: 40,
  run: (settings) => strike(SERVER_ERRORS, settings, { rule: (i) => ({ status: i % 2 === 0 ? 500 : 502 }) }),
};

const STORM = '429 storms, three senders';
const RETRY_AFTER_S = 2;
export const floodStorms: Fault = {
  name: STORM,
  fullRuns: 20,
  run: (settings) =>
    strike(STORM, settings, {
      rule: () => ({ retryAfter: RETRY_AFTER_S, times: 3 }),
      pauses: true,
      senders: 3,
    }),
};
