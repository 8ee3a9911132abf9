import { jetstreamManager } from '@nats-io/jetstream';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { bulkRows } from '#projections/engine/bulk-write.ts';
import type { Projection, Queryable } from '#projections/engine/projection.ts';
import { rebuild } from '#services/projector/rebuild.ts';
import { verificationLines } from '#services/projector/verify.ts';
import { type LogEntry, sampleDeliveries, sampleEvents } from '../../projections/histories.ts';
import { openFixture, type ProjectorFixture } from './fixture.ts';

// Generous, for machines that do much else.
vi.setConfig({ testTimeout: 90_000 });

type Place = { stream: string; sequence: number; version?: number; storedAtMs: number };

const place = {
  stream: ['text', (row: Place) => row.stream],
  sequence: ['bigint', (row: Place) => row.sequence],
  version: ['integer', (row: Place) => row.version],
  stored_at_ms: ['bigint', (row: Place) => row.storedAtMs],
} as const;

function writeInto(table: string, stream: string) {
  return async (batch: readonly Omit<Place, 'stream'>[], db: Queryable) => {
    const rows = batch.map(({ sequence, version, storedAtMs }) => ({
      stream,
      sequence,
      version,
      storedAtMs,
    }));
    const { from, values } = bulkRows(rows, place);
    await db.query(`INSERT INTO ${table} SELECT * FROM ${from}`, values);
  };
}

const COLUMNS = 'stream text, sequence bigint PRIMARY KEY, version int, stored_at_ms bigint NOT NULL';
const places: Projection = {
  name: 'places',
  database: 'analytics',
  tables: `CREATE TABLE events (${COLUMNS}); CREATE TABLE deliveries (${COLUMNS});`,
  views: '',
  sources: { EVENTS: writeInto('events', 'EVENTS'), DELIVERIES: writeInto('deliveries', 'DELIVERIES') },
};

let fixture: ProjectorFixture;
beforeAll(async () => {
  fixture = await openFixture([places]);
});
afterAll(() => fixture.close());

/** The same event as an older version of the program stored it. */
function inVersionOne({ subject, body }: LogEntry): LogEntry {
  return { subject, body: JSON.stringify({ ...JSON.parse(body), version: 1 }) };
}

test('a handler is told the version an event was stored in, its sequence and when the server stored it, live and in a rebuild', async () => {
  const replica = fixture.startReplica();
  const events = sampleEvents(3, { histories: 2 });
  await fixture.append([...events, ...events.map(inVersionOne), ...sampleDeliveries(4, { histories: 1 })]);
  await fixture.untilLevel();
  await replica.stop();
  const expected = [...(await storedIn('EVENTS')), ...(await storedIn('DELIVERIES'))];
  expect(new Set(expected.map(({ version }) => version))).toEqual(new Set([1, 2, null]));
  expect(await rows()).toEqual(expected);
  const [verification] = await fixture.verifyAll();
  if (!verification) throw new Error('not verified');
  expect(verificationLines(verification).at(-1)).toMatch(/equals/);
  await rebuild(places, fixture.ports);
  expect(await rows()).toEqual(expected);
});

async function rows(): Promise<unknown[]> {
  const found = await fixture.database.pool.query<{ stream: string; sequence: string }>(
    `SELECT stream, sequence::int, version, stored_at_ms::text FROM places.events
     UNION ALL SELECT stream, sequence::int, version, stored_at_ms::text FROM places.deliveries
     ORDER BY stream DESC, sequence`,
  );
  return found.rows;
}

/** What the server says of each message of a stream. */
async function storedIn(stream: 'EVENTS' | 'DELIVERIES') {
  const { streams } = await jetstreamManager(fixture.nats);
  const { last_seq } = (await streams.info(stream)).state;
  const found: { stream: string; sequence: number; version: number | null; stored_at_ms: string }[] = [];
  for (let sequence = 1; sequence <= last_seq; sequence++) {
    const message = await streams.getMessage(stream, { seq: sequence });
    if (!message) throw new Error(`nothing at ${sequence}`);
    const { version = null } = message.json<{ version?: number }>();
    found.push({ stream, sequence, version, stored_at_ms: String(message.time.getTime()) });
  }
  return found;
}
