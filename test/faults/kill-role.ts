import { setTimeout as delay } from 'node:timers/promises';
import { type Random, seeded } from '#deploy/simulate/random.ts';
import type { TestProcess } from '#test/support/processes.ts';
import { type Fault, type FaultRow, type FaultSettings, recovery } from './fault.ts';
import { peopleDue, settle } from './people.ts';
import { endOf, projected, type Role, type Stage, startStage } from './stage.ts';
import { untilMoreThan } from './until.ts';
import { judge } from './verdict.ts';

type Killed = Extract<Role, 'tick' | 'shards' | 'sender' | 'projector'>;
const ROLES: readonly Killed[] = ['tick', 'shards', 'sender', 'projector'];

const PER_MINUTE = 10;
/** Ticks that pass in one kill and recovery; more on a busy machine, and then the run ends with fewer kills. */
const MINUTES_A_KILL = 12;
const MOST_MINUTES = 1_150;
const LONGEST_WAIT_MS = 600;
const SEND_RATE = 200;

/**
 * kill -9 of processes at random moments, and a start again, while the minutes pass four a second with reminders due in
 * each. A role has recovered when the new process has done its first work.
 */
export function killRole(role: Killed): Fault {
  return {
    name: `kill -9 ${role}`,
    fullRuns: 100,
    run: (settings) => killInTurn([role], `kill -9 ${role}`, settings),
  };
}

/** The same with all four in one run, one after the other. */
export const killAnyRole: Fault = {
  name: 'kill -9 tick, shards, sender, projector in turn',
  fullRuns: 40,
  run: (settings) => killInTurn(ROLES, 'kill -9 tick, shards, sender, projector in turn', settings),
};

async function killInTurn(
  roles: readonly Killed[],
  fault: string,
  { servers, seed, runs }: FaultSettings,
): Promise<FaultRow> {
  const random = seeded(seed, roles.length);
  const stage = await startStage(servers, { sendRate: SEND_RATE });
  try {
    const minutes = Math.min(MOST_MINUTES, 20 + runs * MINUTES_A_KILL);
    const people = peopleDue(stage.startMinute + 2, minutes, PER_MINUTE);
    const running = await startAll(stage, people);
    await untilMoreThan(0, () => workOf(stage, 'sender'));
    const recoveries: number[] = [];
    const lastMinute = people.at(-1)?.minute ?? 0;
    while (recoveries.length < runs && (await ticksLeft(stage, lastMinute)) > MINUTES_A_KILL) {
      const role = roles[recoveries.length % roles.length] ?? roles[0];
      if (role) recoveries.push(await killOnce(stage, running, role, random));
    }
    await running.tick.stop();
    await stage.idle();
    const { outcomes: _, ...verdict } = await judge(stage, people);
    return { fault, runs: recoveries.length, ...verdict, recoveryMs: recovery(recoveries), seed };
  } finally {
    await stage.stop();
  }
}

type RunningRoles = Record<Killed, TestProcess>;

async function startAll(stage: Stage, people: Parameters<typeof settle>[0]): Promise<RunningRoles> {
  await settle(people, stage.connection, stage.telegram);
  const projector = await stage.start('projector');
  await projected(stage);
  const [shards, sender] = await Promise.all([stage.start('shards'), stage.start('sender')]);
  return { projector, shards, sender, tick: await stage.start('tick') };
}

async function killOnce(stage: Stage, running: RunningRoles, role: Killed, random: Random): Promise<number> {
  await delay(random() * LONGEST_WAIT_MS);
  const killedMs = performance.now();
  await running[role].kill();
  const before = await workOf(stage, role);
  running[role] = await stage.start(role);
  await untilMoreThan(before, () => workOf(stage, role));
  return performance.now() - killedMs;
}

async function ticksLeft(stage: Stage, lastMinute: number): Promise<number> {
  return lastMinute - (stage.startMinute + (await endOf(stage, 'TICKS')));
}

/** A number that rises with what a role has done. */
async function workOf(stage: Stage, role: Killed): Promise<number> {
  if (role === 'tick') return endOf(stage, 'TICKS');
  if (role === 'shards') return endOf(stage, 'REMINDERS');
  if (role === 'sender') return endOf(stage, 'DELIVERIES');
  const { rows } = await stage.database.query<{ sum: string }>(
    'SELECT sum(sequence) FROM projections.checkpoints',
  );
  return Number(rows[0]?.sum ?? 0);
}
