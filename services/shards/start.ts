import { jetstream } from '@nats-io/jetstream';
import type { Pool } from 'pg';
import { shardConsumer } from '#contracts/consumers.ts';
import { partitionsOf } from '#contracts/ids.ts';
import { Tick } from '#contracts/messages.ts';
import { reminderSubject } from '#contracts/subjects.ts';
import { beginOfMinuteMs, type EpochMinute } from '#contracts/time.ts';
import { storeDeadLetter } from '#services/platform/jetstream/dead-letter.ts';
import { Poison } from '#services/platform/jetstream/errors.ts';
import { consumerHandler } from '#services/platform/jetstream/handler.ts';
import { openLogGuard, storesCheck } from '#services/platform/jetstream/log-guard.ts';
import { startHandlers } from '#services/platform/jetstream/start-handlers.ts';
import { warnOfTzdata } from '#services/platform/local-time/tzdata.ts';
import { databaseCheck } from '#services/platform/process/database.ts';
import { type Running, stopAll } from '#services/platform/process/lifecycle.ts';
import type { Ports } from '#services/platform/process/run-service.ts';
import { openSemaphore } from '#services/platform/process/semaphore.ts';
import { type DoTick, startCatchUp } from './catch-up.ts';
import type { ShardsConfig } from './config.ts';
import { watchConsumer } from './consumer-watch.ts';
import { missingReminders } from './missing-reminders.ts';
import { openReminderQueue, type Queued } from './queue.ts';
import { schedulesIn } from './schedules.ts';
import { queueDue, type Shard } from './shard.ts';
import { tickMeasures } from './shard-metrics.ts';
import { openTickCheck } from './tick-check.ts';
import { openTickHistory } from './tick-history.ts';
import { openTickPlanner } from './tick-plan.ts';
import { ticksArrive } from './ticks-arrive.ts';

export type ShardsPorts = Ports & { database: Pool };

/** Shards that read what is due at once: each holds a database connection meanwhile. */
const READING_AT_ONCE = 4;

/**
 * Turns ticks into reminders:
 * - a tick waits, for a bounded time, until the schedules have every event confirmed before its minute (G5);
 * - one reminder for a person and minute, queued once whatever crashes, is replayed or runs twice (G6);
 * - a tick is acked when all its reminders are durable, and given back when anything fails: none is lost (G9);
 * - a tick that cannot be right by the server's clock and the end of EVENTS is dead-lettered, and the next one done;
 * - after a start, of this process or of the NATS server, the last ticks are done again, because REMINDERS is written
 *   behind its acks.
 * - with another SHARD_COUNT a process takes other consumers: both counts may run at once meanwhile.
 * - on schedules that were made from another log than this NATS has, nothing is done.
 * @throws {NotProvisioned} when the shard consumers for this number of shards are missing.
 */
export async function start(
  config: Omit<ShardsConfig, 'natsUrl' | 'databaseUrl' | 'logLevel'>,
  ports: ShardsPorts,
): Promise<Running> {
  ports.readiness?.add(databaseCheck(ports.database));
  ports.readiness?.add(ticksArrive(ports.nats, ports.clock));
  const events = openLogGuard(ports.nats, { stream: 'EVENTS', projection: 'schedules' });
  const schedules = schedulesIn(ports.database, events, config.dueChunkSize);
  ports.readiness?.add(storesCheck(schedules.projected));
  const queue = openReminderQueue(ports.nats, config.queueInFlight, missingReminders(ports));
  const parts = {
    schedules,
    queue,
    planTick: openTickPlanner({ ...ports, schedules }, config.barrierWaitMs),
    semaphore: openSemaphore(READING_AT_ONCE),
    deadlineMs: config.reminderDeadlineMs,
  };
  const measure = tickMeasures(ports.metrics);
  const doTick: DoTick = async (shard, sequence, tick, signal) => {
    const queued = await queueDue(parts, shard.partitions, tick, signal);
    const done = { shard, sequence, minute: tick.minute };
    measure(queued, ports.clock.now() - beginOfMinuteMs(tick.minute));
    await report(ports, done, queued);
  };

  const shards = shardsOf(config);
  const check = openTickCheck(ports.nats);
  const catchUp = await startCatchUp(
    { ...ports, history: await openTickHistory(ports.nats, check) },
    shards,
    doTick,
  );
  const handlers = shards.map((shard) =>
    consumerHandler<Tick>({
      consumer: shard.consumer,
      prefetch: 1,
      parse: (message) => Tick.parse(message.json()),
      async handle(tick, { seq, storedAtMs }, signal) {
        const wrong = await check(tick, storedAtMs);
        if (wrong !== undefined) throw new Poison(wrong);
        await doTick(shard, seq, tick, signal);
        catchUp.done(seq);
      },
    }),
  );
  const running = [
    catchUp,
    startHandlers(ports, 'shard', handlers),
    ...shards.slice(0, 1).map(({ consumer }) => watchConsumer(ports, consumer)),
  ];

  const advice = warnOfTzdata(ports.database, schedules.zones, ports.clock.now(), ports.log);

  return {
    async stop() {
      await Promise.all([advice, stopAll(running)]);
      queue.stop();
    },
  };
}

function shardsOf({ shardCount, shards }: Pick<ShardsConfig, 'shardCount' | 'shards'>): Shard[] {
  const indexes = shards ?? Array.from({ length: shardCount }, (_, index) => index);
  return indexes.map((index) => ({
    consumer: shardConsumer(index, shardCount),
    partitions: partitionsOf(index, shardCount),
  }));
}

async function report(
  { nats, clock, log }: Ports,
  { shard, sequence, minute }: { shard: Shard; sequence: number; minute: EpochMinute },
  { queued, already, tooBig }: Queued,
): Promise<void> {
  const { name: consumer, stream } = shard.consumer;
  const lagMs = clock.now() - beginOfMinuteMs(minute);
  if (queued + already > 0) log.info({ shard: consumer, minute, queued, already, lagMs }, 'reminders queued');
  for (const reminder of tooBig) {
    const { tier, userId, due } = reminder;
    log.error({ shard: consumer, userId, occurrences: due.length }, 'a reminder is too big to be queued');
    const subject = reminderSubject(tier, userId, minute);
    const data = Buffer.from(JSON.stringify(reminder));
    const origin = { consumer, stream, sequence, subject, data, deliveries: 1 };
    await storeDeadLetter(jetstream(nats), origin, new Error('the reminder is too big'), clock.now());
  }
}
