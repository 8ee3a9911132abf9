import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connect, createInbox, type NatsConnection } from '@nats-io/transport-node';
import { type DomainEvent, envelopeOf } from '#contracts/events.ts';
import { ACCOUNT, type AggregateId, habitIdFrom, type UserId } from '#contracts/ids.ts';
import { eventSubject } from '#contracts/subjects.ts';
import { EVERY_DAY } from '#contracts/time.ts';
import { provision } from '#deploy/provision/provision.ts';
import { simulatorClient } from '#deploy/telegram/client.ts';
import { projectionConsumers } from '#projections/engine/registry.ts';
import { prepareProjections } from '#projections/engine/versions.ts';
import { asUserId } from '#test/support/ids.ts';
import type { BenchRow } from './bench-row.ts';
import { benchDatabase, withServers } from './servers.ts';
import { startServicesProcess } from './services-process.ts';

const TARGET_MB = 400;
const IN_FLIGHT = 4_096;
/** Time to build both projections before the minute at which everybody is due. */
const BUILDING_MS = 60_000;
const AFTER_MINUTE_MS = 45_000;

/**
 * Peak resident memory of all services in one process while `users` people are projected and then all due at one
 * minute. `raw` is the limit of the design, in MB without NATS and Postgres.
 */
export async function benchMemory(users = 100_000): Promise<BenchRow[]> {
  return withServers(
    async (servers, owned) => {
      const nats = await connect({ servers: servers.natsUrl });
      owned.defer(() => nats.close());
      const pool = benchDatabase(servers);
      await provision(nats, { shardCount: 16, consumers: await projectionConsumers() });
      await prepareProjections({ schedules: pool, analytics: pool });
      await pool.end();
      const minuteMs = Math.ceil((Date.now() + BUILDING_MS) / 60_000) * 60_000;
      await fillLog(nats, users, new Date(minuteMs).toISOString().slice(11, 16));

      const dataDir = await mkdtemp(join(tmpdir(), 'habitstream-bench-memory-'));
      owned.defer(() => rm(dataDir, { recursive: true, force: true }));
      const { simulator, pid } = await startServicesProcess(servers, dataDir, owned);
      const telegram = simulatorClient(simulator.url);
      await telegram.crowd(1, users);
      const peakMb = await peakMemoryMb(pid, minuteMs + AFTER_MINUTE_MS);
      const { byMethod } = await telegram.counters();
      const note = `raw: the limit; ${byMethod.sendMessage ?? 0} reminders sent meanwhile`;
      const name = `peak memory, ${users} people due at one minute`;
      return [{ name, ours: peakMb, raw: TARGET_MB, unit: 'MB', ratio: peakMb / TARGET_MB, note }];
    },
    { syncAlways: false },
  );
}

/** Stores what `users` people did to have one habit each, due at `at`: four events a person. */
async function fillLog(nats: NatsConnection, users: number, at: string): Promise<void> {
  const inbox = createInbox();
  const wanted = users * 4;
  let answered = 0;
  let answer = Promise.withResolvers<void>();
  const subscription = nats.subscribe(inbox, {
    callback: () => {
      answered++;
      answer.resolve();
      answer = Promise.withResolvers();
    },
  });
  for (let number = 1; number <= users; number++) {
    const user = asUserId(number);
    const habit = habitIdFrom(user, number);
    publish(nats, inbox, user, ACCOUNT, { type: 'AccountRegistered', data: { locale: 'en' } });
    publish(nats, inbox, user, ACCOUNT, { type: 'TimezoneChanged', data: { timezone: 'UTC' } });
    publish(nats, inbox, user, habit, {
      type: 'HabitDefined',
      data: { name: 'Read', goal: { kind: 'yesNo' }, frequency: { kind: 'daily' } },
    });
    publish(nats, inbox, user, habit, {
      type: 'ReminderScheduled',
      data: { at, weekdays: EVERY_DAY },
    });
    while (number * 4 - answered > IN_FLIGHT) await answer.promise;
  }
  while (answered < wanted) await answer.promise;
  subscription.unsubscribe();
}

let written = 0;
function publish(
  nats: NatsConnection,
  reply: string,
  user: UserId,
  aggregate: AggregateId,
  event: DomainEvent,
): void {
  const causationId = `bench-${written++}`;
  const metadata = { causationId, correlationId: causationId, at: new Date().toISOString() };
  const body = JSON.stringify(envelopeOf(event, causationId, metadata));
  nats.publish(eventSubject(user, aggregate), body, { reply });
}

async function peakMemoryMb(pid: number, untilMs: number): Promise<number> {
  await delay(untilMs - Date.now());
  // VmHWM is the highest that the resident memory has been.
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
}

if (import.meta.main) console.table(await benchMemory(Number(process.argv[2] ?? 100_000)));
