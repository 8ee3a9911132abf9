import { describe, inject, test } from 'vitest';
import { testFolder } from '#test/support/run-folder.ts';
import { contention } from './contention.ts';
import { type Fault, failuresOf } from './fault.ts';
import { killInTurns } from './kill-role.ts';
import { poison } from './poison.ts';
import { sendSteps } from './send-steps.ts';
import { natsRestarts, postgresRestarts } from './servers-away.ts';
import { stoppedWorker } from './stopped-worker.ts';
import { killTalking } from './talk.ts';
import { floodStorms, lostReplies } from './telegram-faults.ts';
import { twoOfEach } from './two-of-each.ts';

/*
 * Short versions with a fixed seed; `npm run test:faults` has the full ones. They wait most of the time, so several run at
 * once.
 */

const SEED = 20261125;
const PATIENCE_MS = 300_000;

const short: [Fault, runs: number][] = [
  [killTalking('bot'), 2],
  [killTalking('ingress'), 2],
  [killInTurns, 4],
  [sendSteps, 8],
  [lostReplies, 3],
  [floodStorms, 1],
  [stoppedWorker, 2],
  [natsRestarts, 2],
  [postgresRestarts, 2],
  [twoOfEach, 12],
  [poison, 7],
  [contention(16), 4],
];

describe.concurrent('no reminder is lost, doubled or too early for the budget', () => {
  test.for(short)(
    '$0.name',
    async ([{ run }, runs], { expect }) => {
      const servers = {
        natsBinary: inject('natsServerBinary'),
        postgresUrl: inject('postgresUrl'),
        folder: await testFolder('faults'),
      };
      const row = await run({ servers, seed: SEED, runs });
      expect(failuresOf(row)).toEqual([]);
      expect(row.reminders).toBeGreaterThan(0);
      expect(row.runs).toBe(runs);
    },
    PATIENCE_MS,
  );
});
