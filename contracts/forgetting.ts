import { z } from 'zod';
import { Locale } from './account-events.ts';
import { enumOf } from './enum-of.ts';
import { Instant } from './time.ts';

/** A person is to be forgotten. */
export const ForgettingRequested = z.object({
  at: Instant.describe('When it was asked for.'),
  by: enumOf({
    person: 'the person, in the bot',
    operator: 'an operator, by `habitstream forget`',
    tombstone: 'a tombstone of theirs, after a log from before it was put back',
  }).describe('Who asked for it.'),
  locale: Locale.optional().describe(
    'The language of the last message that the person gets; absent when they get none.',
  ),
});
export type ForgettingRequested = z.infer<typeof ForgettingRequested>;

/** A person was forgotten. Its subject has a keyed hash of their id. */
export const Tombstone = z.object({
  at: Instant.describe('What was stored of the person until then is not to be kept.'),
});
export type Tombstone = z.infer<typeof Tombstone>;

/** A step of forgetting as it is told: how many messages or rows were removed. `done`: it was the last one. */
export const ForgettingReport = z.object({ step: z.string(), count: z.int(), done: z.boolean() });
export type ForgettingReport = z.infer<typeof ForgettingReport>;
