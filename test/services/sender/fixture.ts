import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import { type NatsConnection, nanos } from '@nats-io/transport-node';
import { FAN_OUT_CONSUMER, senderConsumer, TIERS } from '#contracts/consumers.ts';
import { habitIdFrom, partitionOf } from '#contracts/ids.ts';
import { Delivery, type Occurrence, type ReminderDue, type Tier } from '#contracts/messages.ts';
import { occurrenceKey, reminderSubject } from '#contracts/subjects.ts';
import { provision } from '#deploy/provision/provision.ts';
import { simulatorClient } from '#deploy/telegram/client.ts';
import { startSimulator } from '#deploy/telegram/start.ts';
import { prepareProjections } from '#projections/engine/versions.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import type { Running } from '#services/platform/process/lifecycle.ts';
import { createLog } from '#services/platform/process/log.ts';
import { initialState } from '#services/platform/rate-limit/slots.ts';
import { toStored } from '#services/platform/rate-limit/stored-state.ts';
import type { SendStep } from '#services/sender/delivery/message-state.ts';
import { SendRecord } from '#services/sender/delivery/send-record.ts';
import { type SenderOptions, type SenderPorts, start } from '#services/sender/start.ts';
import { eventually } from '#test/support/eventually.ts';
import { startTestNats } from '#test/support/nats.ts';
import { createTestDatabase } from '#test/support/postgres.ts';
import { asMinute, asUserId } from '../../support/ids.ts';
import { insertPeople } from './people.ts';

const BOT_TOKEN = '123456:abcdefghijklmnopqrstuvwxyz';
export const ON = '2026-11-25';
export type SenderFixture = Awaited<ReturnType<typeof startSenderFixture>>;

/** NATS, Postgres and the Telegram simulator, with senders as asked for. */
export async function startSenderFixture() {
  const server = await startTestNats();
  const nats = await server.connection();
  await provision(nats, { shardCount: 1 });
  const database = await createTestDatabase();
  await prepareProjections({ schedules: database.pool, analytics: database.pool });
  const simulator = await startSimulator({ port: 0, host: '127.0.0.1', botToken: BOT_TOKEN });
  const telegram = simulatorClient(simulator.url);
  await telegram.limits({ overallPerSecond: 5000 });
  const js = jetstream(nats);
  const manager = await jetstreamManager(nats);
  const senders = new Set<Running>();
  let nextUser = 1000;
  let redeliveryMs = 0;

  return {
    nats,
    server,
    telegram,
    apiRoot: simulator.url,
    pool: database.pool,

    /** A person with habits, each with a reminder at 08:00 every day, who has started the bot. */
    async person({ habits = 1, account = true }: { habits?: number; account?: boolean } = {}) {
      const userId = asUserId(nextUser++);
      const due = Array.from({ length: habits }, (_, i) => ({
        habitId: habitIdFrom(userId, 1, i),
        on: ON,
        at: '08:00',
      }));
      await telegram.person({ id: Number(userId), first_name: 'Person', started: true });
      if (account) await insertPeople(database.pool, [{ userId, due }]);
      return { userId, due, chatId: Number(userId) };
    },

    /** Many people at once, each with one habit due. */
    async crowd(count: number) {
      const people = Array.from({ length: count }, () => {
        const userId = asUserId(nextUser++);
        return { userId, due: [{ habitId: habitIdFrom(userId, 1), on: ON, at: '08:00' }] };
      });
      await telegram.crowd(Number(people[0]?.userId), count);
      await insertPeople(database.pool, people);
      return people;
    },

    /** Queues a reminder, as the shards do. */
    async remind(
      person: { userId: string; due: Occurrence[] },
      { tier = 'engaged', minute = thisMinute(), expiresInMs = 600_000 }: Reminding = {},
    ) {
      const due: ReminderDue = {
        userId: asUserId(person.userId),
        minute: asMinute(minute),
        tier,
        expiresAt: new Date(Date.now() + expiresInMs).toISOString(),
        due: person.due,
      };
      await js.publish(reminderSubject(tier, asUserId(person.userId), asMinute(minute)), JSON.stringify(due));
      return due;
    },

    async sender(settings: Partial<SenderOptions> = {}, probe?: SenderPorts['probe']): Promise<Running> {
      const connection = await server.connection();
      const running = await this.senderOn(connection, settings, probe);
      senders.add(running);
      return running;
    },

    senderOn(connection: NatsConnection, settings: Partial<SenderOptions>, probe?: SenderPorts['probe']) {
      return start(
        {
          botToken: BOT_TOKEN,
          telegramApiRoot: simulator.url,
          sendRate: 500,
          bulkRate: 500,
          uncertainResends: 0,
          paidBroadcast: false,
          ...settings,
        },
        {
          nats: connection,
          clock: systemClock,
          log: createLog('test', 'silent'),
          database: database.pool,
          probe,
        },
      );
    },

    /** The budget as new: a chat that has just had a slot need not wait for a second. */
    async forgetBudget() {
      const bucket = await new Kvm(nats).open('pacer');
      await bucket.put('budget', toStored(initialState(0, { whole: 500, bulk: 500 })));
    },

    /** A sender that is dead from `step` on: nothing of it reaches NATS any more. Resolves when it died. */
    async senderDyingAt(step: SendStep, settings: Partial<SenderOptions> = {}) {
      const connection = await server.connection();
      const died = Promise.withResolvers<void>();
      const running = await this.senderOn(connection, settings, async (reached) => {
        if (reached !== step) return;
        await connection.close();
        died.resolve();
        await new Promise(() => {});
      });
      void died.promise.then(() => running.stop());
      await died.promise;
      await this.forgetBudget();
    },

    /** How long after a crash its messages are given to others. */
    async redeliverAfter(ms: number) {
      if (ms === redeliveryMs) return;
      redeliveryMs = ms;
      for (const tier of TIERS) {
        await manager.consumers.update('REMINDERS', senderConsumer(tier).name, { ack_wait: nanos(ms) });
      }
    },

    /** Whether the consumer of broadcasts' messages stands still. */
    async pausedQueue(paused: boolean) {
      const until = new Date(Date.now() + 600_000);
      if (paused) await manager.consumers.pause('REMINDERS', senderConsumer('broadcast').name, until);
      else await manager.consumers.resume('REMINDERS', senderConsumer('broadcast').name);
    },

    /** A sender that died fanning out is missed sooner. */
    async hurryFanOut() {
      await manager.consumers.update('BROADCASTS', FAN_OUT_CONSUMER.name, { ack_wait: nanos(500) });
    },

    /** What DELIVERIES holds about a person, in order, once `count` occurrences are in it and the queue is empty. */
    async ends(userId: string, count = 1): Promise<Delivery[]> {
      const subject = `deliveries.*.${partitionOf(asUserId(userId))}.${userId}`;
      return eventually(async () => {
        const found = await storedDeliveries(nats, subject);
        const ended = found.flatMap(({ occurrences }) => occurrences).length;
        if (ended < count) throw new Error(`${ended} of ${count} occurrences have ended`);
        for (const tier of TIERS) {
          const { num_ack_pending, num_pending } = await manager.consumers.info(
            'REMINDERS',
            senderConsumer(tier).name,
          );
          if (num_ack_pending + num_pending > 0) throw new Error('reminders are still queued');
        }
        return storedDeliveries(nats, subject);
      });
    },

    sends: (chatId: number) =>
      telegram
        .requests({ method: 'sendMessage' })
        .then((requests) => requests.filter((request) => request.chatId === chatId)),

    async record(userId: string, { habitId, on, at }: Occurrence) {
      const bucket = await new Kvm(nats).open('sending');
      const entry = await bucket.get(occurrenceKey(asUserId(userId), { habitId, on, at }));
      return entry?.operation === 'PUT' ? entry.json() : undefined;
    },

    /** Takes the delivery away from a send record, as if the crash had come between the writes of two. */
    async unsettle(userId: string, { habitId, on, at }: Occurrence) {
      const bucket = await new Kvm(nats).open('sending');
      const key = occurrenceKey(asUserId(userId), { habitId, on, at });
      const { delivery: _, ...open } = SendRecord.parse((await bucket.get(key))?.json());
      await bucket.put(key, JSON.stringify(open));
    },

    /** How many deliveries there are for these people together. */
    async countEnds(people: { userId: string }[]): Promise<number> {
      const wanted = new Set(people.map(({ userId }) => userId));
      return (await storedDeliveries(nats, 'deliveries.>')).filter(({ userId }) => wanted.has(userId)).length;
    },

    async poison() {
      await js.publish(reminderSubject('engaged', asUserId('1'), asMinute(1)), 'nonsense');
    },

    /** Makes queries of accounts fail, or work again. */
    async renameAccounts(from: string, to: string) {
      await database.pool.query(`ALTER VIEW schedules.${from} RENAME TO ${to}`);
    },

    /** Stops the senders, and makes budget and simulator as new. */
    async settle() {
      await Promise.all([...senders].map((sender) => sender.stop()));
      senders.clear();
      await telegram.clearFaults();
      await telegram.reset();
      await this.forgetBudget();
      await this.redeliverAfter(30_000);
    },

    async stop() {
      await Promise.all([...senders].map((sender) => sender.stop()));
      await simulator.stop();
      await server.stop();
      await database.drop();
    },
  };
}

type Reminding = { tier?: Tier; minute?: number; expiresInMs?: number };

export const thisMinute = (): number => Math.floor(Date.now() / 60_000);

/** All deliveries under a subject, in the order in which they were stored. */
async function storedDeliveries(nats: NatsConnection, subject: string): Promise<Delivery[]> {
  const manager = await jetstreamManager(nats);
  const { state } = await manager.streams.info('DELIVERIES', { subjects_filter: subject });
  if (Object.keys(state.subjects ?? {}).length === 0) return [];
  const consumer = await jetstream(nats).consumers.get('DELIVERIES', { filter_subjects: [subject] });
  const count = Object.values(state.subjects ?? {}).reduce((sum, each) => sum + each, 0);
  const found: Delivery[] = [];
  for await (const message of await consumer.fetch({ max_messages: count, expires: 2000 })) {
    found.push(Delivery.parse(message.json()));
  }
  return found;
}
