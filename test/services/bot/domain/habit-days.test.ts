import { describe, expect, it } from 'vitest';
import { dateOf, epochDayOf } from '#contracts/civil-date.ts';
import { type ImportedEntry, MAX_IMPORTED_ENTRIES } from '#contracts/entry-events.ts';
import type { HabitEvent } from '#contracts/events.ts';
import type { Frequency } from '#contracts/habit-events.ts';
import { streams } from '#contracts/streams.ts';
import { entryOn } from '#services/bot/domain/calendar.ts';
import { type Command, decide } from '#services/bot/domain/habit.ts';
import { evolve, initialState } from '#services/bot/domain/habit-state.ts';
import type { RefusalCode } from '#services/bot/domain/refusal.ts';
import { after, archived, defined, expectRefusal, morning, TODAY as today, water } from './fixture.ts';

/** `given` are the events that the habit stands on. */
const expectRefused = (command: Command, given: HabitEvent[], code: RefusalCode): void =>
  expectRefusal(command, after(...given), code);

const imported = (entries: ImportedEntry[]): HabitEvent => ({ type: 'EntriesImported', data: { entries } });

describe('an amount added to a day', () => {
  const add = (amount: number, ...given: HabitEvent[]) =>
    decide({ type: 'AddAmount', data: { on: today, amount, today } }, after(...given));
  const glasses = (value: number): HabitEvent => ({ type: 'HabitCheckedIn', data: { on: today, value } });

  it('adds up, also tenths, and a skip counts as nothing', () => {
    expect(add(1, water)).toEqual([glasses(1)]);
    expect(add(2, water, glasses(3))).toEqual([glasses(5)]);
    expect(add(0.1, water, glasses(0.2))).toEqual([glasses(0.3)]);
    expect(add(4, water, { type: 'HabitSkipped', data: { on: today } })).toEqual([glasses(4)]);
  });

  it('is refused for a habit that is only done or not, and when it is nothing', () => {
    expectRefused({ type: 'AddAmount', data: { on: today, amount: 1, today } }, [defined], 'WrongValue');
    for (const amount of [0, -1, Number.NaN])
      expectRefused({ type: 'AddAmount', data: { on: today, amount, today } }, [water], 'WrongValue');
  });
});

describe('days brought from another tracker', () => {
  const bring = (entries: ImportedEntry[], ...given: HabitEvent[]) =>
    decide({ type: 'ImportEntries', data: { entries, today } }, after(...given));

  it('are sorted, and leave what the person said here as it is', () => {
    const said: HabitEvent = { type: 'HabitCheckedIn', data: { on: '2026-11-20', value: 0 } };
    const brought = bring(
      [
        { on: '2026-11-21', skipped: true, note: 'ill' },
        { on: '2026-11-20', value: 1 },
        { on: '2026-11-19', value: 1 },
        { on: '2026-11-19', value: 0 },
      ],
      defined,
      said,
    );
    expect(brought).toEqual([
      imported([
        { on: '2026-11-19', value: 1 },
        { on: '2026-11-21', skipped: true, note: 'ill' },
      ]),
    ]);
    const state = after(defined, said, ...brought);
    expect(['2026-11-19', '2026-11-20', '2026-11-21'].map((on) => entryOn(state.calendar, on))).toEqual([
      1,
      0,
      'skip',
    ]);
    expect(state.notes).toEqual({ '2026-11-21': 'ill' });
  });

  it('bring nothing the second time, and of a later file what is new', () => {
    const file: ImportedEntry[] = [{ on: '2026-11-19', value: 1 }];
    expect(bring(file, defined, imported(file))).toEqual([]);
    expect(bring([...file, { on: '2026-11-20', value: 1 }], defined, imported(file))).toEqual([
      imported([{ on: '2026-11-20', value: 1 }]),
    ]);
  });

  it('are left out where they cannot be: to come, of long ago, an amount for yes or no', () => {
    const wrong: ImportedEntry[] = [
      { on: '2026-11-26', value: 1 },
      { on: '1990-01-01', value: 1 },
      { on: '2026-11-01', value: 2.5 },
    ];
    expect(bring(wrong, defined)).toEqual([]);
    expect(bring(wrong, water)).toEqual([imported([{ on: '2026-11-01', value: 2.5 }])]);
  });

  it('come in as few events as one message can hold', () => {
    const first = epochDayOf('2010-01-01');
    const days = Array.from({ length: 5000 }, (_, i) => ({ on: dateOf(first + i), value: 1 }));
    const whole = bring(days, defined);
    expect(whole.map(sizeOf)).toEqual([1866, 1866, 1268]);
    expect(Math.max(...whole.map(sizeOf))).toBeLessThanOrEqual(MAX_IMPORTED_ENTRIES);
    const noted = days.map((day) => ({ ...day, note: '😴'.repeat(250) }));
    for (const event of bring(noted, defined))
      expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThan(EVENTS_BYTES - 2_048);
  });

  it('reach an archived habit too, and no other command does', () => {
    expect(bring([{ on: '2026-11-19', value: 1 }], defined, archived)).toHaveLength(1);
    expectRefused({ type: 'SkipDay', data: { on: today, today } }, [defined, archived], 'HabitArchived');
  });
});

/** What the stream takes, headers and envelope included. */
const EVENTS_BYTES = streams.find(({ name }) => name === 'EVENTS')?.maxMessageBytes ?? 0;

const sizeOf = (event: HabitEvent): number =>
  event.type === 'EntriesImported' ? event.data.entries.length : 0;

describe('a reminder that is moved', () => {
  it('is one event, takes the place of another at the new time, and is silent when it is there', () => {
    const evening: HabitEvent = { type: 'ReminderScheduled', data: { at: '20:00', weekdays: [7] } };
    const data = { from: '08:00', at: '20:00', weekdays: [1, 3] };
    const move: Command = { type: 'MoveReminder', data };
    const moved: HabitEvent = { type: 'ReminderMoved', data };
    expect(decide(move, after(defined, morning, evening))).toEqual([moved]);
    expect(after(defined, morning, evening, moved).reminders).toEqual([{ at: '20:00', weekdays: [1, 3] }]);
    expect(decide(move, after(defined, morning, evening, moved))).toEqual([]);
    expectRefused(move, [defined, evening], 'ReminderNotFound');
  });
});

describe('a habit that is deleted', () => {
  const gone: HabitEvent = { type: 'HabitDeleted', data: {} };

  it('leaves nothing behind, takes nothing any more, and is not made again by the same update', () => {
    expect(decide({ type: 'DeleteHabit', data: {} }, after(defined, archived))).toEqual([gone]);
    expect(after(water, imported([{ on: '2026-11-01', value: 2, note: 'cold' }]), gone)).toEqual({
      ...initialState(),
      defined: true,
      deleted: true,
    });
    expect(decide({ type: 'DeleteHabit', data: {} }, after(defined, gone))).toEqual([]);
    expect(
      decide(
        { type: 'DefineHabit', data: { name: 'Run', goal: { kind: 'yesNo' }, frequency: { kind: 'daily' } } },
        after(defined, gone),
      ),
    ).toEqual([]);
    expectRefused(
      { type: 'CheckIn', data: { on: today, value: 1, today } },
      [defined, gone],
      'HabitNotFound',
    );
    expectRefused({ type: 'RestoreHabit', data: {} }, [defined, archived, gone], 'HabitNotFound');
  });
});

describe('what a habit is', () => {
  it('takes reminders of all its days to its other days', () => {
    const on = (at: string, ...weekdays: number[]) =>
      ({ type: 'ReminderScheduled', data: { at, weekdays } }) as const;
    const everyDay = [1, 2, 3, 4, 5, 6, 7];
    const frequency: Frequency = { kind: 'weekdays', weekdays: [1, 3] };
    const weekdays = { type: 'ChangeFrequency', data: { frequency } } as const;
    const before = after(defined, on('08:00', ...everyDay), on('20:00', 6, 7));
    expect(decide(weekdays, before)).toEqual([
      { type: 'FrequencyChanged', data: weekdays.data },
      on('08:00', 1, 3),
    ]);
    const weekly = {
      type: 'ChangeFrequency',
      data: { frequency: { kind: 'timesPerWeek', times: 3 } },
    } as const;
    expect(decide(weekly, before)).toEqual([{ type: 'FrequencyChanged', data: weekly.data }]);
  });

  it('is changed by an event each, and silent when it is so', () => {
    const goal = { kind: 'numeric', direction: 'atLeast', target: 6, unit: 'cups' } as const;
    const changes = [
      { type: 'ChangeGoal', data: { goal } },
      { type: 'ChangeFrequency', data: { frequency: { kind: 'timesPerWeek', times: 3 } } },
      { type: 'ChangeEmoji', data: { emoji: '💧' } },
      { type: 'ChangeEmoji', data: { emoji: null } },
      { type: 'GroupHabit', data: { group: { kind: 'part', part: 'morning' } } },
      { type: 'GroupHabit', data: { group: null } },
      { type: 'ChangeRemindingWhenMet', data: { remind: true } },
    ] as const;
    let state = after(water);
    for (const change of changes) {
      const events = decide(change, state);
      expect(events).toHaveLength(1);
      state = events.reduce(evolve, state);
      expect(decide(change, state)).toEqual([]);
    }
    expect(state).toMatchObject({ goal, emoji: null, group: null, remindsWhenMet: true });
  });

  it('stays of its kind, and an emoji is one', () => {
    const other = { type: 'ChangeGoal', data: { goal: { kind: 'yesNo' } } } as const;
    expectRefused(other, [water, { type: 'HabitCheckedIn', data: { on: today, value: 3 } }], 'OtherKind');
    expect(decide(other, after(water))).toEqual([{ type: 'GoalChanged', data: other.data }]);
    for (const emoji of ['', 'a', '1', '🏃🏃', '🏃'.repeat(20)])
      expectRefused({ type: 'ChangeEmoji', data: { emoji } }, [defined], 'WrongEmoji');
    for (const emoji of ['👨‍👩‍👧‍👦', '🇷🇺', '1️⃣', '❤️', '✔'])
      expect(decide({ type: 'ChangeEmoji', data: { emoji } }, after(defined))).toHaveLength(1);
  });
});
