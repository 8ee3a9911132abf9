import type { NatsConnection } from '@nats-io/transport-node';
import type { UserId } from '#contracts/ids.ts';
import { deliverySubject } from '#contracts/subjects.ts';
import { directGet } from '#services/platform/jetstream/direct-get.ts';
import { readDelivery } from '#services/platform/jetstream/last-delivery.ts';
import type { Card, HabitDay } from './conversation/dialog.ts';

/** The reminders that a person was sent since an instant, oldest first, each with the days that it shows. */
export type SentReminders = (userId: UserId, sinceMs: number) => Promise<Card[]>;

/** Of one person in two days; a habit has at most a dozen reminders a day. */
const MOST = 256;

/** Reads them from DELIVERIES, in one request. One whose arrival is unknown is not among them. */
export function openSentReminders(nats: NatsConnection): SentReminders {
  return async (userId, sinceMs) => {
    const messages = await directGet(nats, 'DELIVERIES', {
      ...{ start_time: new Date(sinceMs), batch: MOST },
      next_by_subj: deliverySubject('delivered', userId),
    });
    const cards = new Map<number, Card>();
    for (const message of messages) {
      // What this version cannot read was perhaps no reminder.
      const { telegramMessageId: messageId, occurrences } = readDelivery(message) ?? {};
      if (messageId === undefined) continue;
      const items = [...(cards.get(messageId)?.items ?? []), ...(occurrences ?? [])];
      cards.set(messageId, { list: 'card', messageId, items: daysOf(items) });
    }
    return [...cards.values()];
  };
}

function daysOf(items: readonly HabitDay[]): HabitDay[] {
  const days = new Map(items.map(({ habitId, on }) => [`${habitId}/${on}`, { habitId, on }]));
  return [...days.values()];
}
