import { describe, expect, it } from 'vitest';
import { brought, databaseOf, daysOf, refusal, zipOf } from './fixture.ts';

const DAY_MS = 86_400_000;
const at = (on: string) => Date.parse(`${on}T00:00:00Z`);

const LOOP_25 = `CREATE TABLE Habits (id integer primary key autoincrement, archived integer, color integer,
  description text, freq_den integer, freq_num integer, highlight integer, name text, position integer,
  reminder_hour integer, reminder_min integer, reminder_days integer not null default 127,
  type integer not null default 0, target_type integer not null default 0, target_value real not null default 0,
  unit text not null default '', question text, uuid text)`;
const REPETITIONS =
  'CREATE TABLE Repetitions (id integer primary key autoincrement, habit integer, timestamp integer, value integer, notes text)';

const loop25 = () =>
  databaseOf(
    25,
    LOOP_25,
    REPETITIONS,
    `INSERT INTO Habits VALUES
      (7, 0, 19, 'memo', 30, 1, 0, 'Вода', 1, 18, 5, 3, 1, 1, 12.5, 'л', 'Сколько?', 'a1b2c3d4e5f6a1b2c3d4e5f6a1b2c3d4'),
      (9, 1, 3, '', 7, 3, 0, 'Run', 0, NULL, NULL, 0, 0, 0, 0, '', '', 'ffffffffffffffffffffffffffffffff')`,
    `INSERT INTO Repetitions (habit, timestamp, value, notes) VALUES
      (7, ${at('2024-03-04')}, 2500, 'half'), (7, ${at('2024-03-05')}, 3, NULL), (7, ${at('2024-03-06')}, 0, ''),
      (9, ${at('2024-03-04')}, 2, 'wet'), (9, ${at('2024-03-05')}, 0, NULL), (9, ${at('2024-03-06')}, 1, NULL),
      (9, ${at('2024-03-07')}, 3, NULL), (9, -5, 2, NULL), (1, 0, 2, NULL)`,
  );

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

/**
 * Loop's database as it was made and changed from version to version: from 20 on, which has columns for numbers and no
 * stored scores. What version 25 adds is notes.
 */
const LOOP_20 = [
  'PRAGMA foreign_keys = OFF', // Loop has kept to them since version 22
  `CREATE TABLE Habits (id integer primary key autoincrement, archived integer, color integer, description text,
    freq_den integer, freq_num integer, highlight integer, name text, position integer, reminder_hour integer,
    reminder_min integer, reminder_days integer not null default 127, type integer not null default 0,
    target_type integer not null default 0, target_value real not null default 0, unit text not null default '')`,
  'CREATE TABLE Repetitions (id integer primary key autoincrement, habit integer references Habits(id), timestamp integer, value integer not null)',
  'CREATE INDEX idx_repetitions_habit_timestamp ON Repetitions (habit, timestamp)',
  'CREATE TABLE Events (id integer primary key autoincrement, timestamp integer, message text, server_id integer)',
  `INSERT INTO Habits (id, archived, color, description, freq_den, freq_num, name, position, reminder_hour, reminder_min, reminder_days, type, target_type, target_value, unit) VALUES
    (1, 0, 8, 'Выпили воды?', 1, 1, 'Вода', 0, 9, 30, 124, 1, 0, 8, 'стаканов'),
    (2, 1, 2, 'Did you run?', 7, 3, 'Run', 1, NULL, NULL, 0, 0, 0, 0, '')`,
  `INSERT INTO Repetitions (habit, timestamp, value) VALUES
    (1, ${at('2019-05-01')}, 2500), (1, ${at('2019-05-02')}, 8000), (2, ${at('2019-05-01')}, 2), (2, ${at('2019-05-03')}, 2),
    (2, ${at('2019-05-03')}, 2), (3, ${at('2019-05-03')}, 2), (2, NULL, 2)`,
];
/** What each version did to the one before it. */
const CHANGES: Readonly<Record<number, readonly string[]>> = {
  21: ['UPDATE Habits SET color = CASE color WHEN 8 THEN 13 WHEN 2 THEN 4 ELSE color END'],
  22: [
    'DELETE FROM Repetitions WHERE timestamp IS NULL OR habit NOT IN (SELECT id FROM Habits)',
    'DELETE FROM Repetitions WHERE id NOT IN (SELECT min(id) FROM Repetitions GROUP BY habit, timestamp)',
    'DROP INDEX idx_repetitions_habit_timestamp',
    'CREATE UNIQUE INDEX idx_repetitions_habit_timestamp ON Repetitions (habit, timestamp)',
  ],
  23: [
    'ALTER TABLE Habits ADD COLUMN question text',
    "UPDATE Habits SET question = description, description = ''",
  ],
  24: ['ALTER TABLE Habits ADD COLUMN uuid text', 'UPDATE Habits SET uuid = lower(hex(randomblob(16)))'],
  25: [
    'ALTER TABLE Repetitions ADD COLUMN notes text',
    "UPDATE Repetitions SET notes = 'wet' WHERE habit = 2",
  ],
};

/** The database as a phone has it that was kept since version 20. */
const loopOf = (version: number): Uint8Array =>
  databaseOf(
    version,
    ...LOOP_20,
    ...Object.entries(CHANGES).flatMap(([since, changes]) => (Number(since) <= version ? changes : [])),
  );

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
  const { source, habits, leftOut } = await brought(
    databaseOf(
      14,
      'CREATE TABLE tracks (_id integer primary key, name text, description text, icon text, enabled integer, multiple_entries_per_day integer, color integer, "order" integer)',
      'CREATE TABLE ticks (_id integer primary key, _track_id integer, year integer, month integer, day integer, hour integer)',
      'CREATE TABLE groups (_id integer primary key, name text)',
      'CREATE TABLE track2groups (_id integer primary key, _track_id integer, _group_id integer)',
      `INSERT INTO tracks VALUES (1, 'Кофе', '', 'x', 1, 1, ${-0x10000 + 0x0000}, 2), (2, 'Run', 'fast', 'x', 0, 0, 0, 1)`,
      'INSERT INTO ticks VALUES (1,1,2024,0,31,8), (2,1,2024,0,31,9), (3,2,2024,1,29,9), (4,2,2024,1,29,10), (5,2,2024,1,30,9), (6,5,2024,1,1,9)',
      "INSERT INTO groups VALUES (1, 'Health')",
      'INSERT INTO track2groups VALUES (1, 2, 1)',
    ),
  );
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
  const { source, habits, leftOut } = await brought(
    databaseOf(
      1,
      'CREATE TABLE HABITS (_id integer primary key, NAME text, description text, schedule integer, active_days text, repeating_count integer, days integer, period integer)',
      'CREATE TABLE CHECKINS (_id integer primary key, habit_id integer, date text, type integer)',
      'CREATE TABLE REMINDERS (_id integer primary key, habit_id integer, time integer, active_days text)',
      'CREATE TABLE UNIT (_id integer)',
      "INSERT INTO HABITS VALUES (1,'A','',0,'1,3,5',0,0,0), (2,'B','b',1,'',0,3,0), (3,'C','',2,'',4,0,0), (4,'D','',9,'',0,0,0)",
      "INSERT INTO CHECKINS VALUES (1,1,'20240131',2), (2,1,'20240230',2), (3,1,'20240201',1), (4,1,'20240131',2)",
      "INSERT INTO REMINDERS VALUES (1,1,450,'0,6'), (2,1,9999,'1')",
    ),
  );
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
