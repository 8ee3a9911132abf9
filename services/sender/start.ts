import type { Pool } from 'pg';
import { z } from 'zod';
import { BroadcastDue, ReminderDue } from '#contracts/messages.ts';
import { type ConsumerDefinition, senderConsumer, serviceConsumers, TIERS } from '#contracts/streams.ts';
import { type Consumption, consume, type Running } from '#services/platform/jetstream/consume.ts';
import { consumeReplays, reopening } from '#services/platform/jetstream/redrive.ts';
import type { Ports } from '#services/platform/process/run-service.ts';
import { openBudget } from '#services/platform/rate-limit/rate-limiter.ts';
import { openTelegram } from '#services/platform/telegram/client.ts';
import { type BroadcastParts, openBroadcastSending } from './broadcasts/start.ts';
import type { SenderConfig } from './config.ts';
import { type HandlingPorts, reminderHandler } from './delivery/deliver.ts';
import { outcomePublisher } from './delivery/outcomes.ts';
import { poster } from './delivery/post.ts';
import { openMarkers } from './delivery/send-records.ts';
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
  const budget = await openBudget({ nats, clock, log }, config);
  const markers = await openMarkers(nats);
  const publish = outcomePublisher(nats);
  const settling = settlement({ markers, publish, clock, log, probe }, config.uncertainResends);
  const telegram = openTelegram({ token: config.botToken, apiRoot: config.telegramApiRoot });
  const post = poster(telegram, config);
  const readFacts = factsReader(database);
  const mayAsk = await openContinuation(nats);
  const handle = reminderHandler({ readFacts, mayAsk, settling, post, budget, clock, log, probe });

  const broadcasting = await openBroadcastSending(config, {
    ...{ nats, clock, log, database, markers, publish, budget, telegram },
    probe: broadcastProbe,
  });
  const tiers = senderConsumers().map(
    ({ name, stream, maxTries, ackWaitMs }): Consumption<ReminderDue | BroadcastDue> => ({
      stream,
      consumer: name,
      maxTries,
      ackWaitMs,
      prefetch: PREFETCH,
      parse: (message) => Due.parse(message.json()),
      handle: (due, _message, signal) =>
        'broadcastId' in due ? broadcasting.send(due, signal) : handle(due, signal),
    }),
  );
  const { fanOut } = broadcasting;
  const replayable = new Map([
    ...tiers.map((tier) => [tier.consumer, reopening(tier)] as const),
    [fanOut.consumer, reopening(fanOut)] as const,
  ]);
  const running = [
    ...tiers.map((tier) => consume(ports, tier)),
    consume(ports, fanOut),
    consumeReplays(ports, 'sender', replayable),
  ];
  return {
    async stop() {
      await Promise.all(running.map((each) => each.stop()));
      await budget.stop();
    },
  };
}

function senderConsumers(): ConsumerDefinition[] {
  const names = TIERS.map(senderConsumer);
  return serviceConsumers(1).filter(({ name }) => names.includes(name));
}
