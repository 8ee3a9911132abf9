import { z } from 'zod';
import { Locale, MAX_HABITS } from './account-events.ts';
import { EntryValue } from './entry-events.ts';
import { HabitId } from './ids.ts';
import { LocalDate } from './time.ts';

/*
 * The calendar page's protocol. Ingress serves the page and knows who asks; the bot knows the habits. A change is stored
 * in UPDATES among the person's other updates; a view is asked for by a request that any replica of the bot answers.
 */

const day = { habitId: HabitId.describe('The habit.'), on: LocalDate.describe('The day.') };

/**
 * What a person changes on the page. It names the state wanted, so that the same one twice changes once. `value` is 1 or
 * 0 for yes and no, else an amount. `reorder` names all habits of the page in their new order.
 */
export const PageChange = z.discriminatedUnion('do', [
  z
    .strictObject({ do: z.literal('enter'), ...day, value: EntryValue.describe('What the day is worth.') })
    .describe('To enter what a day is worth.'),
  z.strictObject({ do: z.literal('skip'), ...day }).describe('To skip a day.'),
  z.strictObject({ do: z.literal('clear'), ...day }).describe('To take the entry of a day back.'),
  z
    .strictObject({
      do: z.literal('reorder'),
      habitIds: z
        .array(HabitId)
        .min(1)
        .max(MAX_HABITS)
        .describe('All habits of the page in their new order.'),
    })
    .describe('To show the habits in another order.'),
]);
export type PageChange = z.infer<typeof PageChange>;

/** A change as it stands in UPDATES, where Telegram's have `message` or `callback_query`. Its id is below 0. */
export const PageUpdate = z.object({
  from: z
    .object({
      id: z.int().positive().describe('Their id.').meta({ 'x-unit': 'Telegram user id' }),
      language_code: z.string().optional().describe("Their language, by Telegram's settings."),
    })
    .describe('Who makes the change, as Telegram names a user.'),
  change: PageChange.describe('What is to be changed. The same change twice changes once.'),
});
export type PageUpdate = z.infer<typeof PageUpdate>;

/** Calendar years that one view shows at most. */
export const MOST_YEARS = 3;

/** Habits that one view shows at most: with an amount a day for three years they fit into a message of NATS, a megabyte. */
export const MOST_SHOWN = 40;

/**
 * Asks for a view: of the first habits, of those after one, or of one alone. Without `years` it shows this one and the last.
 * With `handled`, a sequence of UPDATES, the answer is `pending` while the message there is not yet handled.
 */
export const PageQuery = z.object({
  years: z.array(z.int().min(1970).max(9999)).min(1).max(MOST_YEARS).optional(),
  after: HabitId.optional(),
  only: HabitId.optional(),
  handled: z.int().positive().optional(),
});
export type PageQuery = z.infer<typeof PageQuery>;

/**
 * A year of a habit: a character a day from 1 January.
 * `d` kept, `a` nothing needed because the frequency is met, `p` part of the target, `x` not kept or over the limit,
 * `s` skipped, `v` away (vacation or pause), `o` a weekday that is left out, `.` nothing.
 * `amounts` of a numeric habit stand by the place in the year, the first day is 0.
 */
export const PageYear = z.object({ marks: z.string(), amounts: z.record(z.string(), z.number()).optional() });
export type PageYear = z.infer<typeof PageYear>;

/** A habit on the page. `about` and `streak` are texts in the person's language, `strength` is a percentage. */
export const PageHabit = z.object({
  habitId: HabitId,
  name: z.string(),
  emoji: z.string().optional(),
  color: z.int().optional(),
  /** The heading it stands under; habits of one group stand together. */
  group: z.string().optional(),
  kind: z.enum(['yesNo', 'atLeast', 'atMost']),
  target: z.number().optional(),
  unit: z.string().optional(),
  /** How the unit stands with a number: an abbreviation, or a word. */
  unitForm: z.enum(['none', 'short', 'word']).optional(),
  about: z.string(),
  strength: z.number(),
  /** Of today, in points of the percentage. */
  strengthChange: z.number(),
  streak: z.string(),
  best: z.string(),
  paused: z.boolean(),
  /** The last date of its pause; absent for one without an end. */
  pausedUntil: LocalDate.optional(),
  /** The oldest year with an entry; absent without any. */
  firstYear: z.int().optional(),
  years: z.record(z.string(), PageYear),
});
export type PageHabit = z.infer<typeof PageHabit>;

/** `habitIds` names every habit of the page in its place. With `more`, others come after those in `habits`. */
export const PageView = z.object({
  locale: Locale,
  today: LocalDate,
  habitIds: z.array(HabitId),
  habits: z.array(PageHabit),
  more: z.boolean(),
});
export type PageView = z.infer<typeof PageView>;

/**
 * `unregistered`: never pressed Start, or has no timezone yet. `pending`: stored and not yet handled. `away`, said by ingress:
 * no replica of the bot answered.
 */
export const PageOutcome = z.enum([
  'done',
  'refused',
  'unregistered',
  'throttled',
  'notSaved',
  'tryLater',
  'pending',
  'away',
]);
export type PageOutcome = z.infer<typeof PageOutcome>;

/** `text` says why, to a person, when it was refused. */
export const PageAnswer = z.object({
  outcome: PageOutcome,
  text: z.string().optional(),
  view: PageView.optional(),
});
export type PageAnswer = z.infer<typeof PageAnswer>;
