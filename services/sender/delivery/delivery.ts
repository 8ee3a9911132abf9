import type { Delivery } from '#contracts/messages.ts';
import { beginOfMinuteMs } from '#contracts/time.ts';
import type { DeliveryResult, Item, Work } from './work.ts';

/** The longest reason that DELIVERIES keeps. */
const REASON_LENGTH = 512;

/** How items of one minute ended at `nowMs`. */
export function deliveryOf(
  { userId, broadcastId }: Pick<Work, 'userId' | 'broadcastId'>,
  items: readonly Item[],
  { outcome, reason, telegramMessageId }: DeliveryResult,
  nowMs: number,
): Delivery {
  const { minute, tier } = items[0] as Item; // a delivery is of one item at least
  return {
    userId,
    minute,
    tier,
    outcome,
    ...(reason !== undefined && { reason: reason.slice(0, REASON_LENGTH) }),
    occurrences: items.flatMap(({ occurrence }) => occurrence ?? []),
    ...(broadcastId !== undefined && { broadcastId }),
    at: new Date(nowMs).toISOString(),
    latenessMs: Math.round(nowMs - beginOfMinuteMs(minute)),
    ...(telegramMessageId !== undefined && { telegramMessageId }),
  };
}

/**
 * The same for each publication of a delivery, and for no two deliveries: an occurrence of a minute ends once, so the
 * first one names the group.
 */
export function deliveryId({ userId, minute, outcome, occurrences, broadcastId }: Delivery): string {
  if (broadcastId !== undefined) return `${userId}.broadcast.${broadcastId}.${outcome}`;
  const [first] = occurrences;
  const snoozed = first?.snoozed ? '.snoozed' : '';
  return `${userId}.${minute}.${outcome}.${first?.habitId}.${first?.on}.${first?.at}${snoozed}`;
}
