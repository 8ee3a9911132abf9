import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import { updateSubject } from '#contracts/subjects.ts';
import { provision } from '#deploy/provision/provision.ts';
import { simulatorClient } from '#deploy/telegram/client.ts';
import { startSimulator } from '#deploy/telegram/start.ts';
import { projectionConsumers } from '#projections/engine/registry.ts';
import { prepareProjections } from '#projections/engine/versions.ts';
import { start as startBot } from '#services/bot/start.ts';
import { start as startIngress } from '#services/ingress/start.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import { createLog } from '#services/platform/process/log.ts';
import { openTelegram } from '#services/platform/telegram/client.ts';
import { start as startProjector } from '#services/projector/start.ts';
import { start as startSender } from '#services/sender/start.ts';
import { startTestNats } from '#test/support/nats.ts';
import { createTestDatabase } from '#test/support/postgres.ts';
import { register } from '../../../../e2e/journey.ts';
import { asUserId } from '../../../../support/ids.ts';

export const TOKEN = '1234567:admin-test-token-of-simulator';
export const ADMIN = 501;
const RATE = 12;
const PLAN = { premiumPriceStars: 50, paymentSupport: '@help' };
/** The bot of these tests has no budget. */
const UNLIMITED = { overallPerSecond: 1e6, perChatPerSecond: 1e6, perChatBurst: 1e6 };

/** Whether a message says this. */
export const has =
  (what: string) =>
  ({ text }: { text?: string | undefined }) =>
    text?.includes(what) === true;

export type AdminFixture = Awaited<ReturnType<typeof startFixture>>;

/** Bot, sender and projector, on real servers and a simulated Telegram. */
export async function startFixture() {
  const server = await startTestNats();
  const database = await createTestDatabase();
  const databases = { schedules: database.pool, analytics: database.pool };
  const simulator = await startSimulator({ port: 0, host: '127.0.0.1', botToken: TOKEN, ...UNLIMITED });
  const nats = await server.connection();
  const manager = await jetstreamManager(nats);
  await provision(nats, { shardCount: 1, consumers: await projectionConsumers() });
  await prepareProjections(databases);
  const logLines: string[] = [];
  const log = createLog('test', process.env.LOG_LEVEL ?? 'info', {
    write: (line) => void logLines.push(line),
  });
  const ports = async () => ({ nats: await server.connection(), clock: systemClock, log });
  const settings = { botToken: TOKEN, telegramApiRoot: simulator.url };
  const running = [
    await startProjector({ projectorBatchSize: 100 }, { ...(await ports()), ...databases }),
    await startSender(
      { ...settings, sendRate: RATE, bulkRate: RATE, uncertainResends: 0, paidBroadcast: false },
      { ...(await ports()), database: database.pool },
    ),
    await startBot(
      { adminIds: [asUserId(ADMIN)], ...PLAN },
      {
        ...(await ports()),
        telegram: openTelegram({ token: TOKEN, apiRoot: simulator.url }),
        database: database.pool,
      },
    ),
    await startIngress(
      { ...settings, ...PLAN, natsUrl: server.url, port: 0, host: '127.0.0.1', logLevel: 'silent' },
      await ports(),
    ),
  ];
  const telegram = simulatorClient(simulator.url);
  const admin = await telegram.person({ id: ADMIN, first_name: 'Admin' });
  await register(admin);
  await admin.say('/cancel');
  const drafts = await new Kvm(nats).open('dialogs');
  let nextId = 10_000;
  let nextUpdateId = 2 ** 40;
  return {
    telegram,
    admin,
    /** The admin says something with a formatting that the simulator's page cannot give. */
    async sayFormatted(text: string, entities: object[]) {
      const person = { id: ADMIN, is_bot: false, first_name: 'Admin' };
      const message = { message_id: 1, date: 1, from: person, chat: { id: ADMIN, type: 'private' } };
      const update = { update_id: nextUpdateId++, message: { ...message, text, entities } };
      await jetstream(nats).publish(updateSubject(asUserId(ADMIN)), JSON.stringify(update));
    },
    /** Puts a draft in place of the admin's, as an earlier version might have stored it. */
    putDraft: (draft: object) => drafts.put(`${ADMIN}.admin`, JSON.stringify(draft)),
    /** Lets BROADCASTS take messages of so many bytes at most, or hold no more than so many bytes. */
    limitBroadcasts: (limit: { max_msg_size: number } | { max_bytes: number }) =>
      manager.streams.update('BROADCASTS', limit),
    nats,
    deadLetters: async () => (await manager.streams.info('DEAD')).state.messages,
    pool: database.pool,
    logLines,
    /** People who registered, as far as the sender knows. */
    async crowd(count: number): Promise<number[]> {
      const ids = Array.from({ length: count }, () => nextId++);
      await telegram.crowd(ids[0] ?? 0, count);
      await database.pool.query(
        `INSERT INTO schedules.accounts SELECT (jsonb_populate_record(a, jsonb_build_object('user_id', id))).*
         FROM schedules.accounts a, unnest($1::bigint[]) AS id WHERE a.user_id = $2`,
        [ids, ADMIN],
      );
      return ids;
    },
    forgetRequests: () => manager.streams.purge('KV_throttle'),
    async stop() {
      await Promise.all(running.map((each) => each.stop()));
      await simulator.stop();
      await server.stop();
      await database.drop();
    },
  };
}
