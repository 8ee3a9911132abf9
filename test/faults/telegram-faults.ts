import { setTimeout as delay } from 'node:timers/promises';
import { seeded } from '#deploy/capacity/random.ts';
import type { FaultRule } from '#deploy/telegram/faults.ts';
import type { RequestRecord } from '#deploy/telegram/requests.ts';
import { type Fault, type FaultRow, type FaultSettings, recovery } from './fault.ts';
import { type Flow, startFlow } from './flow.ts';

const LONGEST_WAIT_MS = 300;
const MINUTES_A_STRIKE = 12;

type Strikes = {
  /** The rule of each strike. */
  rule(i: number): FaultRule;
  /** Violations that the requests show. */
  conduct?(requests: readonly RequestRecord[]): string[];
  senders?: number;
};

async function strike(
  fault: string,
  { servers, seed, runs }: FaultSettings,
  { rule, conduct = () => [], senders = 1 }: Strikes,
): Promise<FaultRow> {
  const random = seeded(seed, 1);
  const flow = await startFlow(servers, { minutes: 80 + runs * MINUTES_A_STRIKE });
  try {
    for (let more = 1; more < senders; more++) await flow.fixture.start('sender');
    const recoveries: number[] = [];
    while (recoveries.length < runs && (await flow.minutesLeft()) > MINUTES_A_STRIKE) {
      await delay(random() * LONGEST_WAIT_MS); // the moment of a strike is drawn from the seed
      recoveries.push(await strikeOnce(flow, rule(recoveries.length)));
    }
    const verdict = await flow.finish();
    const requests = await flow.fixture.telegram.requests({ method: 'sendMessage' });
    const violations = [...verdict.violations, ...conduct(requests)];
    return { fault, runs: recoveries.length, ...verdict, violations, recoveryMs: recovery(recoveries), seed };
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
/**
 * The other senders learn of the pause a moment later, which is long on a busy machine; a request may be on its way.
 */
const GRACE_MS = 1_000;
export const floodStorms: Fault = {
  name: STORM,
  fullRuns: 20,
  run: (settings) =>
    strike(STORM, settings, {
      rule: () => ({ retryAfter: RETRY_AFTER_S, times: 3 }),
      conduct: unkeptPauses,
      senders: 3,
    }),
};

/** G7: after a 429 no sender sends for `retry_after`. */
function unkeptPauses(requests: readonly RequestRecord[]): string[] {
  const refusals = requests.filter(({ status }) => status === 429);
  const broken = refusals.filter((refusal) =>
    requests.some(({ monotonicMs, status }) => {
      const afterMs = monotonicMs - refusal.monotonicMs;
      return status === 200 && afterMs > GRACE_MS && afterMs < (refusal.retryAfterSeconds ?? 0) * 1000;
    }),
  );
  return broken.length === 0 ? [] : [`${broken.length} of ${refusals.length} pauses were not kept`];
}
