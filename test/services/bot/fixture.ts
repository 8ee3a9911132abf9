import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import { expect } from 'vitest';
import { BOT_CONSUMERS, REPLIES_CONSUMER } from '#contracts/consumers.ts';
import { eventsOfUser, updateSubject } from '#contracts/subjects.ts';
import { provision } from '#deploy/provision/provision.ts';
import { type SimulatorClient, simulatorClient } from '#deploy/telegram/client.ts';
import type { SimulatedPerson } from '#deploy/telegram/person-client.ts';
import { startSimulator } from '#deploy/telegram/start.ts';
import type { PlanSettings } from '#services/bot/features/premium/plan.ts';
import { start as startBot } from '#services/bot/start.ts';
import { start as startIngress } from '#services/ingress/start.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import type { Running } from '#services/platform/process/lifecycle.ts';
import { createLog } from '#services/platform/process/log.ts';
import { openRateLimiter } from '#services/platform/rate-limit/rate-limiter.ts';
import { createTelegram, openTelegram } from '#services/platform/telegram/client.ts';
import { eventually } from '#test/support/eventually.ts';
import { startTestNats, type TestNats } from '#test/support/nats.ts';
import { asUserId } from '../../support/ids.ts';

export const TOKEN = '1234567:bot-test-token-of-the-simulator';
/** The simulator's limits are lifted and no budget is waited for: what is tested here is what is said. */
const UNLIMITED = { overallPerSecond: 1e6, perChatPerSecond: 1e6, perChatBurst: 1e6 };

const log = createLog('bot-test', process.env.LOG_LEVEL ?? 'silent');

const PATIENCE = { timeoutMs: 180_000 };

export type Event = { type: string; data: unknown };

/** Ingress and simulated Telegram around the bot, on a real server. Replicas of the bot are started by the test. */
export type BotFixture = {
  nats: NatsConnection;
  server: TestNats;
  telegram: SimulatorClient;
  telegramUrl: string;
  person(id: number, languageCode?: string): Promise<SimulatedPerson>;
  replica(): Promise<Running>;
  /** What the clock of all replicas shows, epoch ms; `pass` moves it. */
  now(): number;
  pass(ms: number): void;
  /** A person's events, in the order of the log. */
  events(userId: number): Promise<Event[]>;
  /** What is in the `dialogs` bucket for a person; `putDialog` puts a text in its place. */
  dialog(userId: number): Promise<string | undefined>;
  putDialog(userId: number, text: string): Promise<void>;
  /** Hands out the last stored update of a person once more, as after a crash before the ack. */
  repeatLast(userId: number): Promise<void>;
  /** Resolves when everything stored has been acked. */
  settled(): Promise<void>;
  stop(): Promise<void>;
};

/**
 * @param rates the budget of the replicas, under Telegram's own limits; without one, nothing waits.
 * @param plan what is sold.
 */
export async function startBotFixture(
  rates?: { sendRate: number; bulkRate: number },
  plan: PlanSettings = {},
): Promise<BotFixture> {
  const server = await startTestNats();
  const nats = await server.connection();
  await provision(nats, { shardCount: 1 });
  const simulator = await startSimulator({
    port: 0,
    host: '127.0.0.1',
    botToken: TOKEN,
    ...(!rates && UNLIMITED),
  });
  const telegram = simulatorClient(simulator.url);
  const settings = {
    botToken: TOKEN,
    telegramApiRoot: simulator.url,
    logLevel: 'silent',
    host: '127.0.0.1',
    premiumPriceStars: plan.premiumPriceStars,
  } as const;
  const ports = { nats, clock: systemClock, log };
  const sending = async (own: typeof ports) => {
    const api = { token: TOKEN, apiRoot: simulator.url };
    if (!rates) return { telegram: openTelegram(api) };
    const limiter = await openRateLimiter(own, rates);
    limiters.push(limiter);
    return { limiter, telegram: createTelegram({ ...api, limiter, lane: 'reply', clock: own.clock, log }) };
  };
  const limiters: Running[] = [];
  // The consumer's own figures are nothing for a moment while one message takes the place of another.
  async function waitingReplies(): Promise<string[]> {
    const { state } = await manager.streams.info('REPLIES', { subjects_filter: '>' });
    const texts = Object.keys(state.subjects ?? {}).map(async (last_by_subj) =>
      (await manager.streams.getMessage('REPLIES', { last_by_subj }))?.string(),
    );
    return (await Promise.all(texts)).filter((text) => !text?.includes('"replies":[]')).map(String);
  }
  const ingress = await startIngress({ ...settings, natsUrl: server.url, port: 0 }, ports);
  const running: Running[] = [];
  let passedMs = 0;
  const clock = { ...systemClock, now: () => Date.now() + passedMs };
  const manager = await jetstreamManager(nats);
  const dialogs = await new Kvm(nats).open('dialogs');

  return {
    nats,
    server,
    telegram,
    telegramUrl: simulator.url,
    person: (id, languageCode) =>
      telegram.person({ id, first_name: `Person ${id}`, ...(languageCode && { languageCode }) }),
    async replica() {
      const own = { nats: await server.connection(), clock, log };
      const bot = await startBot(plan, { ...own, ...(await sending(own)) });
      running.push(bot);
      return bot;
    },
    now: clock.now,
    pass(ms) {
      passedMs += ms;
    },
    async events(userId) {
      const found: (Event & { seq: number })[] = [];
      const { state } = await manager.streams.info('EVENTS', {
        subjects_filter: eventsOfUser(asUserId(userId)),
      });
      if (Object.keys(state.subjects ?? {}).length === 0) return [];
      const consumer = await jetstream(nats).consumers.get('EVENTS', {
        filter_subjects: eventsOfUser(asUserId(userId)),
      });
      const expected = Object.values(state.subjects ?? {}).reduce((sum, count) => sum + count, 0);
      for await (const message of await consumer.fetch({ max_messages: expected, expires: 2_000 })) {
        const { type, data } = message.json<Event>();
        found.push({ type, data, seq: message.seq });
      }
      return found.map(({ type, data }) => ({ type, data }));
    },
    dialog: async (userId) => (await dialogs.get(String(userId)))?.string(),
    async putDialog(userId, text) {
      await dialogs.put(String(userId), text);
    },
    async repeatLast(userId) {
      const last = await manager.streams.getMessage('UPDATES', {
        last_by_subj: updateSubject(asUserId(userId)),
      });
      if (!last) throw new Error('nothing to repeat');
      await jetstream(nats).publish(last.subject, last.data);
    },
    settled: () =>
      eventually(
        async () => {
          const infos = [...BOT_CONSUMERS, REPLIES_CONSUMER].map(({ stream, name }) =>
            manager.consumers.info(stream, name),
          );
          const open = (await Promise.all(infos)).map((info) => info.num_pending + info.num_ack_pending);
          expect(Math.max(...open)).toBe(0);
          expect(await waitingReplies()).toEqual([]);
        },
        { timeoutMs: 45_000 },
      ),
    async stop() {
      await Promise.all(limiters.map((limiter) => limiter.stop()));
      await Promise.all(running.map((bot) => bot.stop()));
      await ingress.stop();
      await simulator.stop();
      await server.stop();
    },
  };
}

let nextId = 5000;

/** A person who has chosen Berlin, and no habit yet. */
export async function settledPerson(
  fixture: BotFixture,
  locale: 'en' | 'ru' = 'en',
): Promise<SimulatedPerson> {
  const person = await fixture.person(nextId++, locale);
  await ask(person, '/start');
  await arriveIn(person, 'Berlin');
  await ask(person, '/cancel');
  return person;
}

/** A newcomer says where they are. Resolves when all of the answer is there. */
export async function arriveIn(person: SimulatedPerson, city: string): Promise<void> {
  await person.say(city);
  await person.waitForMessage(({ text }) => text?.includes('✨') ?? false, PATIENCE);
}

/** Says, and resolves with the answer. */
export async function ask(person: SimulatedPerson, text: string, options: { replyTo?: number } = {}) {
  await person.say(text, options);
  return person.waitForMessage(undefined, PATIENCE);
}

/** Taps, and resolves with the message as it is then. */
export async function tap(fixture: BotFixture, person: SimulatedPerson, messageId: number, label: string) {
  fixture.pass(3_000);
  const { messages } = await person.chat();
  const before = messages.find((message) => message.message_id === messageId)?.edits ?? 0;
  await person.tap(messageId, { button: label });
  return person.waitForEdit(messageId, (message) => message.edits > before, PATIENCE);
}

/** Makes a daily yes/no habit, reminded of at 09:00. @returns the id of the message in which it was made. */
export async function makeHabit(fixture: BotFixture, person: SimulatedPerson, name: string): Promise<string> {
  await ask(person, '/new');
  const { message_id: id } = await ask(person, name);
  await tap(fixture, person, id, 'Every day');
  const made = await tap(fixture, person, id, '09:00');
  expect(made.text).toContain('is set up!');
  return id.toString();
}

/** Types of what is recorded of a person. */
export const typesOf = async (fixture: BotFixture, person: SimulatedPerson) =>
  (await fixture.events(person.id)).map(({ type }) => type);

/** Requests about a person's chat, by method, while something is done and until all of it is handled. */
export async function requestsOf(
  fixture: Pick<BotFixture, 'telegram' | 'settled'>,
  person: Pick<SimulatedPerson, 'id'>,
  action: () => Promise<unknown>,
): Promise<Record<string, number>> {
  const since = ((await fixture.telegram.requests()).at(-1)?.index ?? -1) + 1;
  await action();
  await fixture.settled();
  const counts: Record<string, number> = {};
  for (const { index, method, chatId } of await fixture.telegram.requests()) {
    const isTheirs = chatId === person.id || method === 'answerCallbackQuery';
    if (index >= since && isTheirs) counts[method] = (counts[method] ?? 0) + 1;
  }
  return counts;
}
