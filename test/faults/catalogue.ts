import { backlog } from './backlog.ts';
import { blocked } from './blocked.ts';
import { leaderKilled, leaderStopped, rollingRestart } from './cluster-nodes.ts';
import { contention } from './contention.ts';
import { fairness } from './fairness.ts';
import type { Fault } from './fault.ts';
import { floods } from './floods.ts';
import { fullDiskUnderReminders, fullDiskUnderTaps } from './full-disk.ts';
import { killInTurns, killRole } from './kill-role.ts';
import { killUnderTaps } from './kill-under-taps.ts';
import { outage } from './outage.ts';
import { piledUpTaps } from './piled-up-taps.ts';
import { poison } from './poison.ts';
import { sendSteps } from './send-steps.ts';
import { natsRestarts, postgresRestarts } from './servers-away.ts';
import { stoppedWorker } from './stopped-worker.ts';
import { floodStorms, lostReplies, serverErrors } from './telegram-faults.ts';
import { twoOfEach } from './two-of-each.ts';

/** Every fault there is, in the order of the table. */
export const faults: readonly Fault[] = [
  killUnderTaps('ingress'),
  killUnderTaps('bot'),
  killRole('tick'),
  killRole('shards'),
  killRole('sender'),
  killRole('projector'),
  killInTurns,
  sendSteps,
  lostReplies,
  serverErrors,
  floodStorms,
  outage,
  stoppedWorker,
  natsRestarts,
  postgresRestarts,
  leaderKilled,
  leaderStopped,
  rollingRestart,
  twoOfEach,
  piledUpTaps,
  ...floods.flatMap((flood) => [fairness(flood, false), fairness(flood, true)]),
  poison,
  fullDiskUnderTaps,
  fullDiskUnderReminders,
  backlog(1_000_000, 30),
  contention(16),
  contention(64),
  blocked(10_000),
];
