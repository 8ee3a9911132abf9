import type { MessageEntity } from 'grammy/types';
import type { Pool } from 'pg';
import { BroadcastRequested } from '#contracts/broadcasts.ts';
import { FAN_OUT_CONSUMER } from '#contracts/consumers.ts';
import type { UserId } from '#contracts/ids.ts';
import type { BroadcastDue } from '#contracts/messages.ts';
import { recipients } from '#projections/schedules/recipients.ts';
import { type ConsumerHandler, consumerHandler } from '#services/platform/jetstream/handler.ts';
import { openBroadcasts } from '#services/platform/messages/broadcasts.ts';
import type { Ports } from '#services/platform/process/run-service.ts';
import type { RateLimiter } from '#services/platform/rate-limit/rate-limiter.ts';
import { classify, type Telegram } from '#services/platform/telegram/client.ts';
import type { SendGate } from '#services/platform/telegram/transport.ts';
import { batched } from '../batched.ts';
import type { PublishOutcome } from '../delivery/outcomes.ts';
import type { Posted } from '../delivery/post.ts';
import type { SendRecords } from '../delivery/send-records.ts';
import { broadcastEnds } from './ends.ts';
import { fanOut } from './fan-out.ts';
import { type BroadcastPorts, broadcastHandler } from './handle.ts';
import { type Text, textReader } from './texts.ts';

export type BroadcastSettings = { uncertainResends: number; paidBroadcast: boolean };

export type BroadcastParts = Ports & {
  database: Pool;
  records: SendRecords;
  publish: PublishOutcome;
  limiter: RateLimiter;
  telegram: Telegram;
  probe?: BroadcastPorts['probe'];
};

/** The sender's part in broadcasts: who brings them into the queue, and who sends one to a person. */
export type BroadcastSending = {
  fanOut: ConsumerHandler;
  send(due: BroadcastDue, signal: AbortSignal): Promise<void>;
};

const MOST_AT_ONCE = 500;

export async function openBroadcastSending(
  { uncertainResends, paidBroadcast }: BroadcastSettings,
  parts: BroadcastParts,
): Promise<BroadcastSending> {
  const { nats, clock, log, database, limiter, telegram, probe } = parts;
  const broadcasts = await openBroadcasts(nats);
  const send = broadcastHandler({
    readText: textReader(broadcasts, clock),
    readRecipient: batched((userIds: UserId[]) => recipients(database, userIds), MOST_AT_ONCE),
    ends: broadcastEnds(parts, uncertainResends),
    post: (chatId, text, mayGo) => post(telegram, chatId, text, paidBroadcast, mayGo),
    limiter,
    clock,
    log,
    probe,
  });
  return { send, fanOut: fanningOut({ nats, database, broadcasts, clock }) };
}

function fanningOut(ports: Parameters<typeof fanOut>[0]): ConsumerHandler {
  return consumerHandler<BroadcastRequested>({
    consumer: FAN_OUT_CONSUMER,
    prefetch: 1,
    parse: (message) => BroadcastRequested.parse(message.json()),
    handle: (requested, _message, signal) => fanOut(ports, requested, signal),
  });
}

/** The text as its admin wrote it. What they saw as preview was sent in the same way. */
async function post(
  { api, gated }: Telegram,
  chatId: number,
  { text, entities }: Text,
  paid: boolean,
  mayGo: SendGate,
): Promise<Posted> {
  try {
    const other = {
      entities: entities as MessageEntity[], // Telegram's own, given back as they came
      link_preview_options: { is_disabled: true },
      ...(paid && { allow_paid_broadcast: true }),
    };
    const message = await gated(mayGo, () => api.sendMessage(chatId, text, other));
    return { kind: 'sent', messageId: message.message_id };
  } catch (error) {
    return classify(error);
  }
}
