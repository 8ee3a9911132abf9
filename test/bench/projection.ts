import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Pool } from 'pg';
import { type DomainEvent, envelopeOf } from '#contracts/events.ts';
import { type AggregateId, habitIdFrom, type UserId } from '#contracts/ids.ts';
import { eventSubject } from '#contracts/subjects.ts';
import { provision } from '#deploy/provision/provision.ts';
import { columns } from '#projections/engine/columns.ts';
import { usualProjections } from '#projections/engine/registry.ts';
import { prepareProjections } from '#projections/engine/versions.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import { createLog } from '#services/platform/process/log.ts';
import { lastSequence, readLog } from '#services/projector/read-log.ts';
import { rebuild } from '#services/projector/rebuild.ts';
import { asUserId } from '#test/support/ids.ts';
import type { BenchRow } from './bench-row.ts';
import { benchDueQuery } from './due-query.ts';
import { perSecond } from './per-second.ts';
import { withStores } from './servers.ts';

const PEOPLE = 10_000;
const HABITS_EACH = 2;
const CHECK_INS_EACH = 24;
const BATCH = 10_000;
const MB = 1024 ** 2;

/**
 * Rebuilding each projection from a log of 300,000 events, beside reading the same log and inserting its check-ins
 * with plain statements, one for each batch; then the due query.
 */
export async function benchProjection(): Promise<BenchRow[]> {
  return withStores(async ({ nats, pool }) => {
    await provision(nats, { shardCount: 1 });
    await prepareProjections({ schedules: pool, analytics: pool });
    await fillLog(nats);
    return [...(await rebuilds(nats, pool)), ...(await benchDueQuery(pool))];
  });
}

async function rebuilds(nats: NatsConnection, pool: Pool): Promise<BenchRow[]> {
  const events = await lastSequence(nats, 'EVENTS');
  const databases = { schedules: pool, analytics: pool };
  const ports = { nats, clock: systemClock, log: createLog('bench', 'silent'), databases };
  // A rebuild goes as far as the live projection: this says that all events are projected.
  await pool.query("UPDATE projections.checkpoints SET sequence = $1 WHERE stream = 'EVENTS'", [events]);
  const rows: BenchRow[] = [];
  const ofEvents = (await usualProjections()).filter(
    ({ name }) => name === 'schedules' || name === 'analytics',
  );
  for (const projection of ofEvents) {
    const raw = await perSecond(events, () => insertPlainly(nats, pool, events));
    const memory = watchMemory();
    const ours = await perSecond(events, () => rebuild(projection, ports).then(() => {}));
    const note = `${events} events; memory grew by ${memory.stop()} MB; raw: the check-ins alone, read and inserted`;
    rows.push({ name: `rebuild ${projection.name}`, ours, raw, unit: 'events/s', ratio: ours / raw, note });
  }
  return rows;
}

/**
 * The least that a rebuild must do: read and decode the log and insert its check-ins, without checks and without
 * folding.
 */
async function insertPlainly(nats: NatsConnection, pool: Pool, events: number): Promise<void> {
  await pool.query(`CREATE TABLE plain (user_id bigint, habit_id text COLLATE "C", on_date date, value float8,
    PRIMARY KEY (user_id, habit_id, on_date))`);
  for await (const { messages } of readLog(nats, 'EVENTS', { after: 0, upTo: events }, BATCH)) {
    const checkIns = messages
      .map(({ subject, data }) => ({
        subject: subject.split('.'),
        ...JSON.parse(Buffer.from(data).toString()),
      }))
      .filter(({ type }) => type === 'HabitCheckedIn');
    await pool.query(
      'INSERT INTO plain SELECT * FROM unnest($1::bigint[], $2::text[], $3::date[], $4::float8[])',
      columns(
        checkIns,
        ({ subject }) => subject[2],
        ({ subject }) => subject[3],
        ({ data }) => data.on,
        ({ data }) => data.value,
      ),
    );
  }
  await pool.query('DROP TABLE plain');
}

function watchMemory(): { stop(): number } {
  const before = process.memoryUsage.rss();
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, 20);
  return {
    stop() {
      clearInterval(timer);
      return Math.round((most - before) / MB);
    },
  };
}

/** People register, define habits with reminders, and then check in for day after day. */
async function fillLog(nats: NatsConnection): Promise<void> {
  const js = jetstream(nats);
  let inFlight: Promise<unknown>[] = [];
  const store = async (userId: UserId, aggregateId: AggregateId, event: DomainEvent) => {
    const metadata = {
      at: '2026-11-25T08:00:00.000Z',
      correlationId: 'update-123456',
      causationId: 'update-123456',
    };
    const body = JSON.stringify(envelopeOf(event, 'update-123456-0', metadata));
    inFlight.push(js.publish(eventSubject(userId, aggregateId), body));
    if (inFlight.length < 512) return;
    await Promise.all(inFlight);
    inFlight = [];
  };
  const people = Array.from({ length: PEOPLE }, (_, i) => asUserId(100_000_000 + i * 37));
  for (const userId of people) {
    await store(userId, 'account', { type: 'AccountRegistered', data: { locale: 'en' } });
    await store(userId, 'account', { type: 'TimezoneChanged', data: { timezone: 'Europe/Berlin' } });
    for (let ordinal = 0; ordinal < HABITS_EACH; ordinal++) {
      for (const event of beginning) await store(userId, habitIdFrom(userId, 1, ordinal), event);
    }
  }
  for (let n = 0; n < CHECK_INS_EACH; n++) {
    const on = `2026-11-${String(1 + Math.floor(n / HABITS_EACH)).padStart(2, '0')}`;
    for (const userId of people) {
      const habitId = habitIdFrom(userId, 1, n % HABITS_EACH);
      await store(userId, habitId, { type: 'HabitCheckedIn', data: { on, value: 1 } });
    }
  }
  await Promise.all(inFlight);
}

const beginning: DomainEvent[] = [
  {
    type: 'HabitDefined',
    data: { name: 'Read a book', goal: { kind: 'yesNo' }, frequency: { kind: 'daily' } },
  },
  { type: 'ReminderScheduled', data: { at: '08:00', weekdays: [1, 2, 3, 4, 5, 6, 7] } },
];
