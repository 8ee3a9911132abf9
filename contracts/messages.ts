import { z } from 'zod';
import { enumOf } from './enum-of.ts';
import { BroadcastId, EventSequence, HabitId, UserId } from './ids.ts';
import { EpochMinute, Instant, LocalDate, LocalTime } from './time.ts';

/** A minute has begun. */
export const Tick = z.object({
  minute: EpochMinute.describe('The minute that began.'),
  eventsSequence: EventSequence.describe(
    'The last sequence of EVENTS then: what was confirmed before the minute counts for it.',
  ),
});
export type Tick = z.infer<typeof Tick>;

/** Queue of a reminder by how recently its person answered, best first; broadcasts come last. */
export const Tier = enumOf({
  engaged: 'the person answered within 3 days',
  regular: 'the person answered within 14 days, or never yet',
  dormant: 'the person has not answered for more than 14 days',
  broadcast: "a broadcast's message to the person",
});
export type Tier = z.infer<typeof Tier>;

/**
 * One reminder of one habit on one local date: what a person is reminded of at most once (G6). A snoozed one is told from
 * a scheduled one at the same time of day; it is another one for each minute to which it was snoozed.
 */
export const Occurrence = z.object({
  habitId: HabitId.describe('The habit, or `weeklydigest2` for the summary of the week.'),
  on: LocalDate.describe('The date of which the person is reminded.'),
  at: LocalTime.describe("The reminder's time of day, on the person's clock."),
  snoozed: z.literal(true).optional().describe('True for a snooze; absent for a scheduled reminder.'),
});
export type Occurrence = z.infer<typeof Occurrence>;

const recipient = UserId.describe('To whom it goes.');
const tier = Tier.describe('By how recently the person answered: the queue it went through.');

/** All that is due for one person at one minute. Not sent after `expiresAt`. */
export const ReminderDue = z.object({
  userId: recipient,
  minute: EpochMinute.describe('When it is due.'),
  tier,
  expiresAt: Instant.describe('Not sent from then on: it ends as `expired`.'),
  due: z.array(Occurrence).min(1).describe('What the person is reminded of, in one message.'),
});
export type ReminderDue = z.infer<typeof ReminderDue>;

export const DeliveryOutcome = enumOf({
  delivered: 'Telegram took the message',
  asked: 'the person had been silent for long, and was asked whether to go on instead of being reminded',
  suppressed: 'not wanted any more when it was to be sent: `reason` says why',
  expired: 'its deadline passed before it could be sent',
  failed: "Telegram refused it for good: `reason` is Telegram's own code and description",
  uncertain:
    'the reply was lost after the request was written: it may have arrived. A later tap settles it as delivered',
});
export type DeliveryOutcome = z.infer<typeof DeliveryOutcome>;

/** Why a reminder was not wanted any more: what `reason` of a suppressed delivery says. */
export const SuppressionReason = enumOf({
  answered: 'the day was answered already',
  met: 'the habit of so many times in a while was done as often as wanted',
  paused: 'the habit is paused',
  archived: 'the habit is archived',
  unscheduled: 'there is no such reminder any more, or no such habit',
  vacation: 'the person is on vacation',
  quietHours: 'it would have come in quiet hours',
  silent: 'the person was asked whether to go on, and has given no sign of life since',
  stopped: 'the person wants no reminders',
  blocked: 'the person blocked the bot',
  alreadyReminded: 'the same was sent before',
  unknownAccount: 'there is no such person',
  cancelled: 'the broadcast was called off',
});
export type SuppressionReason = z.infer<typeof SuppressionReason>;

/** How one queued reminder, or some of its occurrences, ended; or a broadcast's message to one person, without occurrences. */
export const Delivery = z
  .object({
    userId: recipient,
    minute: EpochMinute.describe(
      "When it was due; of a broadcast's message, when the broadcast was requested.",
    ),
    tier,
    outcome: DeliveryOutcome.describe('How it ended.'),
    reason: z
      .string()
      .max(512)
      .optional()
      .describe(
        "Why it was not delivered. Of a failed one Telegram's code and description; of an uncertain one our own words; of a suppressed one:",
      )
      .meta({ 'x-enumDescriptions': SuppressionReason.meta()?.['x-enumDescriptions'] }),
    occurrences: z
      .array(Occurrence)
      .describe("Which of the due reminders ended so; empty for a broadcast's message alone."),
    broadcastId: BroadcastId.optional().describe("Of a broadcast's message; absent for reminders."),
    at: Instant.describe('When it ended.'),
    latenessMs: z
      .int()
      .describe('From the beginning of `minute` to `at`. Negative where clocks differ.')
      .meta({ 'x-unit': 'milliseconds' }),
    telegramMessageId: z
      .int()
      .optional()
      .describe("The message in the person's chat; absent when there is none, or it is not known.")
      .meta({ 'x-unit': 'Telegram message id' }),
  })
  .refine(({ occurrences, broadcastId }) => occurrences.length > 0 || broadcastId !== undefined, {
    error: 'a delivery is of some occurrence, or of a broadcast',
  });
export type Delivery = z.infer<typeof Delivery>;

/** A broadcast's message to one person, among the reminders of the lowest tier. Its text stands in BROADCASTS. */
export const BroadcastDue = z.object({
  userId: recipient,
  broadcastId: BroadcastId.describe('Whose text it is.'),
  minute: EpochMinute.describe('When the broadcast was requested.'),
});
export type BroadcastDue = z.infer<typeof BroadcastDue>;

/** What Telegram sent, untouched. Only the id is needed to store it once. */
export const StoredUpdate = z.looseObject({
  update_id: z
    .int()
    .describe("Telegram's id of the update; below 0 for a change made on the calendar page.")
    .meta({ 'x-unit': 'Telegram update id' }),
});
export type StoredUpdate = z.infer<typeof StoredUpdate>;

/** A poison message with what was wrong. */
export const DeadLetter = z.object({
  consumer: z.string().describe('The durable consumer that could not handle it.'),
  stream: z.string().describe('The stream of the message.'),
  sequence: z.int().describe('Of the message.').meta({ 'x-unit': 'position in `stream`' }),
  subject: z.string().describe('Of the message.'),
  payload: z.base64().describe('Body of the message, in base64.'),
  error: z.string().max(4096).describe('What was wrong.'),
  deliveries: z.int().describe('How often it was tried.').meta({ 'x-unit': 'tries' }),
  at: Instant.describe('When it was given up.'),
});
export type DeadLetter = z.infer<typeof DeadLetter>;
