import type { Pool } from 'pg';
import { z } from 'zod';
import { senderConsumer, TIERS } from '#contracts/consumers.ts';
import { BroadcastDue, ReminderDue } from '#contracts/messages.ts';
import type { Running } from '#services/platform/process/lifecycle.ts';
import type { Ports } from '#services/platform/process/run-service.ts';
import { openRateLimiter } from '#services/platform/rate-limit/rate-limiter.ts';
import { openTelegram } from '#services/platform/telegram/client.ts';
import { consumerHandler } from '../platform/jetstream/handler.ts';
import { startHandlers } from '../platform/jetstream/start-handlers.ts';
import { type BroadcastParts, openBroadcastSending } from './broadcasts/start.ts';
import type { SenderConfig } from './config.ts';
import { type HandlingPorts, reminderHandler } from './delivery/deliver.ts';
import { outcomePublisher } from './delivery/outcomes.ts';
import { poster } from './delivery/post.ts';
import { openSendRecords } from './delivery/send-records.ts';
import { settlement } from './delivery/settlement.ts';
import { openContinuation } from './reminders/continuation.ts';
import { factsReader } from './reminders/facts.ts';

export type SenderPorts = Ports & {
  database: Pool;
  probe?: HandlingPorts['probe'];
  broadcastProbe?: BroadcastParts['probe'];
};

export type SenderSettings = Pick<
  SenderConfig,
  'botToken' | 'telegramApiRoot' | 'sendRate' | 'bulkRate' | 'uncertainResends' | 'paidBroadcast'
>;

const Due = z.union([BroadcastDue, ReminderDue]);

/** `max_ack_pending` of the consumers, not this, is what bounds the reminders in hand. */
const PREFETCH = 64;

/**
 * Sends what is due. Guarantees:
 * - G6, G9: each occurrence of a reminder is sent at most once and comes to exactly one end, through crashes at any
 *   step and with any number of senders: marker.ts has the table;
 * - G7: never without a slot of the global budget, better tiers first;
 * - G8: what was answered, paused, archived or unscheduled, whose person blocked the bot, stopped reminders or is on
 *   vacation, and what would come in quiet hours, is not sent: checked shortly before the slot's instant, after the
 *   wait for it. Who was silent for long is asked, once, whether to go on.
 * Broadcasts come behind all reminders, to each person once.
 * Nothing waits by nak: what waits is held in the process and occupies `max_ack_pending`, which is the lever.
 * `stop()` gives back at once what has not been sent, and waits for what is under way.
 */
export async function start(config: SenderSettings, ports: SenderPorts): Promise<Running> {
  const { nats, clock, log, database, probe, broadcastProbe } = ports;
  const limiter = await openRateLimiter({ nats, clock, log }, config);
  const records = await openSendRecords(nats);
  const publish = outcomePublisher(nats);
  const settling = settlement({ records, publish, clock, log, probe }, config.uncertainResends);
  const telegram = openTelegram({ token: config.botToken, apiRoot: config.telegramApiRoot });
  const post = poster(telegram, config);
  const readFacts = factsReader(database);
  const mayAsk = await openContinuation(nats);
  const handle = reminderHandler({ readFacts, mayAsk, settling, post, limiter, clock, log, probe });

  const broadcasting = await openBroadcastSending(config, {
    ...{ nats, clock, log, database, records, publish, limiter, telegram },
    probe: broadcastProbe,
  });
  const tiers = TIERS.map((tier) =>
    consumerHandler<ReminderDue | BroadcastDue>({
      consumer: senderConsumer(tier),
      prefetch: PREFETCH,
      parse: (message) => Due.parse(message.json()),
      handle: (due, _message, signal) =>
        'broadcastId' in due ? broadcasting.send(due, signal) : handle(due, signal),
    }),
  );
  const handlers = startHandlers(ports, 'sender', [...tiers, broadcasting.fanOut]);
  return {
    async stop() {
      await handlers.stop();
      await limiter.stop();
    },
  };
}
