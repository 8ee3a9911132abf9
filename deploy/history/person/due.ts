import { dateOf, epochDayOf, weekdayOf } from '#contracts/civil-date.ts';
import { DIGEST } from '#contracts/ids.ts';
import type { Occurrence, SuppressionReason } from '#contracts/messages.ts';
import {
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
import { instantFor, type Life } from './life.ts';

/*
 * When a person's reminders come, and whether they are wanted then: the rules of the schedules and of the sender, on the
 * states of the bot's domain.
 */

export const keyOf = ({ habitId, on, at, snoozed }: Occurrence): string =>
  `${habitId}/${on}/${at}/${snoozed ?? ''}`;

/** What a date holds, by how things stand. */
export function occurrencesOn(life: Life, on: LocalDate): { instantMs: number; occurrence: Occurrence }[] {
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
export function isStillAt(
  life: Life,
  { habitId, on, at, snoozed }: Occurrence,
  minute: EpochMinute,
): boolean {
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
export function whyNot(
  { diary }: Life,
  { habitId, on, at, snoozed }: Occurrence,
): SuppressionReason | undefined {
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
