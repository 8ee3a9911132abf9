import { DatabaseSync } from 'node:sqlite';
import { strFromU8, unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { habitIdOfOrigin } from '#contracts/ids.ts';
import * as account from '#services/bot/domain/account.ts';
import { emptyCalendar, withEntry } from '#services/bot/domain/calendar.ts';
import { initialState, type State } from '#services/bot/domain/habit-state.ts';
import type { Exported } from '#services/bot/moving/export/exported.ts';
import { loopDatabase } from '#services/bot/moving/export/loop-db.ts';
import { loopZip } from '#services/bot/moving/export/loop-zip.ts';
import { ownJson } from '#services/bot/moving/export/own-json.ts';
import { spreadsheet } from '#services/bot/moving/export/spreadsheet.ts';
import { planImport } from '#services/bot/moving/plan.ts';
import { fileName, written } from '#services/bot/moving/writer.ts';
import type { Person } from '#services/bot/person.ts';
import { asUserId } from '#test/support/ids.ts';
import { brought, daysOf } from './fixture.ts';

const USER = asUserId('42');

const habitWith = (
  changes: Partial<State>,
  entries: Record<string, number | 'skip'>,
  notes: Record<string, string> = {},
) => {
  const calendar = Object.entries(entries).reduce(
    (all, [on, entry]) => withEntry(all, on, entry),
    emptyCalendar,
  );
  const state: State = { ...initialState(), defined: true, ...changes, calendar, notes };
  return { habitId: habitIdOfOrigin(USER, changes.name ?? ''), state, notes };
};

const exported: Exported = {
  on: '2024-03-10',
  account: { ...account.initialState(), registered: true, timezone: 'Europe/Moscow' },
  habits: [
    habitWith(
      {
        name: 'Вода, чай',
        goal: { kind: 'numeric', direction: 'atMost', target: 8.5, unit: 'стак.' },
        frequency: { kind: 'weekdays', weekdays: [1, 3, 5] },
        emoji: '💧',
        group: { kind: 'part', part: 'morning' },
        reminders: [
          { at: '08:05', weekdays: [6, 7] },
          { at: '20:00', weekdays: [1], windowMinutes: 15 },
        ],
        brought: { question: 'Сколько?', description: 'line\nline', color: 11 },
      },
      { '2024-03-01': 2.5, '2024-03-03': 0, '2024-03-04': 'skip', '2024-03-05': 0.003 },
      { '2024-03-01': 'half, "really"', '2024-03-09': 'no entry' },
    ),
    habitWith(
      {
        name: '=Run',
        frequency: { kind: 'timesInDays', times: 1, days: 3 },
        archived: true,
        brought: { origin: 'loop:id:a1b2c3d4e5f6a1b2c3d4e5f6a1b2c3d4' },
      },
      { '2024-02-28': 1, '2024-03-05': 1, '2024-03-07': 0 },
    ),
    habitWith({ name: 'Empty', frequency: { kind: 'timesPerMonth', times: 4 } }, {}),
  ],
};

const person: Person = {
  userId: USER,
  account: exported.account,
  habits: exported.habits,
  nowMs: Date.parse('2024-03-10T12:00:00Z'),
  today: '2024-03-10',
};

const WATER = ['2024-03-01=2.5', '2024-03-03=0', '2024-03-04=s', '2024-03-05=0.004'];
/** Beside a day without an entry. */
const ALONE = { '2024-03-09': 'no entry' };
const RUN = ['2024-02-28=1', '2024-03-05=1', '2024-03-07=0'];

describe("Loop's backup", () => {
  it('has the tables, the version and no null where Loop reads', () => {
    const db = new DatabaseSync(':memory:');
    db.deserialize(loopDatabase(exported));
    expect(db.prepare('PRAGMA user_version').get()).toEqual({ user_version: 25 });
    const columns = db.prepare("SELECT name FROM pragma_table_info('Habits')").all();
    expect(columns.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'id',
        'freq_den',
        'highlight',
        'reminder_days',
        'target_value',
        'question',
        'uuid',
      ]),
    );
    for (const row of db.prepare('SELECT * FROM Habits').all())
      for (const [name, value] of Object.entries(row))
        if (!name.startsWith('reminder_')) expect(value, name).not.toBeNull();
    expect(
      db.prepare('SELECT habit, timestamp, value, notes FROM Repetitions WHERE habit = 2').all(),
    ).toEqual([
      { habit: 2, timestamp: Date.parse('2024-02-28'), value: 2, notes: '' },
      { habit: 2, timestamp: Date.parse('2024-03-05'), value: 2, notes: '' },
      { habit: 2, timestamp: Date.parse('2024-03-07'), value: 0, notes: '' },
    ]);
  });

  it('comes back as it went, and is known again', async () => {
    const file = await brought(loopDatabase(exported));
    expect(file.form).toBe('db 25');
    expect(file.leftOut).toEqual({});
    expect(file.habits.map(daysOf)).toEqual([WATER, RUN, []]);
    const [water, run, empty] = file.habits;
    expect(water).toMatchObject({
      name: 'Вода, чай',
      goal: { kind: 'numeric', direction: 'atMost', target: 8.5, unit: 'стак.' },
      frequency: { kind: 'timesInDays', times: 3, days: 7 },
      reminders: [{ at: '08:05', weekdays: [6, 7] }],
      question: 'Сколько?',
      description: 'line\nline',
      color: 11,
    });
    expect(water?.entries[0]).toMatchObject({ note: 'half, "really"' });
    expect(run).toMatchObject({
      archived: true,
      keys: ['loop:id:a1b2c3d4e5f6a1b2c3d4e5f6a1b2c3d4', expect.anything()],
    });
    expect(water?.notes).toEqual(ALONE);
    expect(empty?.frequency).toEqual({ kind: 'timesInDays', times: 4, days: 30 });
    const plan = planImport(file, person);
    expect(plan.habits.map(({ habitId }) => habitId)).toEqual(exported.habits.map(({ habitId }) => habitId));
    expect(plan.habits.map(({ fresh, notes }) => [...fresh, ...notes])).toEqual([[], [], []]);
  });
});

describe("Loop's zip", () => {
  it('comes back as it went, with days that Loop would fill in by itself', async () => {
    const file = await brought(loopZip(exported));
    expect(file.habits.map(daysOf)).toEqual([WATER, RUN, []]);
    expect(file.leftOut).toEqual({ computed: 3, noReminders: 3 });
    expect(file.habits[0]?.notes).toEqual(ALONE);
    expect(planImport(file, person).habits.flatMap(({ fresh }) => fresh)).toEqual([]);
  });

  it('has the files of Loop, whose tables hold a value for each day', () => {
    const files = unzipSync(loopZip(exported));
    const text = (path: string) => strFromU8(files[path] ?? new Uint8Array());
    expect(Object.keys(files).sort()).toEqual([
      '001/Checkmarks.csv',
      '001/Scores.csv',
      '002 Run/Checkmarks.csv',
      '002 Run/Scores.csv',
      '003 Empty/Checkmarks.csv',
      '003 Empty/Scores.csv',
      'Checkmarks.csv',
      'Habits.csv',
      'Scores.csv',
    ]);
    expect(text('Habits.csv').split('\n')[3]).toBe('002,=Run,YES_NO,,,1,3,#00897B,,,,true');
    expect(text('001/Checkmarks.csv')).toBe(
      'Date,Value,Notes\n2024-03-09,UNKNOWN,no entry\n2024-03-05,4,\n2024-03-04,SKIP,\n2024-03-03,NO,\n2024-03-01,2500,"half, ""really"""\n',
    );
    const lines = text('Checkmarks.csv').trim().split('\n');
    expect(lines[0]).toBe('Date,Вода, чай,=Run,Empty,');
    expect(lines).toHaveLength(1 + 12);
    expect(lines[1]).toBe('2024-03-10,UNKNOWN,UNKNOWN,UNKNOWN,');
    expect(text('003 Empty/Scores.csv')).toBe('Date,Score\n2024-03-10,0.0000\n');
  });
});

it('everything as JSON comes back with all that a habit has', async () => {
  const file = await brought(ownJson(exported));
  expect(file.source).toBe('habitstream');
  expect(file.leftOut).toEqual({});
  expect(file.habits.map(daysOf)[0]).toEqual([...WATER.slice(0, 3), '2024-03-05=0.003']);
  expect(file.habits[0]).toMatchObject({
    frequency: { kind: 'weekdays', weekdays: [1, 3, 5] },
    emoji: '💧',
    notes: ALONE,
    group: { kind: 'part', part: 'morning' },
    reminders: exported.habits[0]?.state.reminders,
  });
  const plan = planImport(file, person);
  expect(plan.habits.map(({ habitId }) => habitId)).toEqual(exported.habits.map(({ habitId }) => habitId));
  const json: unknown = JSON.parse(Buffer.from(ownJson(exported)).toString());
  expect(json).toMatchObject({
    version: 1,
    account: { timezone: 'Europe/Moscow' },
    habits: [{ notesOfOtherDays: { '2024-03-09': 'no entry' } }, {}, {}],
  });
});

it('the spreadsheet has a line for each day, and nothing that would be calculated', () => {
  const lines = Buffer.from(spreadsheet(exported)).toString().split('\n');
  expect(lines[0]).toBe('\uFEFFHabit,Group,Date,Entry,Amount,Unit,Note');
  expect(lines[1]).toBe('"Вода, чай",morning,2024-03-01,amount,2.5,стак.,"half, ""really"""');
  expect(lines[3]).toBe('"Вода, чай",morning,2024-03-04,skip,,стак.,');
  expect(lines[5]).toBe('"Вода, чай",morning,2024-03-09,,,стак.,no entry');
  expect(lines[6]).toBe("'=Run,,2024-02-28,yes,,,");
});

it('the process that writes gives what is written here', async () => {
  const request = { form: 'csv', exported } as const;
  expect(Buffer.from(await written(request))).toEqual(Buffer.from(spreadsheet(exported)));
  expect(fileName(request)).toBe('Habitstream-2024-03-10-days.csv');
});
