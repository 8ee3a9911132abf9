import { dateOf, epochDayOf } from '#contracts/civil-date.ts';
import type { ImportedEntry } from '#contracts/entry-events.ts';
import type { Goal } from '#contracts/habit-events.ts';
import { type HabitId, habitIdFrom } from '#contracts/ids.ts';
import { weekdaysOf } from '#services/bot/domain/habit.ts';
import { exponential, happens, oneOf, wholeBetween } from './chances.ts';
import { definitionOf, EMOJI, frequencyOf, GROUPS, nameOf, reminderOf } from './habit-definitions.ts';
import { type Life, someHabit, usableHabits } from './life.ts';
import { DAY_MS } from './traits.ts';

/** Something that a person who uses the bot does on so many of their days, at some instant of one. */
export type Incident = { perDay: number; act(life: Life, nowMs: number): void };

/** One more habit, as far as the person comes to have them. */
export function defineHabit(life: Life, nowMs: number): void {
  const { diary, random, traits } = life;
  const ordinal = diary.habits().size + 1;
  if (usableHabits(life).length >= traits.habits) return;
  const habitId = habitIdFrom(diary.userId, diary.nextUpdateId());
  const definition = definitionOf(random, diary.account().locale, ordinal);
  const origin = happens(random, 0.06) ? `generated/${ordinal}` : undefined;
  const brought = origin === undefined ? {} : { origin, question: 'Generated question?', color: 5 };
  life.toHabit(nowMs, habitId, { type: 'DefineHabit', data: { ...definition, ...brought } });
  if (origin !== undefined) life.at(nowMs + 1_000, (atMs) => bringDays(life, habitId, atMs));
}

/** Days of another tracker. */
function bringDays(life: Life, habitId: HabitId, nowMs: number): void {
  const goal = life.diary.habits().get(habitId)?.goal;
  if (goal === undefined) return;
  const today = life.diary.today(nowMs);
  const last = epochDayOf(today) - 1;
  const days = wholeBetween(life.random, 10, 120);
  const entries = Array.from({ length: days }, (_, n) => dateOf(last - days + 1 + n)).flatMap(
    (on): ImportedEntry[] => {
      if (happens(life.random, 0.3)) return [];
      if (happens(life.random, 0.04)) return [{ on, skipped: true, note: 'Generated note' }];
      return [{ on, value: goal.kind === 'yesNo' ? 1 : goal.target }];
    },
  );
  life.toHabit(nowMs, habitId, { type: 'ImportEntries', data: { entries, today } });
}

function withHabit(change: (life: Life, habitId: HabitId, nowMs: number) => void): Incident['act'] {
  return (life, nowMs) => {
    const habit = someHabit(life);
    if (habit) change(life, habit.habitId, nowMs);
  };
}

/** Undoes itself after some days, if the person is still there. */
function later(life: Life, nowMs: number, days: number, act: (nowMs: number) => void): void {
  life.at(nowMs + (0.5 + exponential(life.random, days)) * DAY_MS, act);
}

export const HABIT_INCIDENTS: readonly Incident[] = [
  { perDay: 0.12, act: defineHabit },
  {
    perDay: 0.004,
    act: withHabit((life, habitId, nowMs) => {
      const name = nameOf(life.random, life.diary.account().locale, wholeBetween(life.random, 20, 99));
      life.toHabit(nowMs, habitId, { type: 'RenameHabit', data: { name } });
    }),
  },
  {
    perDay: 0.005,
    act: withHabit((life, habitId, nowMs) => {
      const goal = goalAfter(life, life.diary.habits().get(habitId)?.goal ?? { kind: 'yesNo' });
      life.toHabit(nowMs, habitId, { type: 'ChangeGoal', data: { goal } });
    }),
  },
  {
    perDay: 0.003,
    act: withHabit((life, habitId, nowMs) => {
      const frequency = frequencyOf(life.random);
      life.toHabit(nowMs, habitId, { type: 'ChangeFrequency', data: { frequency } });
    }),
  },
  {
    perDay: 0.004,
    act: withHabit((life, habitId, nowMs) => {
      const emoji = happens(life.random, 0.2) ? null : oneOf(life.random, EMOJI);
      life.toHabit(nowMs, habitId, { type: 'ChangeEmoji', data: { emoji } });
    }),
  },
  {
    perDay: 0.003,
    act: withHabit((life, habitId, nowMs) => {
      const group = happens(life.random, 0.2) ? null : oneOf(life.random, GROUPS);
      life.toHabit(nowMs, habitId, { type: 'GroupHabit', data: { group } });
    }),
  },
  { perDay: 0.006, act: withHabit(changeReminders) },
  {
    perDay: 0.002,
    act: withHabit((life, habitId, nowMs) => {
      const remind = !life.diary.habits().get(habitId)?.remindsWhenMet;
      life.toHabit(nowMs, habitId, { type: 'ChangeRemindingWhenMet', data: { remind } });
    }),
  },
  {
    perDay: 0.004,
    act: withHabit((life, habitId, nowMs) => {
      life.toHabit(nowMs, habitId, { type: 'PauseHabit', data: { today: life.diary.today(nowMs) } });
      later(life, nowMs, 6, (atMs) =>
        life.toHabit(atMs, habitId, { type: 'ResumeHabit', data: { today: life.diary.today(atMs) } }),
      );
    }),
  },
  {
    perDay: 0.003,
    act: withHabit((life, habitId, nowMs) => {
      life.toHabit(nowMs, habitId, { type: 'ArchiveHabit', data: {} });
      if (happens(life.random, 0.4))
        later(life, nowMs, 5, (atMs) => life.toHabit(atMs, habitId, { type: 'RestoreHabit', data: {} }));
    }),
  },
  {
    perDay: 0.0015,
    act: withHabit((life, habitId, nowMs) => life.toHabit(nowMs, habitId, { type: 'DeleteHabit', data: {} })),
  },
];

/** A target is moved a little; what has none becomes another kind, which is refused once it has entries. */
function goalAfter({ random }: Life, goal: Goal): Goal {
  if (goal.kind === 'yesNo') return { kind: 'numeric', direction: 'atLeast', target: 10, unit: 'min' };
  const target = Math.round(goal.target * oneOf(random, [0.5, 0.8, 1.25, 1.5]) * 10) / 10;
  return { ...goal, target };
}

/** A reminder is added, moved or taken away. */
function changeReminders(life: Life, habitId: HabitId, nowMs: number): void {
  const habit = life.diary.habits().get(habitId);
  if (!habit) return;
  const [first] = habit.reminders;
  const wanted = reminderOf(life.random, habit.frequency);
  const share = life.random();
  if (!first || share < 0.3) {
    life.toHabit(nowMs, habitId, { type: 'ScheduleReminder', data: wanted });
  } else if (share < 0.8) {
    const weekdays = weekdaysOf(habit.frequency);
    life.toHabit(nowMs, habitId, { type: 'MoveReminder', data: { ...wanted, weekdays, from: first.at } });
  } else {
    life.toHabit(nowMs, habitId, { type: 'UnscheduleReminder', data: { at: first.at } });
  }
}
