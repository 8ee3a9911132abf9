import { DatabaseSync } from 'node:sqlite';
import { dateOf, epochDayOf } from '#contracts/civil-date.ts';
import { minuteOfDay } from '#contracts/time.ts';
import { entriesOf } from '../../domain/calendar.ts';
import { LOOP_VERSION } from '../formats/loop-db.ts';
import { type Exported, type ExportedHabit, notesAlone } from './exported.ts';
import { colorOf, loopDays, loopFrequency, loopUuid, loopValue } from './loop-terms.ts';

const MS_PER_DAY = 86_400_000;
/** Of a day without an entry, which may have a note. */
const UNKNOWN = -1;

/** As Loop 2.3 makes it. None of the columns that it reads may be null, but for the reminder's. */
const SCHEMA = `
  CREATE TABLE android_metadata (locale TEXT);
  CREATE TABLE Habits (
    id integer primary key autoincrement, archived integer, color integer, description text, freq_den integer,
    freq_num integer, highlight integer, name text, position integer, reminder_hour integer, reminder_min integer,
    reminder_days integer not null default 127, type integer not null default 0,
    target_type integer not null default 0, target_value real not null default 0, unit text not null default "",
    question text, uuid text);
  CREATE TABLE Repetitions (
    id integer primary key autoincrement, habit integer not null references Habits(id), timestamp integer not null,
    value integer not null, notes text);
  CREATE UNIQUE INDEX idx_repetitions_habit_timestamp on Repetitions(habit, timestamp);
  CREATE TABLE Events (id integer primary key autoincrement, timestamp integer, message text, server_id integer);
  PRAGMA user_version = ${LOOP_VERSION};
  INSERT INTO android_metadata VALUES ('en_US');
`;

/** Loop's backup: what its "Import data" takes. Of several reminders of a habit the first goes along. */
export function loopDatabase({ habits }: Exported): Uint8Array {
  const db = new DatabaseSync(':memory:');
  db.exec(`${SCHEMA} BEGIN`);
  for (const [position, habit] of habits.entries()) insert(db, habit, position);
  db.exec('COMMIT');
  const bytes = db.serialize();
  db.close();
  return bytes;
}

function insert(db: DatabaseSync, habit: ExportedHabit, position: number): void {
  const { habitId, state, notes } = habit;
  const id = position + 1;
  const { goal, brought, reminders } = state;
  const { times, days } = loopFrequency(state.frequency);
  const [reminder] = reminders;
  const minute = reminder && minuteOfDay(reminder.at);
  const numeric = goal.kind === 'numeric' ? goal : undefined;
  const row = {
    id,
    archived: state.archived ? 1 : 0,
    color: colorOf(state),
    description: brought.description ?? '',
    freq_den: days,
    freq_num: times,
    highlight: 0,
    name: state.name,
    position,
    reminder_hour: minute === undefined ? null : Math.floor(minute / 60),
    reminder_min: minute === undefined ? null : minute % 60,
    reminder_days: reminder ? loopDays(reminder.weekdays) : 0,
    type: numeric ? 1 : 0,
    target_type: numeric?.direction === 'atMost' ? 1 : 0,
    target_value: numeric?.target ?? 0,
    unit: numeric?.unit ?? '',
    question: brought.question ?? '',
    uuid: loopUuid(habitId, state),
  };
  const names = Object.keys(row);
  db.prepare(`INSERT INTO Habits (${names}) VALUES (${names.map((name) => `$${name}`)})`).run(row);
  const repetition = db.prepare(
    'INSERT INTO Repetitions (habit, timestamp, value, notes) VALUES (?, ?, ?, ?)',
  );
  for (const [day, entry] of entriesOf(state.calendar))
    repetition.run(id, day * MS_PER_DAY, loopValue(entry, goal), notes[dateOf(day)] ?? '');
  for (const [on, note] of notesAlone(habit)) repetition.run(id, epochDayOf(on) * MS_PER_DAY, UNKNOWN, note);
}
