import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { partitionOf } from '#contracts/ids.ts';
import { deliverySubject, eventSubject, reminderSubject, TICK_SUBJECT } from '#contracts/subjects.ts';
import { epochMinuteAt } from '#contracts/time.ts';
import { explain } from '#deploy/explain/explain.ts';
import { provision } from '#deploy/provision/provision.ts';
import { prepareProjections } from '#projections/engine/versions.ts';
import { createLog } from '#services/platform/process/log.ts';
import { asMinute, asUserId } from '#test/support/ids.ts';
import { startTestNats, type TestNats } from '#test/support/nats.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres.ts';
import { testProcesses } from '#test/support/processes.ts';

/* Everybody has one reminder a day at 08:00 UTC, and it is asked at five past eight. */

const NOW = Date.parse('2026-11-25T08:05:00Z');
const MINUTE = asMinute(epochMinuteAt(Date.parse('2026-11-25T08:00:00Z')));
const HABIT = 'a'.repeat(13);
const OCCURRENCE = { habitId: HABIT, on: '2026-11-25', at: '08:00' };
const processes = testProcesses();
let server: TestNats;
let nats: NatsConnection;
let database: TestDatabase;

beforeAll(async () => {
  server = await startTestNats();
  nats = await server.connection();
  database = await createTestDatabase();
  await provision(nats, { shardCount: 2 });
  await prepareProjections({ schedules: database.pool, analytics: database.pool });
});
afterAll(async () => {
  await server?.stop();
  await database?.drop();
});

/** A registered person with a habit, unless something about them is to be different. */
async function person(id: number, { localMinute = 480, account = '', habit = '' } = {}): Promise<void> {
  const partition = partitionOf(asUserId(id));
  const { pool } = database;
  await pool.query(
    "INSERT INTO schedules.accounts (user_id, partition, locale, timezone, blocked) VALUES ($1, $2, 'en', 'UTC', false)",
    [id, partition],
  );
  await pool.query(
    `INSERT INTO schedules.habits (user_id, habit_id, name, emoji, goal, frequency, paused, archived)
     VALUES ($1, $2, 'Read', '', '{"kind": "yesNo"}', '{"kind": "daily"}', false, false)`,
    [id, HABIT],
  );
  await pool.query(
    `INSERT INTO schedules.reminders (user_id, habit_id, local_minute, weekdays, partition, timezone, active)
     VALUES ($1, $2, $3, 127, $4, 'UTC', true)`,
    [id, HABIT, localMinute, partition],
  );
  if (account !== '') await pool.query(`UPDATE schedules.accounts SET ${account} WHERE user_id = $1`, [id]);
  if (habit !== '') await pool.query(`UPDATE schedules.habits SET ${habit} WHERE user_id = $1`, [id]);
}

const about = (id: number, nowMs = NOW) =>
  explain({ nats, database: database.pool, log: createLog('test', 'silent'), nowMs }, asUserId(id));
const answer = async (id: number) => (await about(id)).at(-1)?.replace(/^so +/, '');

const queueReminder = (id: number) =>
  jetstream(nats).publish(
    reminderSubject('regular', asUserId(id), MINUTE),
    JSON.stringify({
      ...{ userId: String(id), minute: MINUTE, tier: 'regular', expiresAt: '2026-11-25T10:00:00.000Z' },
      due: [OCCURRENCE],
    }),
  );

test('a person of whom there is nothing, and one whose event is not in the schedules yet', async () => {
  expect(await answer(1)).toBe('nobody by this id ever registered');
  const { seq } = await jetstream(nats).publish(eventSubject(asUserId(2), 'account'), '{}');
  expect(await answer(2)).toBe(`their event ${seq} is not in the schedules yet: is the projector ready?`);
});

test('nothing was due', async () => {
  await person(3, { localMinute: 480 });
  const early = Date.parse('2026-11-25T07:58:30Z');
  await database.pool.query('UPDATE schedules.reminders SET weekdays = 4 WHERE user_id = 3');
  expect((await about(3, early)).at(-1)).toMatch(/nothing was due within a day; next in 2 minutes$/);
});

test('who blocked the bot, and whose habit is paused', async () => {
  await person(4, { account: 'blocked = true' });
  expect(await answer(4)).toBe('they blocked the bot');
  await person(5, { habit: 'paused = true' });
  expect(await answer(5)).toBe('their habit is paused');
});

test('each place where it may wait, from the tick to the outcome', async () => {
  await person(10);
  expect(await answer(10)).toBe('its minute has no tick yet: is a tick process ready?');

  const js = jetstream(nats);
  const manager = await jetstreamManager(nats);
  await js.publish(TICK_SUBJECT, JSON.stringify({ minute: MINUTE, eventsSequence: 0 }));
  const shard = `shard-0${partitionOf(asUserId(10)) % 2}-of-02`;
  expect(await answer(10)).toBe(
    `${shard} has not done its minute: are the shards ready, and the schedules level?`,
  );
  await manager.consumers.pause('TICKS', shard, new Date(Date.now() + 60_000));
  expect(await answer(10)).toBe(`${shard} is paused: nats consumer resume TICKS ${shard}`);
  await manager.consumers.resume('TICKS', shard);

  await queueReminder(10);
  expect(await answer(10)).toBe('queued behind others of regular: 1 are not handed out yet');
  await manager.consumers.pause('REMINDERS', 'sender-regular', new Date(Date.now() + 60_000));
  expect(await answer(10)).toBe(
    'queued, and sender-regular is paused: nats consumer resume REMINDERS sender-regular',
  );
  await manager.consumers.resume('REMINDERS', 'sender-regular');

  const consumer = await js.consumers.get('REMINDERS', 'sender-regular');
  const message = await consumer.next({ expires: 5_000 });
  expect(await answer(10)).toBe('a sender has it, and waits for its slot among 1 of regular');
  const record = { minute: MINUTE, startedAt: '2026-11-25T08:00:01.000Z', by: 'one', tries: 1 };
  await js.publish(`$KV.sending.10.${HABIT}.2026-11-25.0800`, JSON.stringify(record));
  expect(await answer(10)).toMatch(/^a sender has begun to send it and not ended yet/);
  const delivery = {
    ...{ userId: '10', minute: MINUTE, tier: 'regular', outcome: 'delivered', occurrences: [OCCURRENCE] },
    ...{ at: '2026-11-25T08:00:02.500Z', latenessMs: 2_500, telegramMessageId: 1 },
  };
  await js.publish(deliverySubject('delivered', asUserId(10)), JSON.stringify(delivery));
  await message?.ackAck();
  expect(await answer(10)).toBe('delivered, 2.5 s after its minute');
  expect((await about(10)).slice(0, -1)).toEqual([
    'person    UTC',
    'log       no event of theirs; the schedules stand at 0',
    `schedule  ${HABIT} 08:00, last due 2026-11-25T08:00Z, next 2026-11-26T08:00Z`,
    'due       2026-11-25T08:00Z',
    'tick      the newest is of 2026-11-25T08:00Z',
    `shard     ${shard} has not done this minute`,
    expect.stringMatching(/^queue {5}regular, message 1, since \d{4}-/),
    `record    10.${HABIT}.2026-11-25.0800: begun 2026-11-25T08:00:01.000Z, open`,
    'delivery  delivered at 2026-11-25T08:00:02.500Z',
    'budget    no pause',
  ]);
});

test('what cannot be read, wherever it stands, says nothing', async () => {
  await person(6);
  const js = jetstream(nats);
  for (const subject of [
    deliverySubject('delivered', asUserId(6)),
    reminderSubject('regular', asUserId(6), MINUTE),
    `$KV.sending.6.${HABIT}.2026-11-25.0800`,
  ])
    await js.publish(subject, 'no JSON');
  expect(await answer(6)).toMatch(/has not done its minute/);
});

test('a minute that was done without it', async () => {
  await person(12);
  const js = jetstream(nats);
  const shard = `shard-0${partitionOf(asUserId(12)) % 2}-of-02`;
  const tick = await (await js.consumers.get('TICKS', shard)).next({ expires: 5_000 });
  await tick?.ackAck();
  expect(await answer(12)).toBe('its minute was done without it: it was scheduled later, or not wanted then');
});

test('the command, and who is asked for', async () => {
  const run = async (...args: string[]) => {
    const command = await processes.startScript('deploy/cli/habitstream.ts', ['explain', ...args], {
      ...{ NATS_URL: server.url, DATABASE_URL: database.url },
    });
    return { ...(await command.exited), text: command.lines.join('\n') };
  };
  expect(await run('1')).toMatchObject({ code: 0, text: expect.stringMatching(/^so +nobody by this id/m) });
  expect(await run('somebody')).toMatchObject({
    code: 1,
    text: expect.stringContaining('numeric Telegram id'),
  });
}, 90_000);
