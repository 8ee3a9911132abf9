import type { StoredMsg } from '@nats-io/jetstream';
import type { Api } from 'grammy';
import { parseEvent, type RecordedEvent } from '#contracts/events.ts';
import { ACCOUNT, type UserId } from '#contracts/ids.ts';
import { eventSubject } from '#contracts/subjects.ts';
import { classify } from '#services/platform/telegram/client.ts';
import type { StoredMessages } from './stored-messages.ts';

export type Subscriptions = {
  /** No further month is taken. @returns how many subscriptions were ended, those that had ended before included. */
  end(userId: UserId): Promise<number>;
};

/** What cannot be read names no charge, and keeps nobody from being forgotten. */
function readable(message: StoredMsg): RecordedEvent | undefined {
  try {
    return parseEvent(message.subject, message.json(), message.seq);
  } catch {
    return undefined;
  }
}

/** Subscriptions in Stars, as the person's events name them. */
export function openSubscriptions(
  telegram: Pick<Api, 'editUserStarSubscription'>,
  { pages }: StoredMessages,
): Subscriptions {
  async function begunBy(userId: UserId): Promise<Set<string>> {
    const charges = new Set<string>();
    const account = eventSubject(userId, ACCOUNT);
    for await (const page of pages('EVENTS', { userId })) {
      for (const message of page.filter(({ subject }) => subject === account)) {
        const event = readable(message);
        if (!event) continue;
        if (event.type === 'PremiumGranted' && event.data.first) charges.add(event.data.chargeId);
        if (event.type === 'PremiumRefunded') charges.delete(event.data.chargeId);
      }
    }
    return charges;
  }

  return {
    async end(userId) {
      const charges = await begunBy(userId);
      for (const chargeId of charges) {
        try {
          await telegram.editUserStarSubscription(Number(userId), chargeId, true);
        } catch (error) {
          // Telegram refuses one that is over, or was never one.
          if (classify(error).kind !== 'refused') throw error;
        }
      }
      return charges.size;
    },
  };
}
