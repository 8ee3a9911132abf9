import { describe, expect, it } from 'vitest';
import { brought, databaseOf, daysOf, refusal, zipOf } from './fixture.ts';
import { at, LOOP_25, loop25, loopOf, REPETITIONS, rewire, tickmate } from './samples.ts';

const DAY_MS = 86_400_000;
describe("Loop's database", () => {
  it('of version 25 comes with reminders, notes, order and colours', async () => {
    const { form, habits, leftOut } = await brought(loop25());
    expect(form).toBe('db 25');
    expect(habits.map(({ name }) => name)).toEqual(['Run', 'Вода']);
    expect(habits.map(daysOf)).toEqual([
      ['2024-03-04=1', '2024-03-05=0', '2024-03-07=s'],
      ['2024-03-04=2.5', '2024-03-05=s', '2024-03-06=0'],
    ]);
    expect(habits[0]).toMatchObject({ archived: true, reminders: [], color: 3 });
    expect(habits[0]?.entries[0]).toEqual({ on: '2024-03-04', value: 1, note: 'wet' });
    expect(habits[1]).toMatchObject({
      goal: { kind: 'numeric', direction: 'atMost', target: 12.5, unit: 'л' },
      frequency: { kind: 'timesInDays', times: 1, days: 30 },
      reminders: [{ at: '18:05', weekdays: [6, 7] }],
      question: 'Сколько?',
      description: 'memo',
    });
    expect(leftOut).toEqual({ computed: 1, unreadableDate: 1, unknownHabit: 1 });
  });

  it('of version 12 has a yes in every row, and colours of its own', async () => {
    const old = databaseOf(
      12,
      'CREATE TABLE Habits (Id INTEGER PRIMARY KEY, archived INTEGER, color INTEGER, description TEXT, freq_den INTEGER, freq_num INTEGER, name TEXT, position INTEGER, reminder_days INTEGER, reminder_hour INTEGER, reminder_min INTEGER)',
      'CREATE TABLE Repetitions (Id INTEGER PRIMARY KEY, habit INTEGER, timestamp INTEGER)',
      "INSERT INTO Habits VALUES (1, 0, -16742021, 'Did you?', 1, 1, 'Teeth', 0, 127, 8, 0)",
      `INSERT INTO Repetitions VALUES (1, 1, ${at('2016-01-01')}), (2, 1, ${at('2016-01-02') + DAY_MS / 2}), (3, 1, ${at('2016-01-02')})`,
    );
    const { habits, leftOut } = await brought(old);
    expect(daysOf(habits[0])).toEqual(['2016-01-01=1', '2016-01-02=1']);
    expect(leftOut).toEqual({ sameDayTwice: 1 });
    expect(habits[0]).toMatchObject({
      question: 'Did you?',
      color: 8,
      reminders: [{ at: '08:00', weekdays: [1, 2, 3, 4, 5, 6, 7] }],
    });
  });

  it('is known by its uuid, and by its name where an export without it came before', async () => {
    const [run] = (await brought(loop25())).habits;
    const csv = zipOf({ 'Habits.csv': 'Name,NumRepetitions,Interval\nRun,3,7\n' });
    const [sameRun] = (await brought(csv)).habits;
    expect(run?.keys).toHaveLength(2);
    expect(run?.keys[1]).toBe(sameRun?.keys[0]);
  });

  it('with an id that is there twice has two habits still', async () => {
    const twice = 'a1b2c3d4e5f6a1b2c3d4e5f6a1b2c3d4';
    const { habits } = await brought(
      databaseOf(
        25,
        'CREATE TABLE Habits (id integer, name text, uuid text)',
        REPETITIONS,
        `INSERT INTO Habits VALUES (1, 'Run', '${twice}'), (2, 'Run', '${twice}')`,
      ),
    );
    expect(new Set(habits.map(({ keys }) => keys[0])).size).toBe(2);
  });

  it('inside a zip, in a folder, is read too, and with the log that lay beside it', async () => {
    const zipped = await brought(zipOf({ 'backup/Loop Habits Backup.db': loop25() }));
    expect(zipped.habits).toHaveLength(2);
    expect(await refusal(zipOf({ 'a.db': loop25(), 'b.db': loop25() }))).toBe('severalExports');
  });

  it('of a version to come is refused', async () => {
    expect(await refusal(databaseOf(26, LOOP_25, REPETITIONS))).toBe('newerDatabase');
    expect(await refusal(databaseOf(25, LOOP_25, REPETITIONS))).toBe('noHabits');
  });
});

/** What of a database is of no habit and of no day, until version 22 takes it away. */
const STRAY = { sameDayTwice: 1, unknownHabit: 1, unreadableDate: 1 };

it.each([
  [20, 2, STRAY],
  [21, 2, STRAY],
  [22, 2, {}],
  [23, 2, {}],
  [24, 2, {}],
  [25, 2, {}],
])("Loop's database of version %i, kept from 20 on, brings the same", async (version, count, leftOut) => {
  const read = await brought(loopOf(version));
  expect([read.form, read.habits.length, read.leftOut]).toEqual([`db ${version}`, count, leftOut]);
  expect(read.habits.map(daysOf)).toEqual([
    ['2019-05-01=2.5', '2019-05-02=8'],
    ['2019-05-01=1', '2019-05-03=1'],
  ]);
  expect(read.habits).toMatchObject([
    {
      name: 'Вода',
      question: 'Выпили воды?',
      archived: false,
      color: 13,
      goal: { kind: 'numeric', direction: 'atLeast', target: 8, unit: 'стаканов' },
      frequency: { kind: 'daily' },
      reminders: [{ at: '09:30', weekdays: [1, 2, 3, 4, 5] }],
    },
    {
      name: 'Run',
      question: 'Did you run?',
      archived: true,
      color: 4,
      goal: { kind: 'yesNo' },
      frequency: { kind: 'timesInDays', times: 3, days: 7 },
      reminders: [],
    },
  ]);
  expect(read.habits.map(({ description }) => description)).toEqual([undefined, undefined]);
  expect(read.habits.map(({ keys }) => keys.length)).toEqual(version < 24 ? [1, 1] : [2, 2]);
  expect(read.habits[1]?.entries.map((entry) => entry.note)).toEqual(
    version < 25 ? [undefined, undefined] : ['wet', 'wet'],
  );
});

it("Tickmate's months count from 0, and several ticks of a day are counted where that is meant", async () => {
  const { source, habits, leftOut } = await brought(tickmate());
  expect(source).toBe('tickmate');
  expect(habits.map(({ name, archived, group }) => [name, archived, group])).toEqual([
    ['Run', true, { kind: 'named', name: 'Health' }],
    ['Кофе', false, undefined],
  ]);
  expect(habits.map(daysOf)).toEqual([['2024-02-29=1'], ['2024-01-31=2']]);
  expect(habits[1]).toMatchObject({ color: 0, goal: { kind: 'numeric', direction: 'atLeast', target: 1 } });
  expect(leftOut).toEqual({ unreadableDate: 1, unknownHabit: 1 });
});

it("Rewire's schedules, reminders and what was done of it are brought", async () => {
  const { source, habits, leftOut } = await brought(rewire());
  expect(source).toBe('rewire');
  expect(habits.map(({ frequency }) => frequency)).toEqual([
    { kind: 'weekdays', weekdays: [1, 3, 5] },
    { kind: 'timesInDays', times: 3, days: 7 },
    { kind: 'timesInDays', times: 1, days: 4 },
    { kind: 'daily' },
  ]);
  expect(daysOf(habits[0])).toEqual(['2024-01-31=1']);
  expect(habits[0]?.reminders).toEqual([{ at: '07:30', weekdays: [6, 7] }]);
  expect(leftOut).toEqual({
    unreadableDate: 1,
    otherKind: 1,
    sameDayTwice: 1,
    unreadableReminder: 1,
    otherFrequency: 1,
  });
});
