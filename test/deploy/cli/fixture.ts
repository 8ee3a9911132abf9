import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { Pool } from 'pg';
import { expect } from 'vitest';
import { BOT_CONSUMER_COUNT, botConsumer } from '#contracts/consumers.ts';
import { partitionOf, type UserId } from '#contracts/ids.ts';
import type { DeadLetter } from '#contracts/messages.ts';
import { deadLetterConsumer, deadSubject } from '#contracts/subjects.ts';
import { provision } from '#deploy/provision/provision.ts';
import { simulatorClient } from '#deploy/telegram/client.ts';
import type { SimulatedPerson } from '#deploy/telegram/person-client.ts';
import { startSimulator } from '#deploy/telegram/start.ts';
import { projectionConsumers } from '#projections/engine/registry.ts';
import { prepareProjections } from '#projections/engine/versions.ts';
import { start as startBot } from '#services/bot/start.ts';
import { start as startIngress } from '#services/ingress/start.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import type { Running } from '#services/platform/process/lifecycle.ts';
import { createLog } from '#services/platform/process/log.ts';
import { openTelegram } from '#services/platform/telegram/client.ts';
import { start as startProjector } from '#services/projector/start.ts';
import { start as startSender } from '#services/sender/start.ts';
import { start as startShards } from '#services/shards/start.ts';
import { eventually } from '#test/support/eventually.ts';
import type { TestNats } from '#test/support/nats.ts';
import { startNatsWithUsers } from '#test/support/nats-with-users.ts';
import { createTestDatabase } from '#test/support/postgres.ts';
import type { TestProcesses } from '#test/support/processes.ts';
import { makeHabit, register } from '../../e2e/journey.ts';
import { asHabitId, asUserId } from '../../support/ids.ts';

const TOKEN = '1234567:dead-letters-test-token-x';
const SHARDS = 2;
/** No handler can read it. */
export const UNREADABLE = 'nonsense';

export type Fixture = Awaited<ReturnType<typeof startFixture>>;

/**
 * Every service that dead-letters messages, on real servers and the Telegram simulator. The test publishes the ticks. At NATS
 * it is the operator.
 */
export async function startFixture(processes: TestProcesses, shards = SHARDS) {
  const server = await startNatsWithUsers();
  const nats = await server.connection();
  const database = await createTestDatabase();
  const databases = { schedules: database.pool, analytics: database.pool };
  const simulator = await startSimulator({ port: 0, host: '127.0.0.1', botToken: TOKEN });
  await provision(nats, { shardCount: shards, consumers: await projectionConsumers() });
  await prepareProjections(databases);
  const running = await startServices(server, simulator.url, database.pool, shards);
  const js = jetstream(nats);
  const manager = await jetstreamManager(nats);
  const telegramClient = simulatorClient(simulator.url);
  let nextId = 9001;

  async function person(): Promise<SimulatedPerson> {
    const id = nextId++;
    const registered = await telegramClient.person({ id, first_name: `Person ${id}` });
    await register(registered);
    return registered;
  }

  return {
    url: server.url,
    nats,
    pool: database.pool,
    storeDir: server.storeDir,
    telegram: telegramClient,
    person,

    /** A person with one habit whose reminder is due at a minute of their own, whatever the time is. */
    async personWithReminder(habit: string) {
      const owner = await person();
      await makeHabit(owner, habit, '09:00');
      const habitId = await eventually(() => onlyHabitOf(database.pool, owner.id));
      const minute = minuteNow();
      const on = new Date(minute * 60_000).toISOString().slice(0, 10);
      const due = [{ habitId: asHabitId(habitId), on, at: '09:00' }];
      const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
      const userId = asUserId(owner.id);
      return {
        person: owner,
        userId,
        reminder: { userId, minute, tier: 'engaged' as const, expiresAt, due },
      };
    },

    /** Sequence of the last event. */
    eventsHead: async () => (await manager.streams.info('EVENTS')).state.last_seq,

    async put(subject: string, body: unknown): Promise<number> {
      const { seq } = await js.publish(subject, typeof body === 'string' ? body : JSON.stringify(body));
      return seq;
    },

    /** What nobody may but forgetting. */
    async removeEvent(sequence: number): Promise<void> {
      const forgetting = await server.connectionOf('forgetting');
      const { streams } = await jetstreamManager(forgetting, { checkAPI: false });
      await streams.deleteMessage('EVENTS', sequence);
    },

    /** Removes all letters, redriven or not. */
    async purge() {
      for (const stream of ['DEAD', 'REPLAYS']) await manager.streams.purge(stream);
    },

    /** Stores a letter as its consumer would. @returns its number. */
    async letter(about: Omit<DeadLetter, 'payload' | 'at' | 'error' | 'deliveries'>, body: unknown) {
      const payload = Buffer.from(JSON.stringify(body)).toString('base64');
      const letter = { ...about, payload, error: 'of a test', deliveries: 5, at: new Date().toISOString() };
      return this.put(deadSubject(about.consumer), letter);
    },

    /** Runs `habitstream dead ...` as a process. */
    async dead(args: string[], environment: Record<string, string> = {}) {
      const env = { NATS_URL: server.url, ...environment };
      const run = await processes.startScript('deploy/cli/habitstream.ts', ['dead', ...args], env);
      const { code } = await run.exited;
      return { code, lines: run.lines };
    },

    /** Letters by consumer, once there are `count` in all. */
    deadLetters: (count: number) =>
      eventually(
        async () => {
          const { state } = await manager.streams.info('DEAD', { subjects_filter: '>' });
          const found = Object.entries(state.subjects ?? {}).sort();
          if (state.messages !== count)
            throw new Error(`${state.messages} letters: ${JSON.stringify(found)}`);
          return Object.fromEntries(
            found.map(([subject, letters]) => [deadLetterConsumer(subject), letters]),
          );
        },
        { timeoutMs: 30_000 },
      ),

    /** Resolves when no consumer has messages left. */
    idle: () =>
      eventually(
        async () => {
          for (const stream of ['UPDATES', 'TICKS', 'REMINDERS', 'REPLAYS', 'DELIVERIES']) {
            for await (const { name, num_pending, num_ack_pending } of manager.consumers.list(stream)) {
              if (num_pending + num_ack_pending > 0) throw new Error(`${name} is not done`);
            }
          }
        },
        { timeoutMs: 30_000 },
      ),

    async stop() {
      await Promise.all(running.map((each) => each.stop()));
      await simulator.stop();
      await server.stop();
      await database.drop();
    },
  };
}

/** The services that dead-letter messages, each with a connection of its own, as in a process of its own. */
async function startServices(
  server: TestNats,
  apiRoot: string,
  pool: Pool,
  shardCount: number,
): Promise<Running[]> {
  const log = createLog('test', process.env.LOG_LEVEL ?? 'silent');
  const ports = async () => ({ nats: await server.connection(), clock: systemClock, log });
  const telegram = { botToken: TOKEN, telegramApiRoot: apiRoot };
  const rates = { sendRate: 500, bulkRate: 500 };
  return [
    await startProjector(
      { projectorBatchSize: 100 },
      { ...(await ports()), schedules: pool, analytics: pool },
    ),
    await startShards(
      {
        shardCount,
        reminderDeadlineMs: 3_600_000,
        barrierWaitMs: 2_000,
        dueChunkSize: 100,
        queueInFlight: 100,
      },
      { ...(await ports()), database: pool },
    ),
    await startSender(
      { ...telegram, ...rates, uncertainResends: 0, paidBroadcast: false },
      { ...(await ports()), database: pool },
    ),
    await startBot({}, { ...(await ports()), telegram: openTelegram({ token: TOKEN, apiRoot }) }),
    await startIngress(
      { ...telegram, natsUrl: server.url, port: 0, host: '127.0.0.1', logLevel: 'silent' },
      await ports(),
    ),
  ];
}

export const minuteNow = () => Math.floor(Date.now() / 60_000);

export const botConsumerOf = (userId: UserId) => botConsumer(partitionOf(userId) % BOT_CONSUMER_COUNT).name;

async function onlyHabitOf(pool: Pool, userId: number): Promise<string> {
  const sql = 'SELECT habit_id FROM schedules.reminders WHERE user_id = $1';
  const { rows } = await pool.query<{ habit_id: string }>(sql, [userId]);
  expect(rows).toHaveLength(1);
  return String(rows[0]?.habit_id);
}
