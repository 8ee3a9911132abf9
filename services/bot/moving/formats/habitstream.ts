import { z } from 'zod';
import { ImportedEntry } from '#contracts/entry-events.ts';
import { Frequency, Goal, Group, HabitEmoji, WindowMinutes } from '#contracts/habit-events.ts';
import { HabitId } from '#contracts/ids.ts';
import { LocalDate, LocalTime, Weekdays } from '#contracts/time.ts';
import { MAX_REMINDERS } from '../../domain/habit.ts';
import { type Brought, type BroughtHabit, FileRefused } from '../brought.ts';
import { OWN_VERSION } from '../export/own-json.ts';
import {
  fittingName,
  fittingText,
  gatherEntries,
  habitKeys,
  habitOf,
  MAX_QUESTION,
  type Tally,
  tally,
} from '../gather.ts';
import { MAX_HABITS, MAX_ROWS } from '../limits.ts';

const Reminder = z.object({ at: LocalTime, weekdays: Weekdays, windowMinutes: WindowMinutes.optional() });
const Habit = z.looseObject({
  id: HabitId,
  name: z.string().catch(''),
  goal: Goal,
  frequency: Frequency,
  emoji: HabitEmoji.nullish().catch(null),
  group: Group.nullish().catch(null),
  question: z.string().optional().catch(undefined),
  description: z.string().optional().catch(undefined),
  color: z.int().min(0).max(19).optional().catch(undefined),
  reminders: z.array(z.unknown()).catch([]),
  archived: z.boolean().catch(false),
  pauses: z.array(z.unknown()).catch([]),
  entries: z.array(z.unknown()).catch([]),
  notesOfOtherDays: z.record(z.string(), z.unknown()).catch({}),
});
const File = z.looseObject({
  format: z.literal('habitstream'),
  version: z.int(),
  habits: z.array(z.unknown()),
});

/**
 * Our own file of everything. Habits that are here are known by their ids; the settings of the account and pauses stay as
 * they are here.
 * @returns undefined for JSON that is not ours.
 */
export function readOwnJson(json: unknown): Brought | undefined {
  const file = File.safeParse(json).data;
  if (!file) return undefined;
  if (file.version > OWN_VERSION) throw new FileRefused('unknown');
  if (file.habits.length > MAX_HABITS) throw new FileRefused('tooManyHabits');
  const notes = tally();
  const keysOf = habitKeys('habitstream');
  let left = MAX_ROWS;
  const habits = file.habits.flatMap((raw, index): BroughtHabit[] => {
    const habit = Habit.safeParse(raw).data;
    if (!habit) {
      notes.leaveOut('unknownHabit');
      return [];
    }
    left -= habit.entries.length + Object.keys(habit.notesOfOtherDays).length;
    if (left < 0) throw new FileRefused('tooManyRows');
    return [habitFrom(habit, index + 1, { notes, keysOf })];
  });
  return { source: 'habitstream', form: 'json', habits, leftOut: notes.leftOut(), remarks: [] };
}

function habitFrom(
  habit: z.infer<typeof Habit>,
  position: number,
  { notes, keysOf }: { notes: Tally; keysOf: ReturnType<typeof habitKeys> },
): BroughtHabit {
  const { name, goal, frequency, archived, pauses, reminders } = habit;
  notes.leaveOut('pauses', pauses.length);
  return habitOf(
    {
      keys: keysOf(name, habit.id),
      name: fittingName(name, position, notes),
      goal,
      frequency,
      reminders: remindersFrom(reminders, notes),
      archived,
      ...daysFrom(habit, notes),
    },
    {
      color: habit.color,
      emoji: habit.emoji ?? undefined,
      question: fittingText(habit.question ?? '', notes, MAX_QUESTION),
      description: fittingText(habit.description ?? '', notes),
      group: habit.group ?? undefined,
    },
  );
}

function remindersFrom(raw: readonly unknown[], { leaveOut }: Tally): BroughtHabit['reminders'] {
  const reminders = raw.flatMap((each) => Reminder.safeParse(each).data ?? []);
  leaveOut('unreadableReminder', raw.length - reminders.length);
  leaveOut('tooManyReminders', reminders.length - MAX_REMINDERS);
  return reminders.slice(0, MAX_REMINDERS);
}

function daysFrom(
  { entries: raw, notesOfOtherDays, goal }: z.infer<typeof Habit>,
  notes: Tally,
): Pick<BroughtHabit, 'entries' | 'notes'> {
  const entries = gatherEntries(goal, notes);
  for (const [on, note] of Object.entries(notesOfOtherDays))
    entries.without('unanswered', LocalDate.safeParse(on).data, typeof note === 'string' ? note : '');
  for (const each of raw) {
    const entry = ImportedEntry.safeParse(each).data;
    if (!entry) notes.leaveOut('unreadableValue');
    else entries.add(entry.on, 'value' in entry ? entry.value : 'skip', entry.note);
  }
  return entries.found();
}
