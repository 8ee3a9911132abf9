import { setTimeout as delay } from 'node:timers/promises';
import { nanos } from '@nats-io/transport-node';
import { seeded } from '#deploy/capacity/random.ts';
import { type Fault, type FaultRow, type FaultSettings, recovery } from './fault.ts';
import { type FaultFixture, SHARD_CONSUMERS } from './fixture.ts';
import { startFlow } from './flow.ts';

const NAME = 'SIGSTOP of a sender or a shard past ack_wait, then SIGCONT';
const ACK_WAIT_MS = 2_000;
const STOPPED_MS = { least: 2_500, more: 1_500 };
const MINUTES_A_STOP = 24;
const HIT = ['sender', 'shards'] as const;

/**
 * A process stands still for longer than `ack_wait`, so another one gets its messages, and then it goes on. The slots
 * that it had booked lie in the past: they must not be used in a burst.
 */
export const stoppedWorker: Fault = { name: NAME, fullRuns: 20, run: stopAndContinue };

async function stopAndContinue({ servers, seed, runs }: FaultSettings): Promise<FaultRow> {
  const random = seeded(seed, 1);
  const flow = await startFlow(servers, { minutes: 80 + runs * MINUTES_A_STOP, prepare: shortenAckWait });
  try {
    await Promise.all(HIT.map((role) => flow.fixture.start(role)));
    const recoveries: number[] = [];
    while (recoveries.length < runs && (await flow.minutesLeft()) > MINUTES_A_STOP) {
      const role = HIT[recoveries.length % HIT.length] ?? 'sender';
      const { pid } = flow.running[role];
      await delay(random() * 300); // the moment and the length of the stop are drawn from the seed
      process.kill(pid, 'SIGSTOP');
      recoveries.push(await flow.worksAgain(role));
      await delay(STOPPED_MS.least + random() * STOPPED_MS.more);
      process.kill(pid, 'SIGCONT');
      await delay(500); // room for a burst, which the verdict would see
    }
    const verdict = await flow.finish();
    const note = `ack_wait ${ACK_WAIT_MS} ms, a second process of each`;
    return { fault: NAME, runs: recoveries.length, ...verdict, recoveryMs: recovery(recoveries), seed, note };
  } finally {
    await flow.stop();
  }
}

async function shortenAckWait({ manager }: FaultFixture): Promise<void> {
  const ack_wait = nanos(ACK_WAIT_MS);
  for (const shard of SHARD_CONSUMERS) await manager.consumers.update('TICKS', shard, { ack_wait });
  await manager.consumers.update('REMINDERS', 'sender-regular', { ack_wait });
}
