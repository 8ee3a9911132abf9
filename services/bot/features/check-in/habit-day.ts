import type { Wait } from '#contracts/callback-data.ts';
import type { Goal } from '#contracts/habit-events.ts';
import { type LocalDate, type LocalTime, minuteOfDay } from '#contracts/time.ts';
import { localDateAt, localTimeAt } from '#services/platform/local-time/local-time.ts';
import type { CardItem } from '#services/platform/messages/card-item.ts';
import type { HabitDay } from '../../conversation/dialog.ts';
import { whyNoReminders } from '../../domain/account.ts';
import { entryOn } from '../../domain/calendar.ts';
import type { State } from '../../domain/habit-state.ts';
import { streak } from '../../domain/streak.ts';
import { type Habit, habitOf, type Person } from '../../person.ts';

/** How one habit stands on one date, as lists show it. */
export function habitDay(
  { habitId, state: habit }: Habit,
  on: LocalDate,
  person: Person,
  asking?: 'amount' | 'wait',
): CardItem {
  const entry = entryOn(habit.calendar, on);
  const { current } = streak(habit, person.today, person.account.vacations);
  const amounts = asking === 'amount' && { amounts: amountsFor(habit.goal) };
  const item = { habitId, on, name: habit.name, goal: habit.goal, streak: current, ...amounts };
  if (entry === undefined) {
    const waits = asking === 'wait' && { waits: waitsFor(person) };
    return { ...item, state: 'open', ...snoozedItem(habit, on, person), ...waits };
  }
  if (entry === 'skip') return { ...item, state: 'skipped' };
  return { ...item, state: 'done', value: entry };
}

/** A reminder's habits as they stand now. Habits that are gone, or never were this person's, are left out. */
export function cardItems(
  person: Person,
  days: readonly HabitDay[],
  { asking, snoozing }: { asking?: HabitDay | undefined; snoozing?: HabitDay | undefined },
): CardItem[] {
  return days.flatMap(({ habitId, on }) => {
    const habit = habitOf(person, habitId);
    const isIt = (day: HabitDay | undefined) => day?.habitId === habitId && day.on === on;
    const asked = isIt(asking) ? 'amount' : isIt(snoozing) ? 'wait' : undefined;
    return habit ? [habitDay({ habitId, state: habit }, on, person, asked)] : [];
  });
}

function snoozedItem(
  { snooze }: State,
  on: LocalDate,
  { nowMs, account }: Person,
): Pick<CardItem, 'snoozed'> {
  const untilMs = Date.parse(snooze?.untilAt ?? '');
  if (snooze?.on !== on || !(untilMs > nowMs) || whyNoReminders(on, account)) return {};
  const timezone = account.timezone ?? 'UTC';
  const tomorrow = localDateAt(untilMs, timezone) !== localDateAt(nowMs, timezone);
  return { snoozed: { at: localTimeAt(untilMs, timezone), tomorrow } };
}

const EVENING: readonly LocalTime[] = ['19:00', '21:00'];
const LONG_ENOUGH_MINUTES = 75;

/** Waits to choose from: some minutes from now, and this evening if that is far enough ahead. */
function waitsFor({ nowMs, account }: Person): Wait[] {
  const now = minuteOfDay(localTimeAt(nowMs, account.timezone ?? 'UTC'));
  const evening = EVENING.find((at) => minuteOfDay(at) - now >= LONG_ENOUGH_MINUTES);
  const waits: Wait[] = [{ minutes: 15 }, { minutes: 60 }];
  return evening ? [...waits, { minutes: 180 }, { at: evening }] : [...waits, { minutes: 120 }];
}

/** Amounts to choose from: around the target, which is what people reach most often. */
function amountsFor(goal: Goal): number[] {
  if (goal.kind === 'yesNo') return [];
  const { target, direction } = goal;
  if (target === 0) return [0, 1, 2, 3];
  const half = Number.isInteger(target) ? Math.ceil(target / 2) : Math.round(target * 500) / 1000;
  const amounts = direction === 'atMost' ? [0, half, target] : [half, target, target * 2];
  return [...new Set(amounts)].filter((amount) => amount <= 1e9);
}
