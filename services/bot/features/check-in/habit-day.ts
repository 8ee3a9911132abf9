import type { Wait } from '#contracts/callback-data.ts';
import type { Goal } from '#contracts/habit-events.ts';
import { type LocalDate, type LocalTime, minuteOfDay } from '#contracts/time.ts';
import { localDateAt, localTimeAt } from '#services/platform/local-time/local-time.ts';
import type { CardItem } from '#services/platform/messages/card-item.ts';
import type { HabitDay } from '../../conversation/dialog.ts';
import type { Screen } from '../../conversation/screen.ts';
import { whyNoReminders } from '../../domain/account.ts';
import { entryOn } from '../../domain/calendar.ts';
import type { State } from '../../domain/habit-state.ts';
import { isToReach, timesDone } from '../../domain/reminding.ts';
import { streak } from '../../domain/streak.ts';
import { type Habit, habitOf, type Person } from '../../person.ts';
import { sameDay } from './lists.ts';

/** What a list asks of one of its habits, or shows of it. */
export type Asked = 'amount' | 'wait' | 'unfolded' | 'skip' | 'no' | undefined;

/** How one habit stands on one date, as lists show it. */
export function habitDay(
  { habitId, state: habit }: Habit,
  on: LocalDate,
  person: Person,
  asked?: Asked,
): CardItem {
  const stands = standing(habit, on);
  const streakOn = stands.state === 'open' ? on : person.today;
  const { current } = streak(habit, streakOn, person.account.vacations);
  const note = habit.notes[on];
  const times = timesDone(habit, on);
  const item: CardItem = {
    ...{ habitId, on, name: nameOf(habit), goal: habit.goal, streak: current },
    ...stands,
    ...(note !== undefined && { note }),
    ...(times && { times }),
    ...(asked === 'amount' && { amounts: amountsFor(habit.goal) }),
    ...(asked === 'unfolded' && { unfolded: true }),
    ...((asked === 'skip' || asked === 'no') && { instead: asked }),
  };
  if (item.state !== 'open') return item;
  return { ...item, ...snoozedItem(habit, on, person), ...(asked === 'wait' && { waits: waitsFor(person) }) };
}

const nameOf = ({ emoji, name }: State): string => (emoji === null ? name : `${emoji} ${name}`);

function standing({ goal, calendar, closedOn }: State, on: LocalDate): Pick<CardItem, 'state' | 'value'> {
  const entry = entryOn(calendar, on);
  if (entry === 'skip') return { state: 'skipped' };
  if (goal.kind === 'yesNo') return { state: entry === undefined ? 'open' : entry === 0 ? 'no' : 'done' };
  if (closedOn.includes(on)) return { state: 'no', ...(entry && { value: entry }) };
  if (entry === undefined) return { state: 'open' };
  return { state: isToReach(goal) && entry < goal.target ? 'open' : 'done', value: entry };
}

type CardScreen = Extract<Screen, { screen: 'card' }>;

/** A reminder's habits as they stand now. Habits that are gone, or never were this person's, are left out. */
export function cardItems(
  person: Person,
  days: readonly HabitDay[],
  screen: Partial<CardScreen>,
): CardItem[] {
  return days.flatMap((day) => {
    const habit = habitOf(person, day.habitId);
    return habit
      ? [habitDay({ habitId: day.habitId, state: habit }, day.on, person, askedOf(day, screen))]
      : [];
  });
}

export function askedOf(
  day: HabitDay,
  { asking, unfolded, instead, snoozing }: Pick<CardScreen, 'asking' | 'unfolded' | 'instead' | 'snoozing'>,
): Asked {
  const isIt = (other: HabitDay | undefined) => other !== undefined && sameDay(other, day);
  if (isIt(asking)) return 'amount';
  if (isIt(snoozing)) return 'wait';
  if (isIt(unfolded)) return 'unfolded';
  return isIt(instead) ? instead?.of : undefined;
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
export function waitsFor({ nowMs, account }: Person): Wait[] {
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
