import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { habitIdFrom, type UserId } from '#contracts/ids.ts';
import type { ReminderDue } from '#contracts/messages.ts';
import { reminderSubject } from '#contracts/subjects.ts';
import { OUR_NODE, PROJECT_FOLDER } from '#deploy/local/project-folder.ts';
import { spawnServer } from '#deploy/local/server-process.ts';
import { provision } from '#deploy/provision/provision.ts';
import { type SimulatorClient, simulatorClient } from '#deploy/telegram/client.ts';
import { startSimulator } from '#deploy/telegram/start.ts';
import { prepareProjections } from '#projections/engine/versions.ts';
import { asMinute, asUserId } from '#test/support/ids.ts';
import { insertPeople, type Person } from '../services/sender/people.ts';
import { arrivalRate } from './arrivals.ts';
import type { BenchRow } from './bench-row.ts';
import { type BenchServers, benchDatabase, withServers } from './servers.ts';

const TOKEN = '123456:abcdefghijklmnopqrstuvwxyz';
const RATE = 950;
const SECONDS = 10;
const AT_ONCE = 500;
const ON = '2026-11-25';

/**
 * The whole sender, as the process that is deployed, on a backlog of one tier: each reminder is checked twice in
 * Postgres, claimed by its send record, sent, settled and published to DELIVERIES. Measured by the arrivals at the
 * simulator.
 * @param raw messages a second that are only posted to the same server, in the same run.
 */
export function benchSender(raw: number): Promise<BenchRow> {
  return withServers(async (servers, owned) => {
    const simulator = await startSimulator({ port: 0, host: '127.0.0.1', botToken: TOKEN });
    owned.defer(() => simulator.stop());
    const nats = await connect({ servers: servers.natsUrl });
    owned.defer(() => nats.close());
    const database = benchDatabase(servers);
    owned.defer(() => database.end());
    await provision(nats, { shardCount: 1 });
    await prepareProjections({ schedules: database, analytics: database });
    const telegram = simulatorClient(simulator.url);
    const people = crowd(RATE * SECONDS);
    await telegram.crowd(1, people.length);
    await insertPeople(database, people);
    await queue(nats, people);
    await telegram.limits({ overallPerSecond: 1_000, perChatBurst: 1_000 });
    await drained(servers, simulator.url, telegram, people.length);

    const arrivals = (await telegram.requests({ method: 'sendMessage' })).map(
      ({ monotonicMs }) => monotonicMs,
    );
    const ours = arrivalRate(arrivals, SECONDS * 1_000);
    const { maxInSlidingSecond, byStatus } = await telegram.counters();
    const { state } = await (await jetstreamManager(nats)).streams.info('DELIVERIES');
    return {
      name: `sender end to end at ${RATE}/s`,
      ours,
      raw,
      unit: 'messages/s',
      ratio: ours / raw,
      note:
        `one process, ${(ours / RATE).toFixed(2)} of the budget; the raw one posts without a budget. At most ` +
        `${maxInSlidingSecond} arrived in a sliding second, ${byStatus['429'] ?? 0} answered 429, ${state.messages} deliveries`,
    };
  });
}

type DuePerson = Person & { userId: UserId };

const crowd = (count: number): DuePerson[] =>
  Array.from({ length: count }, (_, i) => {
    const userId = asUserId(i + 1);
    return { userId, due: [{ habitId: habitIdFrom(userId, 1), on: ON, at: '08:00' }] };
  });

async function queue(nats: NatsConnection, people: readonly DuePerson[]): Promise<void> {
  const js = jetstream(nats);
  const minute = asMinute(Math.floor(Date.now() / 60_000));
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  for (let from = 0; from < people.length; from += AT_ONCE) {
    const some = people.slice(from, from + AT_ONCE).map(({ userId, due }) => {
      const reminder: ReminderDue = {
        userId,
        minute,
        tier: 'engaged',
        expiresAt,
        due,
      };
      return js.publish(reminderSubject('engaged', userId, minute), JSON.stringify(reminder));
    });
    await Promise.all(some);
  }
}

/** Runs the sender until nothing is left to send. */
async function drained(
  { natsUrl, databaseUrl }: BenchServers,
  apiRoot: string,
  telegram: SimulatorClient,
  count: number,
): Promise<void> {
  const sender = await spawnServer({
    command: OUR_NODE,
    args: ['services/sender/main.ts'],
    cwd: PROJECT_FOLDER,
    env: {
      ...process.env,
      NATS_URL: natsUrl,
      DATABASE_URL: databaseUrl,
      BOT_TOKEN: TOKEN,
      TELEGRAM_API_ROOT: apiRoot,
      SEND_RATE: String(RATE),
      BULK_RATE: String(RATE),
      PAID_BROADCAST: 'true',
      LOG_LEVEL: 'warn',
    },
    stopSignal: 'TERM',
    deadlineMs: 15_000,
    onLine: console.error,
  });
  try {
    const done = async () => ((await telegram.counters()).byStatus['200'] ?? 0) >= count || undefined;
    if (!(await sender.until(done, SECONDS * 20_000))) throw new Error('the sender did not send everything');
  } finally {
    await sender.stop();
  }
}
