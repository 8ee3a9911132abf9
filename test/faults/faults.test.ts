import { describe, inject, test } from 'vitest';
import { testFolder } from '#test/support/run-folder.ts';
import { backlog } from './backlog.ts';
import { blocked } from './blocked.ts';
import { contention } from './contention.ts';
import { fairness } from './fairness.ts';
import { type Fault, failuresOf } from './fault.ts';
import { floods } from './floods.ts';
import { fullDiskUnderReminders, fullDiskUnderTaps } from './full-disk.ts';
import { killInTurns } from './kill-role.ts';
import { killUnderTaps } from './kill-under-taps.ts';
import { outage } from './outage.ts';
import { piledUpTaps } from './piled-up-taps.ts';
import { poison } from './poison.ts';
import { sendSteps } from './send-steps.ts';
import { natsRestarts, postgresRestarts } from './servers-away.ts';
import { stoppedWorker } from './stopped-worker.ts';
import { floodStorms, lostReplies } from './telegram-faults.ts';
import { twoOfEach } from './two-of-each.ts';

/*
 * Short versions with a fixed seed; `npm run test:faults` runs the full ones. A fault waits for its processes most of
 * the time, so several run at once.
 */

const SEED = 20261125;
const PATIENCE_MS = 300_000;
/** Several faults run at once, beside other tests. */
const SEND_SHARE = 0.8;

const short: { fault: Fault; runs: number }[] = [
  { fault: killUnderTaps('bot'), runs: 2 },
  { fault: killUnderTaps('ingress'), runs: 2 },
  { fault: killInTurns, runs: 4 },
  { fault: sendSteps, runs: 8 },
  { fault: lostReplies, runs: 3 },
  { fault: floodStorms, runs: 1 },
  { fault: stoppedWorker, runs: 2 },
  { fault: natsRestarts, runs: 2 },
  { fault: postgresRestarts, runs: 2 },
  { fault: twoOfEach, runs: 12 },
  { fault: piledUpTaps, runs: 8 },
  ...floods.map((flood) => ({ fault: fairness(flood, false), runs: 6 })),
  { fault: poison, runs: 7 },
  { fault: fullDiskUnderTaps, runs: 1 },
  { fault: fullDiskUnderReminders, runs: 1 },
  { fault: outage, runs: 1 },
  { fault: backlog(20_000, 4), runs: 1 },
  { fault: contention(16), runs: 4 },
  { fault: blocked(400), runs: 1 },
];

describe.concurrent('no reminder is lost, doubled or too early for the budget', () => {
  test.for(short)('$fault.name', { timeout: PATIENCE_MS }, async ({ fault, runs }, { expect, skip }) => {
    const why = fault.impossible?.();
    if (why !== undefined) return skip(why);
    const servers = {
      natsBinary: inject('natsServerBinary'),
      postgresUrl: inject('postgresUrl'),
      folder: await testFolder('faults'),
      sendShare: SEND_SHARE,
    };
    const row = await fault.run({ servers, seed: SEED, runs });
    expect(failuresOf(row)).toEqual([]);
    expect(row.reminders).toBeGreaterThan(0);
    expect(row.runs).toBe(runs);
  });
});
