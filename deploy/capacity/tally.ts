import { beginOfMinuteMs, type EpochMinute, epochMinuteAt } from '#contracts/time.ts';
import { count, emptyHistogram, type Histogram } from './histogram.ts';
import { REMINDER_TIERS } from './population.ts';

/** The minutes whose reminders count, `to` excluded. Those before and after are simulated too: they compete with them. */
export type Span = { from: EpochMinute; to: EpochMinute };

/** The outcomes of one tier's reminders. `latenessMs` of the delivered ones counts from the beginning of their minute. */
type TierTally = { queued: number; expired: number; latenessMs: Histogram };

/** By minute of the span and tier (`minute * 3 + tier`). */
type Timeline = {
  due: Uint32Array;
  /** Reminders that wait when the minute's have joined. */
  waiting: Uint32Array;
  /** Of the last one due in the minute. Infinity: one of them expired. */
  latestMs: Float64Array;
};

export type Tally = {
  span: Span;
  tiers: TierTally[];
  /** How long answers to taps wait for their slot. */
  repliesMs: Histogram;
  timeline: Timeline;
  /** Messages sent in each hour of the span. */
  sentInHour: { reply: Uint32Array; bulk: Uint32Array };
  /** The longest time without an instant at which no reminder waited. */
  longestBacklog: { fromMs: number; ms: number };
};

export function emptyTally(span: Span): Tally {
  const minutes = span.to - span.from;
  const hours = Math.ceil(minutes / 60);
  return {
    span,
    tiers: REMINDER_TIERS.map(() => ({ queued: 0, expired: 0, latenessMs: emptyHistogram() })),
    repliesMs: emptyHistogram(),
    timeline: {
      due: new Uint32Array(minutes * REMINDER_TIERS.length),
      waiting: new Uint32Array(minutes * REMINDER_TIERS.length),
      latestMs: new Float64Array(minutes * REMINDER_TIERS.length),
    },
    sentInHour: { reply: new Uint32Array(hours), bulk: new Uint32Array(hours) },
    longestBacklog: { fromMs: beginOfMinuteMs(span.from), ms: 0 },
  };
}

const counts = ({ from, to }: Span, minute: EpochMinute) => minute >= from && minute < to;
const indexOf = ({ from }: Span, minute: EpochMinute, tier: number) =>
  (minute - from) * REMINDER_TIERS.length + tier;

export function tallyDue(
  tally: Tally,
  tier: number,
  minute: EpochMinute,
  { due, waiting }: { due: number; waiting: number },
): void {
  const into = tally.tiers[tier];
  if (into === undefined || !counts(tally.span, minute)) return;
  into.queued += due;
  const index = indexOf(tally.span, minute, tier);
  tally.timeline.due[index] = due;
  tally.timeline.waiting[index] = waiting;
}

export function tallyDelivered(tally: Tally, tier: number, minute: EpochMinute, slotMs: number): void {
  const into = tally.tiers[tier];
  if (into === undefined || !counts(tally.span, minute)) return;
  const latenessMs = slotMs - beginOfMinuteMs(minute);
  count(into.latenessMs, latenessMs);
  const index = indexOf(tally.span, minute, tier);
  tally.timeline.latestMs[index] = Math.max(tally.timeline.latestMs[index] ?? 0, latenessMs);
}

export function tallyExpired(tally: Tally, tier: number, minute: EpochMinute, expired: number): void {
  const into = tally.tiers[tier];
  if (into === undefined || !counts(tally.span, minute)) return;
  into.expired += expired;
  tally.timeline.latestMs[indexOf(tally.span, minute, tier)] = Number.POSITIVE_INFINITY;
}

export function tallyReply(tally: Tally, tappedMs: number, slotMs: number): void {
  if (counts(tally.span, epochMinuteAt(tappedMs))) count(tally.repliesMs, slotMs - tappedMs);
}

export function tallySent(tally: Tally, lane: 'reply' | 'bulk', slotMs: number): void {
  const hour = Math.floor((slotMs - beginOfMinuteMs(tally.span.from)) / 3_600_000);
  const hours = tally.sentInHour[lane];
  if (hour >= 0 && hour < hours.length) hours[hour] = (hours[hour] ?? 0) + 1;
}
