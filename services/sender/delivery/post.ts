import { classify, type Telegram, type TelegramFailure } from '#services/platform/telegram/client.ts';
import type { SendGate } from '#services/platform/telegram/transport.ts';
import type { Outgoing } from './work.ts';

export type Posted = { kind: 'sent'; messageId: number } | TelegramFailure;

/** Sends one message to a chat when the gate opens. Never rejects. */
export type Post = (chatId: number, outgoing: Outgoing, gate: SendGate) => Promise<Posted>;

/** @param paidBroadcast lets messages exceed Telegram's free rate, for Stars. */
export function poster({ api, gated }: Telegram, { paidBroadcast }: { paidBroadcast: boolean }): Post {
  const paid = paidBroadcast ? { allow_paid_broadcast: true } : {};
  return async (chatId, { text, options }, gate) => {
    try {
      const message = await gated(gate, () => api.sendMessage(chatId, text, { ...options, ...paid }));
      return { kind: 'sent', messageId: message.message_id };
    } catch (error) {
      return classify(error);
    }
  };
}
