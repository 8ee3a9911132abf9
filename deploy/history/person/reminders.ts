import { dateOf, epochDayOf, weekdayOf } from '#contracts/civil-date.ts';
import { DIGEST } from '#contracts/ids.ts';
import type { Delivery, Occurrence, SuppressionReason, Tier } from '#contracts/messages.ts';
import {
  beginOfMinuteMs,
  type EpochMinute,
  EVERY_DAY,
  epochMinuteAt,
  type LocalDate,
  localTimeOf,
  minuteOfDay,
} from '#contracts/time.ts';
import { dueMinute, flexibleBy } from '#projections/schedules/due-minute.ts';
import { whyNoReminders } from '#services/bot/domain/account.ts';
import type { Reminder } from '#services/bot/domain/habit-state.ts';
import { isMet, isSettled } from '#services/bot/domain/reminding.ts';
import { SILENT_DAYS } from '#services/sender/reminders/send-policy.ts';
import { tierOf } from '#services/shards/reminders.ts';
import { exponential, happens, wholeBetween } from './chances.ts';
import { instantFor, type Life } from './life.ts';
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
  let messageId = 0;

  function add(instantMs: number, occurrence: Occurrence): void {
    const minute = epochMinuteAt(instantMs);
    const others = planned.get(minute);
    if (others?.some((one) => isSame(one, occurrence))) return;
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

  function deliver({ minute, occurrences }: Delivering, nowMs: number): void {
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

const keyOf = ({ habitId, on, at, snoozed }: Occurrence): string => `${habitId}/${on}/${at}/${snoozed ?? ''}`;
const isSame = (a: Occurrence, b: Occurrence): boolean => keyOf(a) === keyOf(b);

function occurrencesOn(life: Life, on: LocalDate): { instantMs: number; occurrence: Occurrence }[] {
  const weekday = weekdayOf(epochDayOf(on));
  const found: { instantMs: number; occurrence: Occurrence }[] = [];
  for (const [habitId, { reminders }] of life.diary.habits()) {
    for (const reminder of reminders) {
      if (!reminder.weekdays.includes(weekday)) continue;
      const occurrence = { habitId, on, at: reminder.at };
      found.push({ instantMs: dueMs(life, reminder, on), occurrence });
    }
  }
  const { digest } = life.diary.account();
  if (digest?.weekday === weekday) {
    const reminder = { at: digest.at, weekdays: EVERY_DAY };
    found.push({ instantMs: dueMs(life, reminder, on), occurrence: { habitId: DIGEST, on, at: digest.at } });
  }
  return found;
}

/** When a reminder of a date comes for the person, by their day start, quiet hours and zone. */
function dueMs(life: Life, { at, windowMinutes = 0 }: Reminder, on: LocalDate): number {
  const { dayStartsAt, quiet } = life.diary.account();
  const place = dueMinute(minuteOfDay(at), flexibleBy(life.diary.userId, at, windowMinutes), {
    dayStarts: minuteOfDay(dayStartsAt),
    quiet: quiet && { from: minuteOfDay(quiet.from), to: minuteOfDay(quiet.to) },
  });
  const date = dateOf(epochDayOf(on) + Math.floor(place / 1440));
  return instantFor(life, date, localTimeOf(place % 1440));
}

/** Whether an occurrence that was planned for a minute is due in it by what the person wants now. */
function isStillAt(life: Life, { habitId, on, at, snoozed }: Occurrence, minute: EpochMinute): boolean {
  const habit = life.diary.habits().get(habitId);
  if (snoozed) {
    const { snooze = null } = habit ?? {};
    return snooze?.on === on && epochMinuteAt(Date.parse(snooze.untilAt)) === minute;
  }
  const { digest } = life.diary.account();
  const weekday = weekdayOf(epochDayOf(on));
  const reminder =
    habitId === DIGEST
      ? digest?.weekday === weekday && digest.at === at && { at, weekdays: EVERY_DAY }
      : habit?.reminders.find((one) => one.at === at && one.weekdays.includes(weekday));
  return reminder ? epochMinuteAt(dueMs(life, reminder, on)) === minute : false;
}

/** Why an occurrence is not wanted by how things stand; undefined when it is. */
function whyNot({ diary }: Life, { habitId, on, at, snoozed }: Occurrence): SuppressionReason | undefined {
  const account = diary.account();
  if (account.blocked) return 'blocked';
  const none = whyNoReminders(on, account);
  if (none) return none;
  if (diary.isAsked()) return 'silent';
  if (habitId === DIGEST) return undefined;
  const habit = diary.habits().get(habitId);
  if (!habit || habit.deleted) return 'unscheduled';
  if (habit.archived) return 'archived';
  if (habit.paused) return 'paused';
  if (!snoozed && !habit.reminders.some((one) => one.at === at)) return 'unscheduled';
  if (isSettled(habit, on)) return 'answered';
  return !snoozed && isMet(habit, on) ? 'met' : undefined;
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
