import type { Api } from 'grammy';
import type { Pool } from 'pg';
import type { UserId } from '#contracts/ids.ts';
import { Delivery } from '#contracts/messages.ts';
import { type ConsumerDefinition, serviceConsumers } from '#contracts/streams.ts';
import { type Consumption, consume, type Running } from '#services/platform/jetstream/consume.ts';
import { consumeReplays, reopening } from '#services/platform/jetstream/redrive.ts';
import type { Ports } from '#services/platform/process/run-service.ts';
import type { OpenBudget } from '#services/platform/rate-limit/rate-limiter.ts';
import { isChatRefused, refusalIn } from '#services/platform/telegram/refusals.ts';
import { openAdminDesk } from './admin/desk.ts';
import { openDialogs } from './dialogs/dialog-store.ts';
import { type Bot, handleUpdate, noteBlock } from './handle-update.ts';
import { type Incoming, readUpdate } from './incoming.ts';
import { openKnowledge } from './knowledge.ts';
import { offerMenu } from './menu.ts';
import { openPeople } from './people.ts';
import { QUESTIONS, questions } from './questions.ts';
import { repliesThrough } from './replies.ts';
import { openThrottle } from './throttle/throttle.ts';

/** `telegram` spends the reply lane of `budget`, the shared one. `database` is for admins alone. */
export type BotPorts = Ports & {
  telegram: Api;
  budget?: Pick<OpenBudget, 'ahead'>;
  database?: Pool | undefined;
};

const REFUSALS = 'bot-refusals';

/**
 * Talks with people. It guarantees:
 * - each stored update is handled, once in effect, through kill -9 at any point (see handle-update.ts);
 * - one person's updates are handled in their order, whichever replica pulls: each durable consumer has one in flight;
 * - an answer shows the state that was just written;
 * - one that cannot be read, or fails five times, is parked in DEAD, and the next one is handled; replayed, it is
 *   handled once more.
 */
export async function start(
  { adminIds = [] }: { adminIds?: readonly UserId[] },
  { nats, clock, log, telegram, budget, database }: BotPorts,
): Promise<Running> {
  const replies = repliesThrough(telegram, budget, log);
  const people = openPeople(nats, clock, log);
  const bot: Bot = {
    people,
    dialogs: await openDialogs(nats),
    throttle: await openThrottle(nats),
    replies,
    knowledge: openKnowledge(),
    admin: database && (await openAdminDesk(adminIds, { nats, database, replies, clock, log })),
    clock,
    log,
  };
  const ports = { nats, clock, log };
  const consumers = serviceConsumers(1);
  const talks = consumers.filter(({ stream }) => stream === 'UPDATES').map((each) => updates(bot, each));
  const refused = consumers.filter(({ name }) => name === REFUSALS).map((each) => refusals(bot, each));
  const asked = consumers.filter(({ name }) => name === QUESTIONS).map((each) => questions(people, each));
  const replayable = new Map([
    ...talks.map((each) => [each.consumer, reopening(each)] as const),
    ...asked.map((each) => [each.consumer, reopening(each)] as const),
    ...refused.map((each) => [each.consumer, reopening(each)] as const),
  ]);
  const running = [
    ...talks.map((each) => consume(ports, each)),
    ...refused.map((each) => consume(ports, each)),
    ...asked.map((each) => consume(ports, each)),
    consumeReplays(ports, 'bot', replayable),
    offerMenu(telegram, clock, log),
  ];
  return {
    async stop() {
      await Promise.all(running.map((each) => each.stop()));
      await people.close();
    },
  };
}

function updates(bot: Bot, { name, maxTries, ackWaitMs }: ConsumerDefinition): Consumption<Incoming> {
  return {
    stream: 'UPDATES',
    consumer: name,
    maxTries,
    ackWaitMs,
    prefetch: 1,
    parse: (message) => readUpdate(message.json()),
    handle: (incoming, { storedAtMs }) => handleUpdate(bot, incoming, storedAtMs),
  };
}

/** A reminder refused because the person cannot be written to is as good as the notice that they blocked the bot. */
function refusals(bot: Bot, { name, maxTries, ackWaitMs }: ConsumerDefinition): Consumption<Delivery> {
  return {
    stream: 'DELIVERIES',
    consumer: name,
    maxTries,
    ackWaitMs,
    prefetch: 16,
    parse: (message) => Delivery.parse(message.json()),
    async handle({ userId, reason }, message) {
      const refusal = refusalIn(reason ?? '');
      if (refusal && isChatRefused(refusal)) await noteBlock(bot, userId, true, `delivery-${message.seq}`);
    },
  };
}
