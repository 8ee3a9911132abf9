import { putRows, removeRows, type Shape } from '../engine/bulk-write.ts';
import { json } from '../engine/columns.ts';
import type { Queryable } from '../engine/projection.ts';
import type { DigestChange, ReminderChange } from './changes.ts';
import { writeReminders } from './write-reminders.ts';

const KEY: Shape<DigestChange> = {
  user_id: ['bigint', (c) => c.userId],
  habit_id: ['text', (c) => c.habitId],
};

/** A habit's row, so that all that holds for reminders holds for the digest: nobody sees its name. */
const SHAPE: Shape<DigestChange> = {
  ...KEY,
  name: ['text', () => 'digest'],
  goal: ['jsonb', () => json({ kind: 'yesNo' })],
  frequency: ['jsonb', () => json({ kind: 'daily' })],
  remind_when_met: ['boolean', () => false],
  paused: ['boolean', () => false],
  archived: ['boolean', () => false],
};

/** Accounts must have been written before. A digest has one time: an earlier one of the person goes. */
export async function writeDigests(changed: DigestChange[], db: Queryable): Promise<void> {
  if (changed.length === 0) return;
  await removeRows(db, 'reminders', changed, KEY);
  const [wanted, unwanted] = [changed.filter(isWanted), changed.filter((each) => !isWanted(each))];
  await removeRows(db, 'habits', unwanted, KEY);
  await putRows(db, { name: 'habits', key: Object.keys(KEY), shape: SHAPE }, wanted);
  await writeReminders(
    wanted.map(({ reminder }) => reminder),
    db,
  );
}

const isWanted = (change: DigestChange): change is DigestChange & { reminder: ReminderChange } =>
  change.reminder !== null;
