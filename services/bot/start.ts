import type { Pool } from 'pg';
import { BOT_CONSUMERS, type ConsumerDefinition, REFUSALS_CONSUMER } from '#contracts/consumers.ts';
import type { UserId } from '#contracts/ids.ts';
import { updateSubject } from '#contracts/subjects.ts';
import { parseDelivery, type RecordedDelivery } from '#projections/engine/delivery.ts';
import {
  type ConsumerHandler,
  consumerHandler,
  type StoredMessage,
} from '#services/platform/jetstream/handler.ts';
import { startHandlers } from '#services/platform/jetstream/start-handlers.ts';
import { openPictures } from '#services/platform/pictures/draw.ts';
import { type Running, stopAll } from '#services/platform/process/lifecycle.ts';
import type { Ports } from '#services/platform/process/run-service.ts';
import type { Telegram } from '#services/platform/telegram/client.ts';
import { isChatRefused, refusalIn } from '#services/platform/telegram/refusals.ts';
import { openDialogs } from './conversation/dialog-store.ts';
import { openReferenceData } from './conversation/reference-data.ts';
import { measureDeadLetters } from './dead-letter-metrics.ts';
import { openAdminHandler } from './features/admin/admin-handler.ts';
import { questions } from './features/continuation/questions.ts';
import { offerMenu } from './features/menu/telegram-menu.ts';
import { type Plan, type PlanSettings, planOf } from './features/premium/plan.ts';
import { reconcilePayments } from './features/premium/reconcile.ts';
import { openStars } from './features/premium/stars.ts';
import { learnBotName } from './features/share/bot-name.ts';
import { openForgetting } from './forgetting.ts';
import { openGroups } from './groups.ts';
import type { PaymentUpdate } from './handle-payment.ts';
import { type Bot, handleUpdate, noteBlock, recordBlock, recordPayment } from './handle-update.ts';
import { type Incoming, readUpdate } from './incoming.ts';
import { tellOfLostUpdates } from './lost-updates.ts';
import { openMovingQueue } from './moving/jobs.ts';
import { openFileReader } from './moving/reader.ts';
import { movingHandler } from './moving/work.ts';
import { answerViews, openPages } from './page/pages.ts';
import { openPeople } from './people.ts';
import { replyHandler } from './replies/deliver-replies.ts';
import { openFollowUp } from './replies/follow-up.ts';
import { openPhotos } from './replies/photos.ts';
import { repliesThrough } from './replies/replies.ts';
import { openReplyStream } from './replies/reply-stream.ts';
import { openBacklog } from './replies/settling.ts';
import { type ReplyLimiter, UNLIMITED } from './replies/show-reply.ts';
import { watchedPeople } from './saving-check.ts';
import { openSentReminders } from './sent-reminders.ts';
import { openThrottle } from './throttle/throttle.ts';
import { orTryLater } from './try-later.ts';

/**
 * `telegram` takes its slots from the reply lane of `limiter`; without one, nothing waits. `database` is needed for admins
 * alone.
 */
export type BotPorts = Ports & {
  telegram: Telegram;
  limiter?: ReplyLimiter;
  database?: Pool | undefined;
};

/** `appUrl`: where the calendar page is. */
type BotSettings = { adminIds?: readonly UserId[]; appUrl?: string | undefined } & PlanSettings;

/**
 * Answers people's updates. It guarantees:
 * - each stored update is handled, once in effect, through kill -9 at any point (see handle-update.ts);
 * - one person's updates are handled in their order, whichever replica pulls: each durable consumer has one in flight;
 * - an answer shows the state that was just written;
 * - while EVENTS has no room, people are told that nothing was saved, and can do the same again later;
 * - a person in whose log stands an event of a newer version is told to try again later (see try-later.ts);
 * - an update that cannot be read, or fails five times, is dead-lettered, and the next one is handled; a redriven one is
 *   handled once more.
 */
export async function start(
  { adminIds = [], appUrl, ...plans }: BotSettings,
  { nats, clock, log, telegram, limiter = UNLIMITED, database, readiness, metrics }: BotPorts,
): Promise<Running> {
  const ports = { nats, clock, log, metrics, ...(readiness && { readiness }) };
  const photos = openPhotos(openPictures({ clock }), log);
  const replies = repliesThrough(telegram.api, photos, log);
  const people = watchedPeople(openPeople(nats, clock, log), ports);
  const plan = planOf(plans);
  const reference = openReferenceData(plan);
  const stream = openReplyStream(nats, clock);
  const replying = { telegram, limiter, stream, photos, places: reference.places, appUrl, clock, log };
  const bot: Bot = {
    people,
    dialogs: await openDialogs(nats),
    throttle: await openThrottle(nats, clock),
    replies,
    replying,
    ...openFollowUp(replying, openSentReminders(nats)),
    moving: openMovingQueue(nats),
    groups: await openGroups(nats, replying),
    forgetting: openForgetting(nats, clock),
    reference,
    stars: openStars(telegram.api, plan, log),
    admin:
      database &&
      (await openAdminHandler(adminIds, { ...ports, people, telegram: telegram.api, database, replies })),
    pages: openPages(nats),
    clock,
    log,
  };
  const noteBlocked = (userId: UserId, updateId: number) => noteBlock(bot, userId, true, updateId);
  const handlers = [
    ...BOT_CONSUMERS.map((consumer) => updates(bot, consumer)),
    refusals(bot),
    questions(people),
    files(bot, telegram, plan),
    replyHandler({ ...replying, backlog: openBacklog(nats, clock), people, noteBlock: noteBlocked }),
  ];
  void tellOfLostUpdates(ports);
  measureDeadLetters(metrics, nats);
  const record = (update: PaymentUpdate, cause: string) => recordPayment(bot, update, cause);
  const running = [
    startHandlers(ports, 'bot', handlers),
    answerViews({ ...bot, nats }),
    learnBotName(reference.bot, telegram.api, { clock, log }),
    offerMenu(telegram.api, { sells: plan !== undefined, appUrl }, { clock, log }),
    ...(plan ? [reconcilePayments({ ...ports, telegram: telegram.api, people, record })] : []),
  ];
  return {
    async stop() {
      await stopAll(running);
      await people.close();
    },
  };
}

function updates(bot: Bot, consumer: ConsumerDefinition): ConsumerHandler {
  return consumerHandler<Incoming>({
    consumer,
    prefetch: 1,
    parse: readUpdateOf,
    handle: (incoming, message) =>
      orTryLater(bot, incoming, message.storedAtMs, () => handleUpdate(bot, incoming, message)),
  });
}

/** @throws when the update is not of the person on whose subject it stands, behind whose others it waited. */
function readUpdateOf(message: StoredMessage): Incoming {
  const incoming = readUpdate(message.json());
  if ('userId' in incoming && message.subject !== updateSubject(incoming.userId))
    throw new Error(`an update of ${incoming.userId} on ${message.subject}`);
  return incoming;
}

function files(bot: Bot, telegram: Telegram, premium: Plan | undefined): ConsumerHandler {
  return movingHandler({
    ...bot,
    telegram,
    premium,
    reader: openFileReader(bot.log),
    noteBlock: (userId, updateId) => noteBlock(bot, userId, true, updateId),
  });
}

/** A reminder refused because the chat cannot be reached counts as a notice that the person blocked the bot. */
function refusals(bot: Bot): ConsumerHandler {
  return consumerHandler<RecordedDelivery>({
    consumer: REFUSALS_CONSUMER,
    prefetch: 16,
    parse: ({ subject, seq, json }) => parseDelivery(subject, json(), seq),
    async handle({ userId, reason }, message) {
      const refusal = refusalIn(reason ?? '');
      if (refusal && isChatRefused(refusal)) await recordBlock(bot, userId, true, `delivery-${message.seq}`);
    },
  });
}
