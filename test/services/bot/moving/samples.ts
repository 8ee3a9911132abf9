import { databaseOf } from './fixture.ts';

/*
 * A file of each kind, with something in it that cannot be brought.
 */

export const at = (on: string) => Date.parse(`${on}T00:00:00Z`);

export const LOOP_25 = `CREATE TABLE Habits (id integer primary key autoincrement, archived integer, color integer,
  description text, freq_den integer, freq_num integer, highlight integer, name text, position integer,
  reminder_hour integer, reminder_min integer, reminder_days integer not null default 127,
  type integer not null default 0, target_type integer not null default 0, target_value real not null default 0,
  unit text not null default '', question text, uuid text)`;
export const REPETITIONS =
  'CREATE TABLE Repetitions (id integer primary key autoincrement, habit integer, timestamp integer, value integer, notes text)';

export const loop25 = () =>
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
export const loopOf = (version: number): Uint8Array =>
  databaseOf(
    version,
    ...LOOP_20,
    ...Object.entries(CHANGES).flatMap(([since, changes]) => (Number(since) <= version ? changes : [])),
  );

export const tickmate = () =>
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
  );

export const rewire = () =>
  databaseOf(
    1,
    'CREATE TABLE HABITS (_id integer primary key, NAME text, description text, schedule integer, active_days text, repeating_count integer, days integer, period integer)',
    'CREATE TABLE CHECKINS (_id integer primary key, habit_id integer, date text, type integer)',
    'CREATE TABLE REMINDERS (_id integer primary key, habit_id integer, time integer, active_days text)',
    'CREATE TABLE UNIT (_id integer)',
    "INSERT INTO HABITS VALUES (1,'A','',0,'1,3,5',0,0,0), (2,'B','b',1,'',0,3,0), (3,'C','',2,'',4,0,0), (4,'D','',9,'',0,0,0)",
    "INSERT INTO CHECKINS VALUES (1,1,'20240131',2), (2,1,'20240230',2), (3,1,'20240201',1), (4,1,'20240131',2)",
    "INSERT INTO REMINDERS VALUES (1,1,450,'0,6'), (2,1,9999,'1')",
  );

export const habitBull = [
  'HabitName,HabitDescription,HabitCategory,CalendarDate,Value,CommentText',
  'Run,fast,Health,4/13/2019,1,wet',
  'Run,fast,Health,4/14/2019,0,',
  'Run,fast,Health,4/15/2019,-2150000000,',
  'Run,fast,Health,4/16/2019,-2.15E+09,',
  '"Вода, чай",,,4/13/2019,2.5,',
  '"Вода, чай",,,4/14/2019,1,',
  '"Вода, чай",,,x,1,',
  '"Вода, чай",,,4/15/2019,many,',
].join('\r\n');

/** HabitKit's, with other parts in the place of its own. */
export const habitKit = (changes: object = {}) =>
  JSON.stringify({
    habits: [
      {
        id: 'h-gym-000001',
        name: 'Gym',
        color: 'emerald',
        archived: false,
        isInverse: false,
        orderIndex: 2,
      },
      { id: 'h-snack-0001', name: 'Снеки', color: 'red', archived: true, isInverse: true, orderIndex: 1 },
      { id: 'h-water-0001', name: 'Water', emoji: '💧', orderIndex: 3, description: 'glasses' },
    ],
    completions: [
      completion('h-gym-000001', '2026-05-14T22:00:00.000Z', 1, {
        timezoneOffsetInMinutes: 120,
        note: 'legs',
      }),
      completion('h-snack-0001', '2026-05-13T22:00:00.000Z', 1, { timezoneOffsetInMinutes: 120 }),
      completion('h-water-0001', '2026-05-15T22:00:00.000Z', 3, { timezoneOffsetInMinutes: 120 }),
      completion('h-water-0001', '2026-05-15T23:00:00.000Z', 2, { timezoneOffsetInMinutes: 120 }),
      completion('h-water-0001', '2026-05-16T22:00:00.000Z', 0, { timezoneOffsetInMinutes: 120 }),
      completion('gone', '2026-05-16T22:00:00.000Z', 1),
    ],
    intervals: [
      { habitId: 'h-gym-000001', type: 'week', requiredNumberOfCompletions: 3, startDate: '2026-01-01' },
      { habitId: 'h-water-0001', type: 'day', requiredNumberOfCompletionsPerDay: 1, endDate: '2026-05-01' },
      { habitId: 'h-water-0001', type: 'day', requiredNumberOfCompletionsPerDay: 8, endDate: null },
    ],
    reminders: [
      { habitId: 'h-gym-000001', weekdayIndices: [5, 1, 3], hour: 19, minute: 30 },
      { habitId: 'h-gym-000001', weekdayIndices: [0, 1], hour: 9, minute: 0 },
    ],
    categories: [{ id: 'c', name: 'Health' }],
    categoryMappings: [{ habitId: 'h-gym-000001', categoryId: 'c' }],
    ...changes,
  });
export const completion = (habitId: string, date: string, amountOfCompletions: number, more = {}) => ({
  habitId,
  date,
  amountOfCompletions,
  ...more,
});
