import { type EpochMinute, epochMinuteAt } from '#contracts/time.ts';
import { count, emptyHistogram, type Histogram } from './histogram.ts';
import { REMINDED } from './population.ts';

/** The minutes whose reminders count. What is due before and after is simulated too, because it competes with them. */
export type Span = { from: EpochMinute; to: EpochMinute };

/** How one tier's reminders ended. `latenessMs` of the delivered ones counts from the beginning of their minute. */
export type TierTally = { queued: number; expired: number; latenessMs: Histogram };

/** By minute of the span and tier (`minute * 3 + tier`). */
export type Timeline = {
  due: Uint32Array;
  /** Reminders that wait when the minute's have joined. */
  waiting: Uint32Array;
  /** Of the last one due in the minute; Infinity when one of them expired. */
  latestMs: Float64Array;
};

export type Tally = {
  span: Span;
  tiers: TierTally[];
  /** How long answers to taps wait for their slot. */
  repliesMs: Histogram;
  timeline: Timeline;
  /** Messages that left in each hour of the span. */
  sentInHour: { reply: Uint32Array; bulk: Uint32Array };
  /** The longest time without an instant at which nobody waited. */
  longestBacklog: { fromMs: number; ms: number };
};

const MINUTE_MS = 60_000;

export function emptyTally(span: Span): Tally {
  const minutes = span.to - span.from;
  const hours = Math.ceil(minutes / 60);
  return {
    span,
    tiers: REMINDED.map(() => ({ queued: 0, expired: 0, latenessMs: emptyHistogram() })),
    repliesMs: emptyHistogram(),
    timeline: {
      due: new Uint32Array(minutes * REMINDED.length),
      waiting: new Uint32Array(minutes * REMINDED.length),
      latestMs: new Float64Array(minutes * REMINDED.length),
    },
    sentInHour: { reply: new Uint32Array(hours), bulk: new Uint32Array(hours) },
    longestBacklog: { fromMs: span.from * MINUTE_MS, ms: 0 },
  };
}

const counts = ({ from, to }: Span, minute: EpochMinute) => minute >= from && minute < to;
const placeOf = ({ from }: Span, minute: EpochMinute, tier: number) =>
  (minute - from) * REMINDED.length + tier;

export function tallyDue(
  tally: Tally,
  tier: number,
  minute: EpochMinute,
  due: number,
  waiting: number,
): void {
  const into = tally.tiers[tier];
  if (into === undefined || !counts(tally.span, minute)) return;
  into.queued += due;
  const place = placeOf(tally.span, minute, tier);
  tally.timeline.due[place] = due;
  tally.timeline.waiting[place] = waiting;
}

export function tallyDelivered(tally: Tally, tier: number, minute: EpochMinute, slotMs: number): void {
  const into = tally.tiers[tier];
  if (into === undefined || !counts(tally.span, minute)) return;
  const latenessMs = slotMs - minute * MINUTE_MS;
  count(into.latenessMs, latenessMs);
  const place = placeOf(tally.span, minute, tier);
  tally.timeline.latestMs[place] = Math.max(tally.timeline.latestMs[place] ?? 0, latenessMs);
}

export function tallyExpired(tally: Tally, tier: number, minute: EpochMinute, expired: number): void {
  const into = tally.tiers[tier];
  if (into === undefined || !counts(tally.span, minute)) return;
  into.expired += expired;
  tally.timeline.latestMs[placeOf(tally.span, minute, tier)] = Number.POSITIVE_INFINITY;
}

export function tallyReply(tally: Tally, tappedMs: number, slotMs: number): void {
  if (counts(tally.span, epochMinuteAt(tappedMs))) count(tally.repliesMs, slotMs - tappedMs);
}

export function tallySent(tally: Tally, lane: 'reply' | 'bulk', slotMs: number): void {
  const hour = Math.floor((slotMs / MINUTE_MS - tally.span.from) / 60);
  const hours = tally.sentInHour[lane];
  if (hour >= 0 && hour < hours.length) hours[hour] = (hours[hour] ?? 0) + 1;
}
