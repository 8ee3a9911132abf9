import { z } from 'zod';
import { BroadcastId, EventSequence, HabitId, UserId } from './ids.ts';
import { EpochMinute, Instant, LocalDate, LocalTime } from './time.ts';

/** A minute has begun. `eventsSequence` is the last one of EVENTS then: what was confirmed before counts (G5). */
export const Tick = z.object({ minute: EpochMinute, eventsSequence: EventSequence });
export type Tick = z.infer<typeof Tick>;

/** Queue of a reminder by how recently its person answered, best first; broadcasts come last. */
export const Tier = z.enum(['engaged', 'regular', 'dormant', 'broadcast']);
export type Tier = z.infer<typeof Tier>;

/**
 * One reminder of one habit on one local date: what a person is reminded of at most once (G6). A snoozed one is told from
 * a scheduled one at the same time of day; it is another one for each minute to which it was snoozed.
 */
export const Occurrence = z.object({
  habitId: HabitId,
  on: LocalDate,
  at: LocalTime,
  snoozed: z.literal(true).optional(),
});
export type Occurrence = z.infer<typeof Occurrence>;

/** All that is due for one person at one minute. Not sent after `expiresAt`. */
export const ReminderDue = z.object({
  userId: UserId,
  minute: EpochMinute,
  tier: Tier,
  expiresAt: Instant,
  due: z.array(Occurrence).min(1),
});
export type ReminderDue = z.infer<typeof ReminderDue>;

/** `asked`: the person had been silent for long, and was asked whether to go on instead of being reminded. */
export const DeliveryOutcome = z.enum(['delivered', 'asked', 'suppressed', 'expired', 'failed', 'uncertain']);
export type DeliveryOutcome = z.infer<typeof DeliveryOutcome>;

/** Why a reminder was not delivered. `reason` of a failed one is Telegram's own code and description. */
export const SuppressionReason = z.enum([
  'answered',
  'met',
  'paused',
  'archived',
  'unscheduled',
  'vacation',
  'quietHours',
  'silent',
  'stopped',
  'blocked',
  'alreadyReminded',
  'unknownAccount',
  'cancelled',
]);
export type SuppressionReason = z.infer<typeof SuppressionReason>;

/**
 * How one queued reminder, or some of its occurrences, ended. `latenessMs` counts from the minute's beginning. With
 * `broadcastId` it is a broadcast's message to one person, which has no occurrences; its minute is the request's.
 */
export const Delivery = z
  .object({
    userId: UserId,
    minute: EpochMinute,
    tier: Tier,
    outcome: DeliveryOutcome,
    reason: z.string().max(512).optional(),
    occurrences: z.array(Occurrence),
    broadcastId: BroadcastId.optional(),
    at: Instant,
    latenessMs: z.int(),
    telegramMessageId: z.int().optional(),
  })
  .refine(({ occurrences, broadcastId }) => occurrences.length > 0 || broadcastId !== undefined, {
    error: 'a delivery is of some occurrence, or of a broadcast',
  });
export type Delivery = z.infer<typeof Delivery>;

/** A broadcast's message to one person, among the reminders of the lowest tier. Its text stands in BROADCASTS. */
export const BroadcastDue = z.object({ userId: UserId, broadcastId: BroadcastId, minute: EpochMinute });
export type BroadcastDue = z.infer<typeof BroadcastDue>;

/** What Telegram sent, untouched. Only the id is needed to store it once. */
export const StoredUpdate = z.looseObject({ update_id: z.int() });
export type StoredUpdate = z.infer<typeof StoredUpdate>;

/** A poison message with what was wrong. `payload` is the body in base64. */
export const DeadLetter = z.object({
  consumer: z.string(),
  stream: z.string(),
  sequence: z.int(),
  subject: z.string(),
  payload: z.base64(),
  error: z.string().max(4096),
  deliveries: z.int(),
  at: Instant,
});
export type DeadLetter = z.infer<typeof DeadLetter>;
