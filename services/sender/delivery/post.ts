import type { Locale } from '#contracts/account-events.ts';
import type { Occurrence } from '#contracts/messages.ts';
import type { OccurrenceFacts } from '#projections/schedules/send-facts.ts';
import { type CardItem, reminderCard } from '#services/platform/messages/reminder-card.ts';
import { classify, type Telegram, type TelegramFailure } from '#services/platform/telegram/client.ts';
import type { SendGate } from '#services/platform/telegram/transport.ts';
import { continuationCard } from '../reminders/continuation-card.ts';

/** An occurrence that is to be sent, with what its message says. */
export type Wanted = Extract<OccurrenceFacts, { suppressed?: undefined }> & { locale: Locale };

export type Posted = { kind: 'sent'; messageId: number } | TelegramFailure;

/** `continuation` asks whether to go on, instead of reminding. */
export type Asking = 'reminder' | 'continuation';

/** Sends one message about all of `wanted` (at least one) to a chat, when it may leave. Never rejects. */
export type Post = (
  chatId: number,
  wanted: readonly Wanted[],
  asking: Asking,
  mayGo: SendGate,
) => Promise<Posted>;

export function poster({ api, gated }: Telegram, { paidBroadcast }: { paidBroadcast: boolean }): Post {
  return async (chatId, wanted, asking, mayGo) => {
    try {
      const locale = wanted[0]?.locale ?? 'en';
      const { text, entities, reply_markup } =
        asking === 'continuation' ? continuationCard(locale) : reminderCard(locale, cardItems(wanted));
      const paid = paidBroadcast ? { allow_paid_broadcast: true } : {};
      const message = await gated(mayGo, () =>
        api.sendMessage(chatId, text, { entities, reply_markup, ...paid }),
      );
      return { kind: 'sent', messageId: message.message_id };
    } catch (error) {
      return classify(error);
    }
  };
}

/** A habit stands in a message once for each date: a snooze and a reminder, or two held back, may come together. */
function cardItems(wanted: readonly Wanted[]): CardItem[] {
  const first = new Map<string, CardItem>();
  for (const { habitId, on, at, name, goal } of wanted) {
    const key = `${habitId}/${on}`;
    if (!first.has(key)) first.set(key, { habitId, on, at, name, goal, state: 'open' });
  }
  return [...first.values()];
}

export const occurrenceOf = ({ habitId, on, at, snoozed }: Occurrence): Occurrence => ({
  habitId,
  on,
  at,
  ...(snoozed && { snoozed }),
});

export const isSame = (one: Occurrence, other: Occurrence): boolean =>
  one.habitId === other.habitId &&
  one.on === other.on &&
  one.at === other.at &&
  one.snoozed === other.snoozed;
