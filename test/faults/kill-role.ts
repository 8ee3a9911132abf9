import { setTimeout as delay } from 'node:timers/promises';
import { nanos } from '@nats-io/transport-node';
import { type Random, seeded } from '#deploy/capacity/random.ts';
import { type Fault, type FaultRow, type FaultSettings, recovery } from './fault.ts';
import { type FaultFixture, SHARD_CONSUMERS } from './fixture.ts';
import { FLOW_ROLES, type Flow, type FlowRole, startFlow } from './flow.ts';

/** Ticks that pass in one kill and recovery; more on a busy machine, and then the run ends with fewer kills. */
const MINUTES_A_KILL = 11;
const LONGEST_WAIT_MS = 500;
/**
 * After this, a dead shard's ticks are delivered again. The 10 s that are shipped would make the runs ten times as
 * long.
 */
const SHARD_ACK_WAIT_MS = 1_000;
/** So many that the messages a dead sender has in hand for 10 s do not hold up the others. */
const SENDER_ACK_PENDING = 2_000;

/**
 * kill -9 of a process at random moments, and a start again, while minutes pass with reminders due in each. It has
 * recovered when the new process has done its first work.
 */
export function killRole(role: FlowRole): Fault {
  const name = `kill -9 ${role}`;
  return { name, fullRuns: 100, run: (settings) => killInTurn([role], name, settings) };
}

const ALL = 'kill -9 tick, shards, sender, projector in turn';

/** The same with all roles in one run. */
export const killInTurns: Fault = {
  name: ALL,
  fullRuns: 40,
  run: (settings) => killInTurn(FLOW_ROLES, ALL, settings),
};

async function killInTurn(
  roles: readonly FlowRole[],
  fault: string,
  { servers, seed, runs }: FaultSettings,
): Promise<FaultRow> {
  const random = seeded(seed, 1);
  const flow = await startFlow(servers, { minutes: 80 + runs * MINUTES_A_KILL, prepare: shortenAckWait });
  try {
    const recoveries: number[] = [];
    while (recoveries.length < runs && (await flow.minutesLeft()) > MINUTES_A_KILL) {
      const role = roles[recoveries.length % roles.length] ?? 'tick';
      recoveries.push(await killOnce(flow, role, random));
    }
    const verdict = await flow.finish();
    const note = roles.includes('shards') ? { note: `ack_wait of shards ${SHARD_ACK_WAIT_MS} ms` } : {};
    return { fault, runs: recoveries.length, ...verdict, recoveryMs: recovery(recoveries), seed, ...note };
  } finally {
    await flow.stop();
  }
}

async function shortenAckWait({ manager }: FaultFixture): Promise<void> {
  for (const shard of SHARD_CONSUMERS)
    await manager.consumers.update('TICKS', shard, {
      ack_wait: nanos(SHARD_ACK_WAIT_MS),
    });
  await manager.consumers.update('REMINDERS', 'sender-regular', { max_ack_pending: SENDER_ACK_PENDING });
}

async function killOnce(flow: Flow, role: FlowRole, random: Random): Promise<number> {
  await delay(random() * LONGEST_WAIT_MS); // the moment of the kill is drawn from the seed
  const killedMs = performance.now();
  await flow.running[role].kill();
  const before = await flow.workOf(role);
  flow.running[role] = await flow.fixture.start(role);
  await flow.worksAgain(role, before);
  return performance.now() - killedMs;
}
