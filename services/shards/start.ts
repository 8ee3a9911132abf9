import { jetstream } from '@nats-io/jetstream';
import type { Pool } from 'pg';
import { partitionsOf } from '#contracts/ids.ts';
import { Tick } from '#contracts/messages.ts';
import { serviceConsumers, shardConsumer } from '#contracts/streams.ts';
import { reminderSubject } from '#contracts/subjects.ts';
import { type Consumption, consume, type Running } from '#services/platform/jetstream/consume.ts';
import { park } from '#services/platform/jetstream/dead-letter.ts';
import { consumeReplays, reopening } from '#services/platform/jetstream/redrive.ts';
import { warnOfTzdata } from '#services/platform/local-time/tzdata.ts';
import type { Ports } from '#services/platform/process/run-service.ts';
import { type DoTick, startReplay } from './catch-up.ts';
import type { ShardsConfig } from './config.ts';
import { watchPresence } from './consumer-watch.ts';
import { openReminderQueue, type Queued } from './queue.ts';
import { schedulesIn } from './schedules.ts';
import { openTurns } from './semaphore.ts';
import { queueDue, type Shard } from './shard.ts';
import { openTickHistory } from './tick-history.ts';
import { openAgenda } from './tick-plan.ts';

export type ShardsPorts = Ports & { database: Pool };

/** Shards that read what is due at once: each holds a database connection meanwhile. */
const READING_AT_ONCE = 4;

/**
 * Turns ticks into reminders:
 * - a tick waits, for a bounded time, until the schedules have every event confirmed before its minute (G5);
 * - one reminder for a person and minute, queued once whatever crashes, is replayed or runs twice (G6);
 * - a tick is acked when all its reminders are durable, and given back when anything fails: none is lost (G9);
 * - after a start, of this process or of the NATS server, the last ticks are done again, because REMINDERS is written
 *   behind its acks.
 * - with another SHARD_COUNT a process takes other consumers: both counts may run at once meanwhile.
 * @throws {NotProvisioned} when the shard consumers for this number of shards are missing.
 */
export async function start(
  config: Omit<ShardsConfig, 'natsUrl' | 'databaseUrl' | 'logLevel'>,
  ports: ShardsPorts,
): Promise<Running> {
  const queue = openReminderQueue(ports.nats, config.queueInFlight);
  const schedules = schedulesIn(ports.database, config.dueChunkSize);
  const parts = {
    schedules,
    queue,
    agenda: openAgenda({ ...ports, schedules }, config.barrierWaitMs),
    turns: openTurns(READING_AT_ONCE),
    deadlineMs: config.reminderDeadlineMs,
  };
  const doTick: DoTick = async (shard, sequence, tick, signal) => {
    const queued = await queueDue(parts, shard.partitions, tick, signal);
    await report(ports, shard, sequence, tick, queued);
  };

  const shards = shardsOf(config);
  const replay = await startReplay(ports, await openTickHistory(ports.nats), shards, doTick);
  const consumptions = shards.map(
    (shard): Consumption<Tick> => ({
      ...shard,
      stream: 'TICKS',
      prefetch: 1,
      parse: (message) => Tick.parse(message.json()),
      async handle(tick, { seq }, signal) {
        await doTick(shard, seq, tick, signal);
        replay.done(seq);
      },
    }),
  );
  const replayable = new Map(consumptions.map((each) => [each.consumer, reopening(each)]));
  const consuming = [
    ...consumptions.map((each) => consume(ports, each)),
    consumeReplays(ports, 'shard', replayable),
    ...shards.slice(0, 1).map(({ consumer }) => watchPresence(ports, consumer)),
  ];

  const advice = warnOfTzdata(ports.database, schedules.zones, ports.clock.now(), ports.log);

  return {
    async stop() {
      await Promise.all([advice, ...[replay, ...consuming].map((each) => each.stop())]);
      queue.stop();
    },
  };
}

function shardsOf({ shardCount, shards }: Pick<ShardsConfig, 'shardCount' | 'shards'>): Shard[] {
  const wanted = shards ?? Array.from({ length: shardCount }, (_, index) => index);
  const definitions = serviceConsumers(shardCount);
  return wanted.flatMap((index) =>
    definitions
      .filter(({ name }) => name === shardConsumer(index, shardCount))
      .map(({ name, ackWaitMs, maxTries }) => ({
        consumer: name,
        ackWaitMs,
        maxTries,
        partitions: partitionsOf(index, shardCount),
      })),
  );
}

async function report(
  { nats, clock, log }: Ports,
  { consumer }: Shard,
  sequence: number,
  { minute }: Tick,
  { queued, already, tooBig }: Queued,
): Promise<void> {
  const lagMs = clock.now() - minute * 60_000;
  if (queued + already > 0) log.info({ shard: consumer, minute, queued, already, lagMs }, 'reminders queued');
  for (const reminder of tooBig) {
    const { tier, userId, due } = reminder;
    log.error({ shard: consumer, userId, occurrences: due.length }, 'a reminder is too big to be queued');
    const subject = reminderSubject(tier, userId, minute);
    const data = Buffer.from(JSON.stringify(reminder));
    const parcel = { consumer, stream: 'TICKS', sequence, subject, data, deliveries: 1 };
    await park(jetstream(nats), parcel, new Error('the reminder is too big'), clock.now());
  }
}
