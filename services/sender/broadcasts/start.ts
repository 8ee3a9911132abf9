import type { MessageEntity } from 'grammy/types';
import type { Pool } from 'pg';
import { BroadcastRequested } from '#contracts/broadcasts.ts';
import type { UserId } from '#contracts/ids.ts';
import type { BroadcastDue } from '#contracts/messages.ts';
import { FAN_OUT_CONSUMER, serviceConsumers } from '#contracts/streams.ts';
import { recipients } from '#projections/schedules/recipients.ts';
import type { Consumption } from '#services/platform/jetstream/consume.ts';
import { openBroadcasts } from '#services/platform/messages/broadcasts.ts';
import type { Ports } from '#services/platform/process/run-service.ts';
import type { OpenBudget } from '#services/platform/rate-limit/rate-limiter.ts';
import { classify, type Telegram } from '#services/platform/telegram/client.ts';
import type { MayLeave } from '#services/platform/telegram/transport.ts';
import { batched } from '../batched.ts';
import type { PublishOutcome } from '../delivery/outcomes.ts';
import type { Posted } from '../delivery/post.ts';
import type { Markers } from '../delivery/send-records.ts';
import { broadcastEnds } from './ends.ts';
import { fanOut } from './fan-out.ts';
import { type BroadcastPorts, broadcastHandler } from './handle.ts';
import { type Text, textReader } from './texts.ts';

export type BroadcastSettings = { uncertainResends: number; paidBroadcast: boolean };

export type BroadcastParts = Ports & {
  database: Pool;
  markers: Markers;
  publish: PublishOutcome;
  budget: OpenBudget;
  telegram: Telegram;
  probe?: BroadcastPorts['probe'];
};

/** The sender's part in broadcasts: who brings them into the queue, and who sends one to a person. */
export type BroadcastSending = {
  fanOut: Consumption<BroadcastRequested>;
  send(due: BroadcastDue, signal: AbortSignal): Promise<void>;
};

const MOST_AT_ONCE = 500;

export async function openBroadcastSending(
  { uncertainResends, paidBroadcast }: BroadcastSettings,
  parts: BroadcastParts,
): Promise<BroadcastSending> {
  const { nats, clock, log, database, budget, telegram, probe } = parts;
  const broadcasts = await openBroadcasts(nats);
  const send = broadcastHandler({
    readText: textReader(broadcasts, clock),
    readRecipient: batched((userIds: UserId[]) => recipients(database, userIds), MOST_AT_ONCE),
    ends: broadcastEnds(parts, uncertainResends),
    post: (chatId, text, mayLeave) => post(telegram, chatId, text, paidBroadcast, mayLeave),
    budget,
    clock,
    log,
    probe,
  });
  return { send, fanOut: fanningOut({ nats, database, broadcasts, clock }) };
}

function fanningOut(ports: Parameters<typeof fanOut>[0]): Consumption<BroadcastRequested> {
  const definition = serviceConsumers(1).find(({ name }) => name === FAN_OUT_CONSUMER);
  if (!definition) throw new Error(`${FAN_OUT_CONSUMER} is not in contracts`);
  const { name, stream, maxTries, ackWaitMs } = definition;
  return {
    stream,
    consumer: name,
    maxTries,
    ackWaitMs,
    prefetch: 1,
    parse: (message) => BroadcastRequested.parse(message.json()),
    handle: (requested, _message, signal) => fanOut(ports, requested, signal),
  };
}

/** The text as its admin wrote it. What they saw as preview was sent in the same way. */
async function post(
  { api, leavingWhen }: Telegram,
  chatId: number,
  { text, entities }: Text,
  paid: boolean,
  mayLeave: MayLeave,
): Promise<Posted> {
  try {
    const other = {
      entities: entities as MessageEntity[], // Telegram's own, given back as they came
      link_preview_options: { is_disabled: true },
      ...(paid && { allow_paid_broadcast: true }),
    };
    const message = await leavingWhen(mayLeave, () => api.sendMessage(chatId, text, other));
    return { kind: 'sent', messageId: message.message_id };
  } catch (error) {
    return classify(error);
  }
}
