import { z } from 'zod';
import { BroadcastId, UserId } from './ids.ts';
import { Instant } from './time.ts';

/** Telegram's formatting of a text; what else a kind of entity has (a link, a language) is kept. */
export const TextEntity = z.looseObject({
  type: z.string().describe("Telegram's kind of formatting."),
  offset: z.int().nonnegative().describe('Where it begins.').meta({ 'x-unit': 'UTF-16 code units' }),
  length: z.int().positive().describe('How long it is.').meta({ 'x-unit': 'UTF-16 code units' }),
});
export type TextEntity = z.infer<typeof TextEntity>;

/** Telegram shows no more of them in one message. */
export const MAX_BROADCAST_ENTITIES = 100;

/** Of a text with its formatting, as JSON: with ids and instants it fits a message of BROADCASTS, which has 64 KiB. */
export const MAX_BROADCAST_BYTES = 48 * 1024;

/** What an admin wrote, with the formatting it was given in Telegram. */
export const BroadcastText = z.object({
  text: z.string().min(1).max(4096).describe('What the admin wrote.'),
  entities: z.array(TextEntity).describe("Its formatting, as Telegram's message entities."),
});
export type BroadcastText = z.infer<typeof BroadcastText>;

const request = {
  broadcastId: BroadcastId.describe('Of the broadcast; it stands in the subject too.'),
  by: UserId.describe('The admin.'),
  at: Instant.describe('When they did it.'),
};

/** `broadcasts.<id>.requested`: an admin confirmed it. `recipients` is how many people there were then. */
export const BroadcastRequested = BroadcastText.extend({
  ...request,
  recipients: z.int().nonnegative().describe('How many people there were then.').meta({ 'x-unit': 'people' }),
});
export type BroadcastRequested = z.infer<typeof BroadcastRequested>;

/**
 * `broadcasts.<id>.tested`: an admin wants it alone, by the way that everybody's would take. Without a count of recipients it
 * is no request, to senders of earlier versions either.
 */
export const BroadcastTested = BroadcastText.extend(request);
export type BroadcastTested = z.infer<typeof BroadcastTested>;

/** `broadcasts.<id>.progressed`: everybody up to and including `upTo` has it queued, `queued` people in all. */
export const BroadcastProgressed = z.object({
  upTo: UserId.optional().describe('Everybody up to and with this id has it queued; absent for nobody yet.'),
  queued: z.int().nonnegative().describe('How many people have it queued.').meta({ 'x-unit': 'people' }),
  complete: z.boolean().describe('True when it is queued for everybody.'),
});
export type BroadcastProgressed = z.infer<typeof BroadcastProgressed>;

/** `broadcasts.<id>.cancelled`: nobody gets it from now on. */
export const BroadcastCancelled = z.object({ by: request.by, at: request.at });
export type BroadcastCancelled = z.infer<typeof BroadcastCancelled>;
