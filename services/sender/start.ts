import type { Pool } from 'pg';
import { z } from 'zod';
import { BroadcastRequested, BroadcastTested } from '#contracts/broadcasts.ts';
import { FAN_OUT_CONSUMER, senderConsumer, TIERS } from '#contracts/consumers.ts';
import type { UserId } from '#contracts/ids.ts';
import { BroadcastDue, ReminderDue } from '#contracts/messages.ts';
import { broadcastDueSubject, broadcastSubject, reminderSubject } from '#contracts/subjects.ts';
import { recipients } from '#projections/schedules/recipients.ts';
import {
  type ConsumerHandler,
  consumerHandler,
  type StoredMessage,
} from '#services/platform/jetstream/handler.ts';
import { storesCheck } from '#services/platform/jetstream/log-guard.ts';
import { startHandlers } from '#services/platform/jetstream/start-handlers.ts';
import { type Broadcasts, openBroadcasts } from '#services/platform/messages/broadcasts.ts';
import { databaseCheck } from '#services/platform/process/database.ts';
import { failureRun } from '#services/platform/process/failure-run.ts';
import type { Running } from '#services/platform/process/lifecycle.ts';
import type { Ports } from '#services/platform/process/run-service.ts';
import { openRateLimiter } from '#services/platform/rate-limit/rate-limiter.ts';
import { openTelegram } from '#services/platform/telegram/client.ts';
import { telegramCheck } from '#services/platform/telegram/telegram-check.ts';
import { batched } from './batched.ts';
import { type BroadcastPorts, broadcastWork } from './broadcasts/broadcast-work.ts';
import { fanOut, queueTest } from './broadcasts/fan-out.ts';
import { textReader } from './broadcasts/texts.ts';
import type { SenderConfig } from './config.ts';
import { openDelivery } from './delivery/deliver.ts';
import type { DeliveryPorts } from './delivery/message-state.ts';
import { poster } from './delivery/post.ts';
import { deliveryPublisher } from './delivery/publish-delivery.ts';
import { endUnknown, recordsWholeSince } from './delivery/record-memory.ts';
import { openSendRecords } from './delivery/send-records.ts';
import { openSettlement } from './delivery/settlement.ts';
import type { Work } from './delivery/work.ts';
import { openContinuation } from './reminders/continuation.ts';
import { factsReader } from './reminders/facts.ts';
import { orderReader } from './reminders/order.ts';
import { type ReminderPorts, reminderWork } from './reminders/reminder-work.ts';
import { streakReader } from './reminders/streaks.ts';
import { weekReader } from './reminders/week.ts';
import { schedulesGuard } from './schedules-guard.ts';

/** `probe` is told of each step of a delivery; the next one waits for it. */
export type SenderPorts = Ports & { database: Pool; probe?: DeliveryPorts['probe'] };

export type SenderOptions = Pick<
  SenderConfig,
  'botToken' | 'telegramApiRoot' | 'sendRate' | 'bulkRate' | 'uncertainResends' | 'paidBroadcast'
>;

const Due = z.union([BroadcastDue, ReminderDue]);

/** `max_ack_pending` of the consumers, not this, is what bounds the messages in hand. */
const PREFETCH = 64;
/** One outage makes several attempts fail; the longest wait between two of a message is 30 s. */
const FAILING = { lastsMs: 15_000, countsForMs: 90_000 };
/** People looked up in one query. */
const RECIPIENTS_AT_ONCE = 500;

/**
 * Sends what is due. Guarantees:
 * - G6, G9: each occurrence of a reminder is sent at most once and comes to exactly one outcome, through crashes at any
 *   step and with any number of senders: delivery/send-record.ts has the table;
 * - G7: never without a slot of the global budget, better tiers first;
 * - G8: what was answered, paused, archived or unscheduled, whose person blocked the bot, stopped reminders or is on
 *   vacation, and what would come in quiet hours, is not sent: checked shortly before the slot's instant, after the
 *   wait for it. A person who was silent for long is asked, once, whether to go on.
 * Broadcasts come behind all reminders, to each person once, through the same engine.
 * What was handed out before the send records were lost is not sent again: it may have been.
 * Nothing is sent by schedules that were made from another log, or were put back to an earlier state.
 * Nothing waits by nak: what waits is held in the process and occupies `max_ack_pending`, which is the lever.
 * `stop()` gives back at once what has not been sent, and waits for what is under way.
 */
export async function start(config: SenderOptions, ports: SenderPorts): Promise<Running> {
  const { nats, clock, log, metrics, database, probe } = ports;
  const limiter = await openRateLimiter({ nats, clock, log, metrics }, config);
  const settlement = openSettlement(
    {
      ...{
        records: await openSendRecords(nats, clock),
        publish: deliveryPublisher(nats, metrics),
        clock,
        log,
      },
      onSettled: ({ due }) => probe?.('settled', due),
    },
    config.uncertainResends,
  );
  const check = telegramCheck(clock, metrics);
  const failures = failureRun(clock, FAILING);
  const sends = { name: 'sends', problem: failures.problem };
  for (const each of [check, sends, limiter.check, databaseCheck(database)]) ports.readiness?.add(each);
  const post = poster(
    openTelegram({ token: config.botToken, apiRoot: config.telegramApiRoot, check }),
    config,
  );
  const deliver = openDelivery({ settlement, post, limiter, clock, log, failures, probe });
  const guard = schedulesGuard(ports);
  ports.readiness?.add(storesCheck(guard));
  const reminder = {
    readFacts: factsReader(database, guard),
    readStreak: streakReader(database, guard),
    readOrder: orderReader(database, guard),
    readWeek: weekReader(database, guard),
    mayAsk: await openContinuation(nats, clock),
    clock,
  };
  const broadcasts = await openBroadcasts(nats);
  const broadcast = {
    readText: textReader(broadcasts, clock),
    readRecipient: batched(async (userIds: UserId[]) => {
      await guard();
      return recipients(database, userIds);
    }, RECIPIENTS_AT_ONCE),
  };

  const wholeSinceMs = await recordsWholeSince(ports);
  const deliverMessage: DeliverMessage = (work, { tries, storedAtMs }, signal) =>
    tries > 1 && storedAtMs < wholeSinceMs ? endUnknown(settlement, work) : deliver(work, storedAtMs, signal);
  const handlers = startHandlers(ports, 'sender', [
    ...TIERS.map((tier) => dueMessages(senderConsumer(tier), deliverMessage, { reminder, broadcast })),
    fanningOut(ports, broadcasts, guard),
  ]);
  return {
    async stop() {
      await handlers.stop();
      await limiter.stop();
    },
  };
}

type DeliverMessage = (work: Work, message: StoredMessage, signal: AbortSignal) => Promise<void>;

/** One engine, two descriptions of work. */
function dueMessages(
  consumer: ConsumerHandler['consumer'],
  deliver: DeliverMessage,
  { reminder, broadcast }: { reminder: ReminderPorts; broadcast: BroadcastPorts },
): ConsumerHandler {
  return consumerHandler<ReminderDue | BroadcastDue>({
    consumer,
    prefetch: PREFETCH,
    parse: dueIn,
    handle(due, message, signal) {
      const work = 'broadcastId' in due ? broadcastWork(broadcast, due) : reminderWork(reminder, due);
      return deliver(work, message, signal);
    },
  });
}

/** @throws when it is not what its subject says: the subject is what was queued once. */
function dueIn({ subject, json }: StoredMessage): ReminderDue | BroadcastDue {
  const due = Due.parse(json());
  const own =
    'broadcastId' in due
      ? broadcastDueSubject(due.broadcastId, due.userId)
      : reminderSubject(due.tier, due.userId, due.minute);
  if (subject !== own) throw new Error(`what belongs on ${own} stands on ${subject}`);
  return due;
}

type Wanted = { what: 'requested'; body: BroadcastRequested } | { what: 'tested'; body: BroadcastTested };

function wantedIn({ subject, json }: StoredMessage): Wanted {
  const wanted: Wanted = subject.endsWith('.tested')
    ? { what: 'tested', body: BroadcastTested.parse(json()) }
    : { what: 'requested', body: BroadcastRequested.parse(json()) };
  const own = broadcastSubject(wanted.body.broadcastId, wanted.what);
  if (subject !== own) throw new Error(`what belongs on ${own} stands on ${subject}`);
  return wanted;
}

function fanningOut(
  { nats, database, clock }: SenderPorts,
  broadcasts: Broadcasts,
  guard: () => Promise<void>,
): ConsumerHandler {
  return consumerHandler<Wanted>({
    consumer: FAN_OUT_CONSUMER,
    prefetch: 1,
    parse: wantedIn,
    async handle({ what, body }, _message, signal) {
      await guard();
      if (what === 'tested') return queueTest(nats, body);
      await fanOut({ nats, database, broadcasts, clock }, body, signal);
    },
  });
}
