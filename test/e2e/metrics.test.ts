import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { botConsumerOf } from '#contracts/consumers.ts';
import type { ReminderDue } from '#contracts/messages.ts';
import { reminderSubject, updateSubject } from '#contracts/subjects.ts';
import type { SimulatedPerson } from '#deploy/telegram/person-client.ts';
import { eventually } from '#test/support/eventually.ts';
import { asMinute, asUserId } from '#test/support/ids.ts';
import { type MetricFamily, metricFamilies, sampleValue } from '#test/support/metrics.ts';
import { testProcesses } from '#test/support/processes.ts';
import { alertSelectors, dashboardQueries, PROMETHEUS, startPrometheus } from '../support/prometheus.ts';
import { type EndToEndFixture, ROLES, type Role, startEndToEndFixture } from './fixture.ts';
import { awaitReminder, makeHabit, minuteAhead, register } from './journey.ts';

/*
 * What `/metrics` of the real processes says after work that is known: two people are reminded at one minute, one of whom
 * Telegram refuses; a message is poison; a tier of reminders is paused; Telegram asks for a pause.
 */

const EVERY_ROLE: readonly Role[] = [...ROLES, 'forgetting'];
const HABIT = 'Stretch';
const [REMINDED, BLOCKING] = [7101, 7102];
const processes = testProcesses();
let fixture: EndToEndFixture;
let person: SimulatedPerson;

beforeAll(async () => {
  fixture = await startEndToEndFixture(processes, 'webhook', EVERY_ROLE);
}, 60_000);
afterAll(() => fixture?.stop());

/** One figure of a process, now. */
const figure = async (role: Role, name: string, labels: Record<string, string> = {}) =>
  sampleValue(await fixture.metricsOf(role), name, labels);

/** Waits until a figure is what it is to be. */
const reached = (role: Role, [name, labels, value]: [string, Record<string, string>, unknown]) =>
  eventually(async () => expect(await figure(role, name, labels), `${name} of ${role}`).toEqual(value), {
    timeoutMs: 30_000,
  });

test('all processes are ready, and every minute has its tick', async () => {
  for (const role of EVERY_ROLE) await reached(role, ['habitstream_ready', {}, 1]);
  await reached('tick', ['habitstream_tick_lag_seconds', {}, 0]);
});

test('a minute with two reminders, one of which is refused', async () => {
  person = await fixture.telegram.person({ id: REMINDED, languageCode: 'en', first_name: 'Robin' });
  const other = await fixture.telegram.person({ id: BLOCKING, languageCode: 'en', first_name: 'Kim' });
  await Promise.all([person, other].map(register));
  const { at, beginsMs } = minuteAhead(10_000);
  await Promise.all([person, other].map((each) => makeHabit(each, HABIT, at)));
  await fixture.telegram.fault({
    method: 'sendMessage',
    chatId: BLOCKING,
    status: 403,
    error: 'Forbidden: bot was blocked by the user',
  });
  await awaitReminder(person, HABIT, beginsMs - Date.now() + 30_000);

  const tier = 'regular';
  await reached('sender', ['habitstream_deliveries_total', { tier, outcome: 'delivered' }, 1]);
  await reached('sender', ['habitstream_deliveries_total', { tier, outcome: 'failed' }, 1]);
  expect(await figure('sender', 'habitstream_deliveries_total', { tier, outcome: 'uncertain' })).toBe(0);
  expect(await figure('sender', 'habitstream_delivery_lateness_seconds_count', { tier })).toBe(1);
  expect(await figure('sender', 'habitstream_delivery_lateness_seconds_sum', { tier })).toBeGreaterThan(0);
  expect(await figure('sender', 'habitstream_telegram_answers_total', { code: '403' })).toBe(1);
  expect(await figure('sender', 'habitstream_budget_slots_total')).toBeGreaterThanOrEqual(2);
  expect(await figure('shards', 'habitstream_reminders_queued_total', { result: 'queued' })).toBe(2);
  expect(await figure('shards', 'habitstream_shard_lag_seconds_count')).toBeGreaterThanOrEqual(4);
  expect(await figure('shards', 'habitstream_barrier_wait_seconds_count')).toBeGreaterThanOrEqual(1);
  expect(
    await figure('shards', 'habitstream_database_pool_wait_seconds_count', { pool: 'schedules' }),
  ).toBeGreaterThan(0);
  expect(await figure('ingress', 'habitstream_updates_total', { result: 'stored' })).toBeGreaterThan(6);
}, 150_000);

test('projections are level with their streams', async () => {
  for (const projection of ['schedules', 'analytics', 'admin'])
    await reached('projector', ['habitstream_projection_lag_messages', { projection, stream: 'EVENTS' }, 0]);
  expect(
    await figure('projector', 'habitstream_projection_lag_seconds', {
      projection: 'schedules',
      stream: 'EVENTS',
    }),
  ).toBe(0);
});

test('a poison message is a dead letter of its consumer', async () => {
  const userId = asUserId(REMINDED);
  await jetstream(fixture.nats).publish(updateSubject(userId), 'no update');
  await reached('bot', ['habitstream_dead_letters', {}, 1]);
  const consumer = botConsumerOf(userId).name;
  expect(await figure('bot', 'habitstream_consumer_dead_letters', { consumer })).toBe(1);
});

test('a paused tier: what waits, how old the oldest is, and what an operator changes live', async () => {
  const { consumers } = await jetstreamManager(fixture.nats);
  const consumer = 'sender-dormant';
  await consumers.pause('REMINDERS', consumer, new Date(Date.now() + 3_600_000));
  await queueDormant(2);
  await reached('sender', ['habitstream_consumer_pending_messages', { consumer }, 2]);
  await reached('sender', ['habitstream_consumer_paused', { consumer }, 1]);
  const age = await figure('sender', 'habitstream_consumer_oldest_message_age_seconds', { consumer });
  await reached('sender', [
    'habitstream_consumer_idle_seconds',
    { consumer },
    expect.toSatisfy(isAbove(0.2)),
  ]);
  const later = await figure('sender', 'habitstream_consumer_oldest_message_age_seconds', { consumer });
  expect(later).toBeGreaterThan(age ?? Number.POSITIVE_INFINITY);

  await consumers.update('REMINDERS', consumer, { max_ack_pending: 7 });
  await reached('sender', ['habitstream_consumer_max_ack_pending_messages', { consumer }, 7]);
  expect(await figure('sender', 'habitstream_consumer_pending_messages', { consumer })).toBe(2);
  await consumers.resume('REMINDERS', consumer);
  await reached('sender', ['habitstream_consumer_pending_messages', { consumer }, 0]);
  await reached('sender', ['habitstream_consumer_ack_pending_messages', { consumer }, 0]);
  await reached('sender', ['habitstream_consumer_idle_seconds', { consumer }, 0]);
  await reached('sender', ['habitstream_consumer_oldest_message_age_seconds', { consumer }, 0]);
});

test('a 429 pauses everybody: each process knows until when', async () => {
  await fixture.telegram.penalty(30);
  await person.say('/help');
  await reached('bot', ['habitstream_telegram_answers_total', { code: '429' }, expect.toSatisfy(isAbove(0))]);
  for (const role of ['bot', 'sender', 'forgetting'] as const)
    await reached(role, ['habitstream_budget_pause_seconds', {}, expect.toSatisfy(isAbove(1))]);
  expect(await figure('sender', 'habitstream_budget_share_ratio')).toBeLessThan(1);
});

test.skipIf(!existsSync(PROMETHEUS))(
  'every query of dashboard and alerts finds something, by a real Prometheus (skipped without one)',
  async () => {
    const targets = EVERY_ROLE.map((role): [string, string] => [role, fixture.healthPort(role)]);
    const prometheus = await startPrometheus(targets);
    try {
      const queries = [...(await dashboardQueries()), ...(await alertSelectors())];
      expect(queries.length).toBeGreaterThan(60);
      // Rates need two scrapes.
      const empty = () => prometheus.withoutResult(queries);
      await eventually(async () => expect(await empty()).toEqual([]), { timeoutMs: 60_000 });
    } finally {
      await prometheus.stop();
    }
  },
  90_000,
);

test('dashboard and alerts name only metrics that there are', async () => {
  const families = [...(await familiesByRole()).values()];
  const names = new Set(families.flatMap(({ samples, name }) => [name, ...samples.map((each) => each.name)]));
  const queries = [...(await dashboardQueries()), ...(await alertSelectors())].join('\n');
  const used = new Set(queries.match(/habitstream_\w+/g));
  expect([...used].filter((name) => !names.has(name))).toEqual([]);
});

test('deploy/README.md has every metric of every process, as the code describes it', async () => {
  const rows = metricRows(await familiesByRole());
  const readme = await readFile('deploy/README.md', 'utf8');
  const [, section = ''] = readme.split('\n## Metrics\n');
  const documented = (section.split('\n## ')[0] ?? '').split('\n').filter((line) => line.startsWith('| `'));
  expect(documented).toEqual(rows);
});

const isAbove = (least: number) => (value: unknown) => typeof value === 'number' && value > least;

/** Reminders of people who never were: they end as suppressed. */
async function queueDormant(count: number): Promise<void> {
  const minute = asMinute(Math.floor(Date.now() / 60_000));
  for (let i = 0; i < count; i++) {
    const userId = asUserId(7_200 + i);
    const reminder = {
      ...{ userId, minute, tier: 'dormant', expiresAt: new Date(Date.now() + 3_600_000).toISOString() },
      due: [{ habitId: 'nosuchhabit00', on: '2026-11-25', at: '08:00' }],
    } satisfies Record<keyof ReminderDue, unknown>;
    await jetstream(fixture.nats).publish(
      reminderSubject('dormant', userId, minute),
      JSON.stringify(reminder),
    );
  }
}

async function familiesByRole(): Promise<Map<MetricFamily['name'], MetricFamily & { roles: Role[] }>> {
  const found = new Map<string, MetricFamily & { roles: Role[] }>();
  for (const role of EVERY_ROLE) {
    for (const family of metricFamilies(await fixture.metricsOf(role))) {
      if (!family.name.startsWith('habitstream_')) continue;
      const before = found.get(family.name) ?? { ...family, roles: [] };
      const labels = [...new Set([...before.labels, ...family.labels])];
      found.set(family.name, { ...before, labels, roles: [...before.roles, role] });
    }
  }
  return found;
}

function metricRows(families: ReadonlyMap<string, MetricFamily & { roles: Role[] }>): string[] {
  return [...families.values()]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, type, labels, roles, help }) => {
      const of = roles.length === EVERY_ROLE.length ? 'all' : roles.join(', ');
      return `| \`${name}\` | ${type} | ${labels.join(', ')} | ${of} | ${help} |`;
    });
}
