import { epochDayOf } from '#contracts/civil-date.ts';
import { DIGEST } from '#contracts/ids.ts';
import type { Delivery, Occurrence, SuppressionReason, Tier } from '#contracts/messages.ts';
import { beginOfMinuteMs, type EpochMinute, epochMinuteAt, type LocalDate } from '#contracts/time.ts';
import { SILENT_DAYS } from '#services/sender/reminders/send-policy.ts';
import { tierOf } from '#services/shards/reminders.ts';
import { exponential, happens, wholeBetween } from './chances.ts';
import { isStillAt, keyOf, occurrencesOn, whyNot } from './due.ts';
import type { Life } from './life.ts';
import { DAY_MS } from './traits.ts';

/** A person's reminders, as tick, shards and sender would treat them. */
export type Reminders = {
  /** What is due on a date; may be asked for again, after a change of what the person wants. */
  plan(on: LocalDate, nowMs: number): void;
  /** One occurrence at an instant that the person chose. */
  snooze(occurrence: Occurrence, untilMs: number): void;
};

type Ports = {
  life: Life;
  /** A reminder was delivered: the person has it before them. */
  onDelivered(occurrences: readonly Occurrence[], nowMs: number): void;
  /** Telegram told the sender that the person blocked the bot. */
  onBlocked(nowMs: number): void;
};

/** Not sent later than so long after its minute. */
const DEADLINE_MS = 2 * 3_600_000;

type Delivering = { minute: EpochMinute; occurrences: readonly Occurrence[] };

export function openReminders(ports: Ports): Reminders {
  const { life } = ports;
  const planned = new Map<EpochMinute, Occurrence[]>();
  /** Of the last date alone: an earlier one is not planned again. */
  const reminded = new Set<string>();
  let plannedOn = '';
  const deliver = openDelivering(ports);

  function add(instantMs: number, occurrence: Occurrence): void {
    const minute = epochMinuteAt(instantMs);
    const others = planned.get(minute);
    if (others?.some((one) => keyOf(one) === keyOf(occurrence))) return;
    if (others) others.push(occurrence);
    else {
      planned.set(minute, [occurrence]);
      life.at(beginOfMinuteMs(minute), (nowMs) => begin(minute, nowMs));
    }
  }

  /** A minute begins: what is due in it by how things stand goes out, some seconds later as a rule. */
  function begin(minute: EpochMinute, nowMs: number): void {
    const due = (planned.get(minute) ?? []).filter((one) => {
      return isStillAt(life, one, minute) && !reminded.has(keyOf(one)) && whyNot(life, one) === undefined;
    });
    planned.delete(minute);
    for (const one of due) reminded.add(keyOf(one));
    const digest = due.filter(({ habitId }) => habitId === DIGEST);
    const others = due.filter(({ habitId }) => habitId !== DIGEST);
    for (const occurrences of [others, digest]) {
      if (occurrences.length === 0) continue;
      life.at(nowMs + latenessMs(life, minute), (atMs) => deliver({ minute, occurrences }, atMs));
    }
  }

  return {
    plan(on, nowMs) {
      if (on !== plannedOn) reminded.clear();
      plannedOn = on;
      for (const { instantMs, occurrence } of occurrencesOn(life, on))
        if (instantMs >= nowMs) add(instantMs, occurrence);
    },
    snooze: (occurrence, untilMs) => add(untilMs, occurrence),
  };
}

/** The sender's part: what is still wanted is sent, and everything has its outcome. */
function openDelivering(ports: Ports): (delivering: Delivering, nowMs: number) => void {
  const { life } = ports;
  let messageId = 0;
  return ({ minute, occurrences }, nowMs) => {
    const by = partedBy(occurrences, (one) => whyNot(life, one));
    const tier = occurrences[0]?.habitId === DIGEST ? 'dormant' : tierNow(life, minute);
    const about = { minute, tier, latenessMs: nowMs - beginOfMinuteMs(minute) };
    for (const { reason, some } of by.unwanted)
      life.diary.deliver(nowMs, { ...about, outcome: 'suppressed', reason, occurrences: some });
    if (by.wanted.length === 0) return;
    const ended = outcomeOf(life, nowMs, about.latenessMs);
    const isSent = ended.outcome === 'delivered' || ended.outcome === 'asked';
    const message = isSent ? { telegramMessageId: ++messageId } : {};
    life.diary.deliver(nowMs, { ...about, ...ended, occurrences: by.wanted, ...message });
    if (ended.outcome === 'delivered') ports.onDelivered(by.wanted, nowMs);
    if (ended.outcome === 'failed') ports.onBlocked(nowMs);
    const [first] = by.wanted;
    if (ended.outcome !== 'asked' || !first) return;
    const command = { type: 'RecordContinuationAsked', data: { on: first.on } } as const;
    life.diary.carryOut(nowMs, { to: 'account', command }, `delivery-${life.diary.userId}-${minute}`);
  };
}

const MINUTES_PER_HOUR = 60;

/** Seconds as a rule; longer at full and half hours, when many are due at once; now and then there was an outage. */
function latenessMs({ random }: Life, minute: EpochMinute): number {
  if (happens(random, 0.0005)) return wholeBetween(random, 600_000, DEADLINE_MS);
  const crowd = minute % MINUTES_PER_HOUR === 0 ? 40_000 : minute % 30 === 0 ? 15_000 : 3_000;
  return Math.min(DEADLINE_MS, Math.round(300 + exponential(random, crowd)));
}

function tierNow({ diary }: Life, minute: EpochMinute): Tier {
  const answeredMs = diary.lastAnsweredMs();
  const answeredAt = answeredMs === undefined ? null : new Date(answeredMs).toISOString();
  return tierOf(answeredAt, beginOfMinuteMs(minute));
}

type Ended = Pick<Delivery, 'outcome' | 'reason'>;

function outcomeOf(life: Life, nowMs: number, lateMs: number): Ended {
  if (lateMs >= DEADLINE_MS || happens(life.random, 0.0004)) return { outcome: 'expired' };
  if (happens(life.random, 0.0008))
    return { outcome: 'failed', reason: '403: Forbidden: bot was blocked by the user' };
  if (happens(life.random, 0.0006)) return { outcome: 'uncertain', reason: 'no answer' };
  return { outcome: isSilent(life, nowMs) ? 'asked' : 'delivered' };
}

/** No sign of life for long, vacations aside. */
function isSilent({ diary }: Life, nowMs: number): boolean {
  const ends = diary.account().vacations.map(({ to }) => (epochDayOf(to) + 1) * DAY_MS);
  return nowMs - Math.max(diary.lastDoingMs(), ...ends) >= SILENT_DAYS * DAY_MS;
}

type Parted = { wanted: Occurrence[]; unwanted: { reason: SuppressionReason; some: Occurrence[] }[] };

function partedBy(
  occurrences: readonly Occurrence[],
  reasonOf: (one: Occurrence) => SuppressionReason | undefined,
): Parted {
  const parted: Parted = { wanted: [], unwanted: [] };
  for (const one of occurrences) {
    const reason = reasonOf(one);
    const same = parted.unwanted.find((each) => each.reason === reason);
    if (reason === undefined) parted.wanted.push(one);
    else if (same) same.some.push(one);
    else parted.unwanted.push({ reason, some: [one] });
  }
  return parted;
}
