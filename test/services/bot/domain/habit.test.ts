import { describe, expect, it } from 'vitest';
import type { HabitEvent } from '#contracts/events.ts';
import { entryOn } from '#services/bot/domain/calendar.ts';
import { type Command, decide } from '#services/bot/domain/habit.ts';
import { evolve, initialState, type State } from '#services/bot/domain/habit-state.ts';
import { after, archived, defined, expectRefusal, later, morning, TODAY as today, water } from './fixture.ts';

const pause = (on: string): HabitEvent => ({ type: 'HabitPaused', data: { on } });
const resume = (on: string): HabitEvent => ({ type: 'HabitResumed', data: { on } });

/** Each command on a habit, what it records there, and the events it stands on. */
const cases: { command: Command; given: HabitEvent[]; recorded: HabitEvent[] }[] = [
  {
    command: { type: 'RenameHabit', data: { name: '  Run far ' } },
    given: [defined],
    recorded: [{ type: 'HabitRenamed', data: { name: 'Run far' } }],
  },
  {
    command: { type: 'ScheduleReminder', data: { at: '08:00', weekdays: [1, 3] } },
    given: [defined],
    recorded: [morning],
  },
  {
    command: { type: 'ScheduleReminder', data: { at: '08:00', weekdays: [6, 7] } },
    given: [defined, morning],
    recorded: [{ type: 'ReminderScheduled', data: { at: '08:00', weekdays: [6, 7] } }],
  },
  {
    command: { type: 'UnscheduleReminder', data: { at: '08:00' } },
    given: [defined, morning],
    recorded: [{ type: 'ReminderUnscheduled', data: { at: '08:00' } }],
  },
  {
    command: { type: 'CheckIn', data: { on: today, value: 1, today } },
    given: [defined],
    recorded: [{ type: 'HabitCheckedIn', data: { on: today, value: 1 } }],
  },
  {
    command: { type: 'CheckIn', data: { on: '2026-11-24', value: 0, today } },
    given: [defined, { type: 'HabitCheckedIn', data: { on: '2026-11-24', value: 1 } }],
    recorded: [{ type: 'HabitCheckedIn', data: { on: '2026-11-24', value: 0 } }],
  },
  {
    command: { type: 'CheckIn', data: { on: today, value: 2.5, today } },
    given: [water],
    recorded: [{ type: 'HabitCheckedIn', data: { on: today, value: 2.5 } }],
  },
  {
    command: { type: 'SkipDay', data: { on: today, today } },
    given: [defined, { type: 'HabitCheckedIn', data: { on: today, value: 1 } }],
    recorded: [{ type: 'HabitSkipped', data: { on: today } }],
  },
  {
    command: { type: 'ClearEntry', data: { on: today } },
    given: [defined, { type: 'HabitSkipped', data: { on: today } }],
    recorded: [{ type: 'EntryCleared', data: { on: today } }],
  },
  {
    command: { type: 'CloseDay', data: { on: today, today } },
    given: [defined],
    recorded: [{ type: 'HabitCheckedIn', data: { on: today, value: 0 } }],
  },
  {
    command: { type: 'CloseDay', data: { on: today, today } },
    given: [water, { type: 'HabitCheckedIn', data: { on: today, value: 3 } }],
    recorded: [{ type: 'DayClosed', data: { on: today, value: 3 } }],
  },
  {
    command: { type: 'ReopenDay', data: { on: today } },
    given: [water, { type: 'DayClosed', data: { on: today, value: null } }],
    recorded: [{ type: 'EntryCleared', data: { on: today } }],
  },
  {
    command: { type: 'ReopenDay', data: { on: today } },
    given: [
      water,
      { type: 'HabitCheckedIn', data: { on: today, value: 3 } },
      { type: 'DayClosed', data: { on: today, value: 3 } },
    ],
    recorded: [{ type: 'HabitCheckedIn', data: { on: today, value: 3 } }],
  },
  {
    command: { type: 'CheckIn', data: { on: today, value: 3, today } },
    given: [water, { type: 'DayClosed', data: { on: today, value: 3 } }],
    recorded: [{ type: 'HabitCheckedIn', data: { on: today, value: 3 } }],
  },
  {
    command: { type: 'SnoozeReminder', data: { ...later, nowAt: '2026-11-25T12:00:00.000Z' } },
    given: [water, { type: 'HabitCheckedIn', data: { on: today, value: 3 } }],
    recorded: [{ type: 'ReminderSnoozed', data: later }],
  },
  {
    command: { type: 'PauseHabit', data: { today } },
    given: [defined],
    recorded: [{ type: 'HabitPaused', data: { on: today } }],
  },
  {
    command: { type: 'ResumeHabit', data: { today } },
    given: [defined, { type: 'HabitPaused', data: { on: '2026-11-20' } }],
    recorded: [{ type: 'HabitResumed', data: { on: today } }],
  },
  {
    command: { type: 'ScheduleReminder', data: { at: '08:00', weekdays: [1, 3], windowMinutes: 30 } },
    given: [defined, morning],
    recorded: [{ type: 'ReminderScheduled', data: { at: '08:00', weekdays: [1, 3], windowMinutes: 30 } }],
  },
  {
    command: { type: 'ScheduleReminder', data: { at: '08:00', weekdays: [1, 3] } },
    given: [
      defined,
      { type: 'ReminderScheduled', data: { at: '08:00', weekdays: [1, 3], windowMinutes: 30 } },
    ],
    recorded: [morning],
  },
  {
    command: { type: 'SnoozeReminder', data: { ...later, nowAt: '2026-11-25T12:00:00.000Z' } },
    given: [defined],
    recorded: [{ type: 'ReminderSnoozed', data: later }],
  },
  {
    command: { type: 'SnoozeReminder', data: { ...later, nowAt: '2026-11-25T12:00:00.000Z' } },
    given: [
      defined,
      { type: 'ReminderSnoozed', data: { ...later, untilAt: '2026-11-25T12:10:00.000Z', at: '13:10' } },
    ],
    recorded: [{ type: 'ReminderSnoozed', data: later }],
  },
  { command: { type: 'ArchiveHabit', data: {} }, given: [defined], recorded: [archived] },
  {
    command: { type: 'RestoreHabit', data: {} },
    given: [defined, archived],
    recorded: [{ type: 'HabitRestored', data: {} }],
  },
];

describe('every command on a habit', () => {
  it.each(cases)('$command.type is recorded, ignored when repeated, refused without the habit', (one) => {
    expect(decide(one.command, after(...one.given))).toStrictEqual(one.recorded);
    expect(decide(one.command, after(...one.given, ...one.recorded))).toStrictEqual([]);
    expectRefusal(one.command, initialState(), 'HabitNotFound');
  });

  const whileArchived = cases.filter(({ command }) => !/^(Archive|Restore)Habit$/.test(command.type));
  it.each(whileArchived)('$command.type is refused while archived', (one) => {
    expectRefusal(one.command, after(...one.given, archived), 'HabitArchived');
  });
});

describe('defining a habit', () => {
  const define: Command = {
    type: 'DefineHabit',
    data: {
      name: ' Run ',
      goal: { kind: 'yesNo' },
      frequency: { kind: 'daily' },
      reminders: [
        { at: '20:00', weekdays: [1] },
        { at: '08:00', weekdays: [1, 3] },
        { at: '20:00', weekdays: [1] },
      ],
    },
  };

  it('is one decision with its reminders, each time of day once', () => {
    expect(decide(define, initialState())).toStrictEqual([
      defined,
      { type: 'ReminderScheduled', data: { at: '20:00', weekdays: [1] } },
      morning,
    ]);
  });

  it('is ignored when repeated, even after a rename', () => {
    const renamed: HabitEvent = { type: 'HabitRenamed', data: { name: 'Walk' } };
    expect(decide(define, after(defined, renamed))).toStrictEqual([]);
  });

  it('records nothing when one reminder is too many', () => {
    const reminders = Array.from({ length: 13 }, (_, i) => ({ at: `${10 + i}:00`, weekdays: [1] }));
    expectRefusal({ ...define, data: { ...define.data, reminders } }, initialState(), 'TooManyReminders');
    const twelve = decide(
      { ...define, data: { ...define.data, reminders: reminders.slice(1) } },
      initialState(),
    );
    expect(twelve).toHaveLength(13);
  });

  it.each(['', '   ', 'x'.repeat(65), '\u200b\u200d\u2060'])('refuses the name %j', (name) => {
    expectRefusal({ ...define, data: { ...define.data, name } }, initialState(), 'WrongName');
    expectRefusal({ type: 'RenameHabit', data: { name } }, after(defined), 'WrongName');
  });

  it.each(['🏃', 'אבג', '<b>x</b>', '*_*', '7'])('takes the name %j as text', (name) => {
    expect(decide({ type: 'RenameHabit', data: { name } }, after(defined))).toStrictEqual([
      { type: 'HabitRenamed', data: { name } },
    ]);
  });
});

describe('a paused habit', () => {
  it.each<{ events: HabitEvent[]; pauses: State['pauses'] }>([
    { events: [pause('2026-11-20')], pauses: [{ from: '2026-11-20', to: null }] },
    {
      events: [pause('2026-11-20'), resume('2026-11-25')],
      pauses: [{ from: '2026-11-20', to: '2026-11-24' }],
    },
    { events: [pause('2026-11-20'), resume('2026-11-20')], pauses: [] },
    {
      events: [pause('2026-10-01'), resume('2026-10-03'), pause('2026-11-20')],
      pauses: [
        { from: '2026-10-01', to: '2026-10-02' },
        { from: '2026-11-20', to: null },
      ],
    },
  ])('remembers its dates: $pauses', ({ events, pauses }) => {
    expect(after(defined, ...events).pauses).toStrictEqual(pauses);
  });

  it('takes entries: pausing silences reminders only', () => {
    const state = after(defined, pause(today));
    const events = decide({ type: 'CheckIn', data: { on: today, value: 1, today } }, state);
    expect(entryOn(events.reduce(evolve, state).calendar, today)).toBe(1);
  });

  it('is still paused when it comes back from the archive', () => {
    expect(after(defined, pause(today), archived, { type: 'HabitRestored', data: {} }).paused).toBe(true);
  });
});
