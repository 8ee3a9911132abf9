import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { Pool } from 'pg';
import { expect } from 'vitest';
import type { UserId } from '#contracts/ids.ts';
import {
  deadSubject,
  eventsOfUser,
  forgettingSubject,
  reminderSubject,
  replySubject,
  updateSubject,
} from '#contracts/subjects.ts';
import { startPostgres } from '#deploy/local/postgres.ts';
import type { NatsService } from '#deploy/nats/rights.ts';
import { provision } from '#deploy/provision/provision.ts';
import { simulatorClient } from '#deploy/telegram/client.ts';
import type { SimulatedPerson } from '#deploy/telegram/person-client.ts';
import { startSimulator } from '#deploy/telegram/start.ts';
import { projectionConsumers, usualProjections } from '#projections/engine/registry.ts';
import { prepareProjections } from '#projections/engine/versions.ts';
import { start as startBot } from '#services/bot/start.ts';
import { type ForgettingPorts, start as startForgetting } from '#services/forgetting/start.ts';
import { start as startIngress } from '#services/ingress/start.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import { type Running, stopAll } from '#services/platform/process/lifecycle.ts';
import { createLog } from '#services/platform/process/log.ts';
import { openRateLimiter } from '#services/platform/rate-limit/rate-limiter.ts';
import { openTelegram } from '#services/platform/telegram/client.ts';
import { rebuild } from '#services/projector/rebuild.ts';
import { start as startProjector } from '#services/projector/start.ts';
import { verify } from '#services/projector/verify.ts';
import { start as startSender } from '#services/sender/start.ts';
import { start as startShards } from '#services/shards/start.ts';
import { eventually } from '#test/support/eventually.ts';
import { startNatsWithUsers } from '#test/support/nats-with-users.ts';
import { testFolder } from '#test/support/run-folder.ts';
import { makeHabit, register } from '../../e2e/journey.ts';
import { asHabitId, asMinute, asUserId } from '../../support/ids.ts';

export const TOKEN = '1234567:forgetting-test-token-of-x';
export const TOMBSTONE_KEY = 'a key of the tests that is long enough';
const SHARDS = 2;
const RATES = { sendRate: 500, bulkRate: 500 };

export type ForgettingFixture = Awaited<ReturnType<typeof startFixture>>;

/** All services that write of people, on a NATS and a Postgres of the test's own, whose files can be searched. */
export async function startFixture() {
  const server = await startNatsWithUsers();
  const nats = await server.connection();
  const dataDir = await testFolder('postgres');
  const postgres = await startPostgres({ dataDir, port: 0, ephemeral: true });
  const pool = new Pool({ connectionString: postgres.url, max: 10 });
  pool.on('error', () => {});
  const databases = { schedules: pool, analytics: pool };
  const simulator = await startSimulator({ port: 0, host: '127.0.0.1', botToken: TOKEN });
  await provision(nats, { shardCount: SHARDS, consumers: await projectionConsumers() });
  await prepareProjections(databases);
  const logLines: string[] = [];
  const log = createLog('test', 'info', { write: (line) => void logLines.push(line) });
  const ports = async (service: NatsService) => ({
    nats: await server.connectionOf(service),
    clock: systemClock,
    log,
  });
  const settings = { botToken: TOKEN, telegramApiRoot: simulator.url };
  const running: Running[] = [
    await startProjector({ projectorBatchSize: 100 }, { ...(await ports('projector')), ...databases }),
    await startShards(
      {
        ...{ shardCount: SHARDS, reminderDeadlineMs: 3_600_000, barrierWaitMs: 2_000 },
        ...{ dueChunkSize: 100, queueInFlight: 100 },
      },
      { ...(await ports('shards')), database: pool },
    ),
    await startSender(
      { ...settings, ...RATES, uncertainResends: 0, paidBroadcast: false },
      { ...(await ports('sender')), database: pool },
    ),
    await startBot(
      {},
      { ...(await ports('bot')), telegram: openTelegram({ token: TOKEN, apiRoot: simulator.url }) },
    ),
    await startIngress(
      { ...settings, natsUrl: server.urlOf('ingress'), port: 0, host: '127.0.0.1', logLevel: 'silent' },
      await ports('ingress'),
    ),
  ];
  const js = jetstream(nats);
  const manager = await jetstreamManager(nats);
  const telegram = simulatorClient(simulator.url);

  const fixture = {
    nats,
    server,
    pool,
    telegram,
    telegramUrl: simulator.url,
    databaseUrl: postgres.url,
    folders: [server.storeDir, dataDir],
    logLines,

    /** What Postgres had to keep for a crash is in its tables. */
    async checkpoint(): Promise<void> {
      await pool.query('SELECT pg_switch_wal()');
      await pool.query('CHECKPOINT');
    },

    person: (id: number): Promise<SimulatedPerson> => telegram.person({ id, first_name: `Person ${id}` }),

    async put(subject: string, body: unknown): Promise<number> {
      return (await js.publish(subject, typeof body === 'string' ? body : JSON.stringify(body))).seq;
    },

    /** The process that forgets, in this one. */
    async forgetting(probe?: ForgettingPorts['probe']): Promise<Running> {
      const own = await ports('forgetting');
      const limiter = await openRateLimiter(own, RATES);
      running.push(limiter);
      const started = await startForgetting(
        { tombstoneKey: TOMBSTONE_KEY },
        {
          ...own,
          ...databases,
          probe,
          limiter,
          telegram: openTelegram({ token: TOKEN, apiRoot: simulator.url }),
        },
      );
      running.push(started);
      return started;
    },

    /** A request as the bot stores it. */
    request: (userId: UserId) =>
      fixture.put(forgettingSubject(userId), { at: new Date().toISOString(), by: 'person', locale: 'en' }),

    /** Resolves when nobody is to be forgotten any more. */
    forgotten: () =>
      eventually(async () => {
        const { messages } = (await manager.streams.info('FORGETTING')).state;
        if (messages > 0) throw new Error('still to be forgotten');
      }),

    async events(userId: UserId): Promise<number> {
      const { state } = await manager.streams.info('EVENTS', { subjects_filter: eventsOfUser(userId) });
      return Object.values(state.subjects ?? {}).reduce((sum, count) => sum + count, 0);
    },

    /** What every projection says of itself. */
    async verified(): Promise<Record<string, boolean>> {
      const results: Record<string, boolean> = {};
      for (const projection of await usualProjections()) {
        const { equal } = await verify(projection, { nats, clock: systemClock, databases });
        results[projection.name] = equal;
      }
      return results;
    },

    async rebuildAll(): Promise<void> {
      for (const projection of await usualProjections())
        await rebuild(projection, { nats, clock: systemClock, log, databases });
    },

    /** Ends everything but the files. */
    async stop(): Promise<void> {
      await stopAll(running);
      await simulator.stop();
      await server.stop();
      await pool.end();
      await postgres.stop();
      expect([...server.violations]).toEqual([]);
    },
  };
  return fixture;
}

/** What a person leaves behind who is to be forgotten: in every stream, bucket and table, with `words` in all that they wrote. */
export async function leaveTraces(
  fixture: ForgettingFixture,
  person: SimulatedPerson,
  words: string,
): Promise<void> {
  const userId = asUserId(person.id);
  await register(person);
  await makeHabit(person, `${words} run`, '09:00');
  // A dialog that is left half way, and its state replaced several times.
  await person.say('/new');
  await person.waitForMessage();
  await person.say(`${words} swim`);
  await person.waitForMessage();
  await person.sendFile(`${words}.csv`, Buffer.from(`Date,${words}\n2026-01-01,2\n`));
  await person.waitForMessage();
  const habitId = asHabitId(await eventually(() => habitOf(fixture, userId)));
  const minute = asMinute(Math.floor(Date.now() / 60_000));
  const on = new Date().toISOString().slice(0, 10);
  const due = [{ habitId, on, at: '09:00' }];
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  await fixture.put(reminderSubject('engaged', userId, minute), {
    userId,
    minute,
    tier: 'engaged',
    expiresAt,
    due,
  });
  const reminder = await person.waitForMessage(({ text }) => text?.includes(`${words} run`) === true);
  await person.tap(reminder.message_id, { button: 'Done' });
  await person.waitForEdit(reminder.message_id);
  for (const nth of [1, 2]) await fixture.put(replySubject(userId), { nth, words });
  // One that no handler can read, and that is dead-lettered; another that an operator redrove.
  await fixture.put(updateSubject(userId), { update_id: words, message: { text: words } });
  const payload = Buffer.from(JSON.stringify({ words })).toString('base64');
  const letter = {
    consumer: 'bot-00',
    stream: 'UPDATES',
    sequence: 1,
    subject: updateSubject(userId),
    payload,
  };
  await fixture.put(deadSubject('bot-00'), {
    ...letter,
    error: words,
    deliveries: 1,
    at: new Date().toISOString(),
  });
}

async function habitOf({ pool }: ForgettingFixture, userId: UserId): Promise<string> {
  const sql = 'SELECT habit_id FROM schedules.reminders WHERE user_id = $1';
  const { rows } = await pool.query<{ habit_id: string }>(sql, [userId]);
  if (!rows[0]) throw new Error('no habit yet');
  return rows[0].habit_id;
}
