import { z } from 'zod';
import { BroadcastId, UserId } from './ids.ts';
import { Instant } from './time.ts';

/** Telegram's formatting of a text; what else a kind of entity has (a link, a language) is kept. */
export const TextEntity = z.looseObject({
  type: z.string(),
  offset: z.int().nonnegative(),
  length: z.int().positive(),
});
export type TextEntity = z.infer<typeof TextEntity>;

/** Telegram shows no more of them in one message. */
export const MAX_BROADCAST_ENTITIES = 100;

/** Of a text with its formatting, as JSON: with ids and instants it fits a message of BROADCASTS, which has 64 KiB. */
export const MAX_BROADCAST_BYTES = 48 * 1024;

/** What an admin wrote, with the formatting it was given in Telegram. */
export const BroadcastText = z.object({ text: z.string().min(1).max(4096), entities: z.array(TextEntity) });
export type BroadcastText = z.infer<typeof BroadcastText>;

/** `broadcasts.<id>.requested`: an admin confirmed it. `recipients` is how many people there were then. */
export const BroadcastRequested = BroadcastText.extend({
  broadcastId: BroadcastId,
  by: UserId,
  at: Instant,
  recipients: z.int().nonnegative(),
});
export type BroadcastRequested = z.infer<typeof BroadcastRequested>;

/**
 * `broadcasts.<id>.tested`: an admin wants it alone, by the way that everybody's would take. Without a count of recipients it
 * is no request, to senders of earlier versions either.
 */
export const BroadcastTested = BroadcastText.extend({ broadcastId: BroadcastId, by: UserId, at: Instant });
export type BroadcastTested = z.infer<typeof BroadcastTested>;

/** `broadcasts.<id>.progressed`: everybody up to and including `upTo` has it queued, `queued` people in all. */
export const BroadcastProgressed = z.object({
  upTo: UserId.optional(),
  queued: z.int().nonnegative(),
  complete: z.boolean(),
});
export type BroadcastProgressed = z.infer<typeof BroadcastProgressed>;

/** `broadcasts.<id>.cancelled`: nobody gets it from now on. */
export const BroadcastCancelled = z.object({ by: UserId, at: Instant });
export type BroadcastCancelled = z.infer<typeof BroadcastCancelled>;
