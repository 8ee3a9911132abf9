import type { Api } from 'grammy';
import type { Locale } from '#contracts/account-events.ts';
import type { Occurrence } from '#contracts/messages.ts';
import type { OccurrenceFacts } from '#projections/schedules/send-facts.ts';
import { reminderCard } from '../runtime/reminder-card.ts';
import { classify, type TelegramFailure } from '../runtime/telegram.ts';

/** An occurrence that is to be sent, with what its message says. */
export type Wanted = Extract<OccurrenceFacts, { suppressed?: undefined }> & { locale: Locale };

export type Posted = { kind: 'sent'; messageId: number } | TelegramFailure;

/** Sends one message about all of `wanted` (at least one) to a chat, at once. Never rejects. */
export type Post = (chatId: number, wanted: readonly Wanted[]) => Promise<Posted>;

/** @param telegram without the budget: the caller has a slot. */
export function poster(telegram: Api, { paidBroadcast }: { paidBroadcast: boolean }): Post {
  return async (chatId, wanted) => {
    try {
      const { text, entities, reply_markup } = reminderCard(wanted[0]?.locale ?? 'en', wanted.map(cardItem));
      const paid = paidBroadcast ? { allow_paid_broadcast: true } : {};
      const message = await telegram.sendMessage(chatId, text, { entities, reply_markup, ...paid });
      return { kind: 'sent', messageId: message.message_id };
    } catch (error) {
      return classify(error);
    }
  };
}

const cardItem = ({ habitId, on, at, name, goal }: Wanted) =>
  ({ habitId, on, at, name, goal, state: 'open' }) as const;

export const occurrenceOf = ({ habitId, on, at }: Occurrence): Occurrence => ({ habitId, on, at });

export const isSame = (one: Occurrence, other: Occurrence): boolean =>
  one.habitId === other.habitId && one.on === other.on && one.at === other.at;
