import { z } from 'zod';
import { dateOf } from '#contracts/civil-date.ts';
import type { Frequency, Goal } from '#contracts/habit-events.ts';
import { localTimeOf } from '#contracts/time.ts';
import { MAX_REMINDERS } from '../../domain/habit.ts';
import type { Reminder } from '../../domain/habit-state.ts';
import { type Brought, type BroughtHabit, FileRefused } from '../brought.ts';
import {
  fittingName,
  fittingTarget,
  fittingText,
  gatherEntries,
  habitKeys,
  habitOf,
  MAX_GROUP,
  namedGroup,
  type Tally,
  tally,
} from '../gather.ts';
import { MAX_HABITS, MAX_ROWS } from '../limits.ts';
import { colorOfTailwind } from '../palette.ts';

const MS_PER_DAY = 86_400_000;
const MS_PER_MINUTE = 60_000;

const orNull = <T extends z.ZodType>(type: T) => type.nullish().catch(null);
const Habit = z.looseObject({
  id: z.string(),
  name: z.string().catch(''),
  description: orNull(z.string()),
  color: orNull(z.string()),
  emoji: orNull(z.string()),
  archived: orNull(z.boolean()),
  isInverse: orNull(z.boolean()),
  orderIndex: orNull(z.number()),
});
/** Empty for what is no instant. */
const dateTextOf = (ms: number): string => (Math.abs(ms) < 8.64e15 ? new Date(ms).toISOString() : '');

const Completion = z.looseObject({
  habitId: z.string().catch(''),
  /** An instant as a text, or in ms. */
  date: z.union([z.string(), z.number().transform((ms) => dateTextOf(ms))]).catch(''),
  timezoneOffsetInMinutes: orNull(z.number()),
  amountOfCompletions: orNull(z.number()),
  note: orNull(z.string()),
});
const Interval = z.looseObject({
  habitId: z.string().catch(''),
  startDate: orNull(z.string()),
  endDate: orNull(z.string()),
  type: orNull(z.string()),
  requiredNumberOfCompletions: orNull(z.number()),
  requiredNumberOfCompletionsPerDay: orNull(z.number()),
});
const ReminderOfHabit = z.looseObject({
  habitId: z.string().catch(''),
  weekdayIndices: z.array(z.number()).catch([]),
  hour: z.number().catch(-1),
  minute: z.number().catch(-1),
});
const File = z.looseObject({
  habits: z.array(Habit),
  completions: z.array(Completion),
  intervals: z.array(Interval).catch([]),
  reminders: z.array(ReminderOfHabit).catch([]),
  categories: z.array(z.looseObject({ id: z.string(), name: z.string() })).catch([]),
  categoryMappings: z.array(z.looseObject({ habitId: z.string(), categoryId: z.string() })).catch([]),
});
type File = z.infer<typeof File>;
type IntervalOfHabit = z.infer<typeof Interval>;

/**
 * HabitKit's JSON. What was done of one day is summed; a habit to be broken counts its slips, none being the limit. Its
 * weeks and months are those of the calendar.
 * @returns undefined for JSON that is not HabitKit's.
 */
export function readHabitKit(json: unknown): Brought | undefined {
  const parsed = File.safeParse(json);
  if (!parsed.success) return undefined;
  const file = parsed.data;
  if (file.habits.length === 0) throw new FileRefused('noHabits');
  if (file.habits.length > MAX_HABITS) throw new FileRefused('tooManyHabits');
  if (file.completions.length > MAX_ROWS) throw new FileRefused('tooManyRows');
  const notes = tally();
  const keysOf = habitKeys('habitkit');
  const dayOf = dayReader(file.completions);
  const completions = Map.groupBy(file.completions, ({ habitId }) => habitId);
  const ordered = file.habits.toSorted((a, b) => (a.orderIndex ?? 0) - (b.orderIndex ?? 0));
  const habits = ordered.map((habit, index): BroughtHabit => {
    const intervals = file.intervals.filter(({ habitId }) => habitId === habit.id);
    const interval = currentOf(intervals);
    if (intervals.length > 1) notes.leaveOut('goalHistory');
    const goal = goalOf(habit.isInverse === true, interval);
    const amounts = completions.get(habit.id) ?? [];
    completions.delete(habit.id);
    return habitOf(
      {
        keys: keysOf(habit.name, habit.id),
        name: fittingName(habit.name, index + 1, notes),
        goal,
        frequency: frequencyOf(interval),
        reminders: remindersOf(file, habit.id, notes),
        archived: habit.archived === true,
        ...entriesFrom(amounts, goal, dayOf, notes),
      },
      {
        color: colorOfTailwind(habit.color ?? ''),
        emoji: emojiIn(habit.emoji ?? ''),
        description: fittingText(habit.description ?? '', notes),
        group: namedGroup(fittingText(groupOf(file, habit.id), notes, MAX_GROUP)),
      },
    );
  });
  for (const lost of completions.values()) notes.leaveOut('unknownHabit', lost.length);
  return { source: 'habitkit', form: 'json', habits, leftOut: notes.leftOut(), remarks: [] };
}

type CompletionOfHabit = z.infer<typeof Completion>;

/**
 * The local day of a completion: its instant, moved by its offset. Where all of a file stand at midnight in UTC although
 * clocks differed, the instants are the dates themselves.
 */
function dayReader(
  completions: readonly CompletionOfHabit[],
): (one: CompletionOfHabit) => string | undefined {
  const areDates = completions.every(({ date }) => /^\d{4}-\d\d-\d\d([T ]00:00(:00(\.0+)?)?Z?)?$/.test(date));
  return ({ date, timezoneOffsetInMinutes }) => {
    const at = Date.parse(date);
    if (Number.isNaN(at)) return undefined;
    const offsetMs = areDates ? 0 : (timezoneOffsetInMinutes ?? 0) * MS_PER_MINUTE;
    const day = Math.floor((at + offsetMs) / MS_PER_DAY);
    return day >= 0 && day < 2_900_000 ? dateOf(day) : undefined;
  };
}

function entriesFrom(
  completions: readonly CompletionOfHabit[],
  goal: Goal,
  dayOf: (one: CompletionOfHabit) => string | undefined,
  notes: Tally,
) {
  const days = new Map<string | undefined, { amount: number; notes: string[] }>();
  for (const completion of completions) {
    const { amountOfCompletions: amount, note } = completion;
    const on = dayOf(completion);
    const sum = days.get(on) ?? { amount: 0, notes: [] };
    days.set(on, { amount: sum.amount + (amount ?? 1), notes: note ? [...sum.notes, note] : sum.notes });
  }
  const entries = gatherEntries(goal, notes);
  for (const [on, { amount, notes: said }] of days) {
    if (amount === 0 && said.length === 0) notes.leaveOut('unanswered');
    else entries.add(on, amount, said.join('\n'));
  }
  return entries.found();
}

/** The one that has not ended, or began last. */
function currentOf(intervals: readonly IntervalOfHabit[]): IntervalOfHabit | undefined {
  const open = intervals.filter(({ endDate }) => !endDate);
  return (open.length > 0 ? open : intervals).toSorted((a, b) =>
    (a.startDate ?? '') < (b.startDate ?? '') ? 1 : -1,
  )[0];
}

function goalOf(isInverse: boolean, interval: IntervalOfHabit | undefined): Goal {
  const perDay = fittingTarget(interval?.requiredNumberOfCompletionsPerDay ?? 1);
  // So many slips in a day break the habit.
  if (isInverse) return { kind: 'numeric', direction: 'atMost', target: Math.max(0, perDay - 1), unit: '' };
  return perDay > 1 ? { kind: 'numeric', direction: 'atLeast', target: perDay, unit: '' } : { kind: 'yesNo' };
}

function frequencyOf(interval: IntervalOfHabit | undefined): Frequency {
  const times = Math.round(interval?.requiredNumberOfCompletions ?? 0);
  if (interval?.type === 'week' && times >= 1 && times < 7) return { kind: 'timesPerWeek', times };
  if (interval?.type === 'month' && times >= 1 && times < 28) return { kind: 'timesPerMonth', times };
  return { kind: 'daily' };
}

/** Weekdays count from Monday, 1; where there is a 0 and no 7, it is taken for Sunday only if all days are meant. */
function remindersOf({ reminders }: File, habit: string, { leaveOut }: Tally): Reminder[] {
  const found = new Map<string, Reminder>();
  for (const { habitId, weekdayIndices, hour, minute } of reminders) {
    if (habitId !== habit) continue;
    const days = [...new Set(weekdayIndices)].sort((a, b) => a - b);
    const areDays = days.length > 0 && days.every((day) => Number.isInteger(day) && day >= 0 && day <= 7);
    const weekdays = days.length === 7 ? [1, 2, 3, 4, 5, 6, 7] : days;
    const isTime =
      Number.isInteger(hour) && hour >= 0 && hour < 24 && Number.isInteger(minute) && minute >= 0;
    if (!areDays || weekdays.includes(0) || !isTime || minute > 59) leaveOut('unreadableReminder');
    else found.set(localTimeOf(hour * 60 + minute), { at: localTimeOf(hour * 60 + minute), weekdays });
  }
  const sorted = [...found.values()].sort((a, b) => (a.at < b.at ? -1 : 1));
  leaveOut('tooManyReminders', Math.max(0, sorted.length - MAX_REMINDERS));
  return sorted.slice(0, MAX_REMINDERS);
}

/** One emoji as the domain takes it. */
function emojiIn(text: string): string | undefined {
  const isOne = text.length <= 32 && /^(\p{Extended_Pictographic}|\p{Regional_Indicator})/u.test(text);
  return isOne ? text : undefined;
}

function groupOf({ categories, categoryMappings }: File, habit: string): string {
  const mapping = categoryMappings.find(({ habitId }) => habitId === habit);
  return categories.find(({ id }) => id === mapping?.categoryId)?.name ?? '';
}
