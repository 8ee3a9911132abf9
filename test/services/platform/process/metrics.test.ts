import { Pool } from 'pg';
import { Registry } from 'prom-client';
import { expect, inject, onTestFinished, test } from 'vitest';
import { countBy, counterOf, gaugesByAsking } from '#services/platform/process/metrics.ts';
import { measurePools } from '#services/platform/process/pool-metrics.ts';
import { sampleValue } from '#test/support/metrics.ts';

const GAUGES = { depth: { help: 'of a queue', labels: ['queue'] }, whole: { help: 'of all queues' } };

test('all gauges of a scrape come from one question, and have no samples while it fails', async () => {
  const metrics = new Registry();
  let asked = 0;
  let isAway = false;
  gaugesByAsking(metrics, GAUGES, async () => {
    asked++;
    if (isAway) throw new Error('the server is away');
    return { depth: [{ labels: { queue: `number ${asked}` }, value: asked }], whole: [{ value: 7 }] };
  });
  const first = await metrics.metrics();
  expect([sampleValue(first, 'depth', { queue: 'number 1' }), sampleValue(first, 'whole')]).toEqual([1, 7]);
  const second = await metrics.metrics();
  expect([sampleValue(second, 'depth'), sampleValue(second, 'whole')]).toEqual([2, 7]);
  isAway = true;
  const third = await metrics.metrics();
  expect([sampleValue(third, 'depth'), sampleValue(third, 'whole')]).toEqual([undefined, undefined]);
  expect(asked).toBe(3);
});

test('a server that gives no answer holds no scrape up', async () => {
  const metrics = new Registry();
  gaugesByAsking(metrics, { stuck: { help: 'never known' } }, () => new Promise(() => {}));
  gaugesByAsking(metrics, { known: { help: 'at once' } }, () => ({ known: [{ value: 1 }] }));
  const text = await metrics.metrics();
  expect([sampleValue(text, 'stuck'), sampleValue(text, 'known')]).toEqual([undefined, 1]);
});

test('counters begin at 0, and one over the figures of others says what they say', async () => {
  const metrics = new Registry();
  const count = countBy(metrics, { name: 'seen_total', help: 'by kind', label: 'kind', values: ['a', 'b'] });
  let slots = 3;
  counterOf(metrics, { name: 'slots_total', help: 'booked' }, () => slots);
  count('b');
  count('b', 4);
  const first = await metrics.metrics();
  expect(sampleValue(first, 'seen_total', { kind: 'a' })).toBe(0);
  expect(sampleValue(first, 'seen_total', { kind: 'b' })).toBe(5);
  expect(sampleValue(first, 'slots_total')).toBe(3);
  slots = 5;
  expect(sampleValue(await metrics.metrics(), 'slots_total')).toBe(5);
});

test('a statement that waits for a connection is seen while it waits, and its wait afterwards', async () => {
  const metrics = new Registry();
  const pool = new Pool({ connectionString: inject('postgresUrl'), max: 1 });
  onTestFinished(() => pool.end());
  measurePools(metrics, { schedules: pool });
  const client = await pool.connect();
  const waiting = pool.query('SELECT 1 AS one');
  const during = await metrics.metrics();
  const now = 'habitstream_database_pool_waiting_requests';
  expect(sampleValue(during, now, { pool: 'schedules' })).toBe(1);
  expect(sampleValue(during, 'habitstream_database_pool_connections', { state: 'busy' })).toBe(1);
  expect(sampleValue(during, 'habitstream_database_pool_wait_seconds_count')).toBe(1);
  client.release();
  expect((await waiting).rows).toEqual([{ one: 1 }]);
  const after = await metrics.metrics();
  expect(sampleValue(after, now)).toBe(0);
  expect(sampleValue(after, 'habitstream_database_pool_wait_seconds_count')).toBe(2);
});
