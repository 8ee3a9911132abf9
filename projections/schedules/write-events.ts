import type { RecordedEvent } from '#contracts/events.ts';
import { putRows, removeRows, type Shape } from '../engine/bulk-write.ts';
import type { Queryable } from '../engine/projection.ts';
import type { DeletedHabit, EntryChange, SnoozeChange } from './changes.ts';
import { changesOf } from './event-changes.ts';
import { affectsReminders, askedToContinue, writeAccounts } from './write-accounts.ts';
import { writeDigests } from './write-digests.ts';
import { writeHabits } from './write-habits.ts';
import { refreshReminders, writeReminders } from './write-reminders.ts';

/** Writes a batch of events into the tables of schedules: at most seventeen statements, however many events. */
export async function writeEvents(batch: readonly RecordedEvent[], db: Queryable): Promise<void> {
  const { accounts, habits, reminders, snoozes, entries, deleted, digests } = changesOf(batch);
  const affectingReminders = [...accounts.values()].filter(affectsReminders);
  const heardFrom = await askedToContinue(accounts, db);
  // What is left in the batch of a deleted habit happened after that, if anything ever does.
  await removeHabits([...deleted.values()], db);
  await writeAccounts([...accounts.values()], db);
  await writeHabits([...habits.values()], db);
  await refreshReminders([...affectingReminders, ...heardFrom, ...habits.values()], db);
  await writeReminders([...reminders.values()], db);
  await writeDigests([...digests.values()], db);
  await writeSnoozes([...snoozes.values()], db);
  await writeEntries([...entries.values()], db);
}

async function removeHabits(deleted: DeletedHabit[], db: Queryable): Promise<void> {
  const key: Shape<DeletedHabit> = {
    user_id: ['bigint', (c) => c.userId],
    habit_id: ['text', (c) => c.habitId],
  };
  for (const table of ['habits', 'reminders', 'snoozes', 'answers'])
    await removeRows(db, table, deleted, key);
}

async function writeSnoozes(changed: SnoozeChange[], db: Queryable): Promise<void> {
  const shape: Shape<SnoozeChange> = {
    user_id: ['bigint', (c) => c.userId],
    habit_id: ['text', (c) => c.habitId],
    on_date: ['date', (c) => c.on],
    local_minute: ['smallint', (c) => c.localMinute],
    due_minute: ['integer', (c) => c.dueMinute],
    partition: ['smallint', (c) => c.partition],
  };
  await putRows(db, { name: 'snoozes', key: ['user_id', 'habit_id'], shape }, changed);
}

async function writeEntries(changed: EntryChange[], db: Queryable): Promise<void> {
  const cleared = changed.filter(({ entry }) => entry === 'cleared');
  const kept = changed.filter(({ entry }) => entry !== 'cleared');
  await removeRows(db, 'answers', cleared, ENTRY_KEY);
  const shape: Shape<EntryChange> = {
    ...ENTRY_KEY,
    value: ['double precision', (c) => c.value],
    closed: ['boolean', (c) => c.entry === 'closed'],
  };
  await putRows(db, { name: 'answers', key: Object.keys(ENTRY_KEY), shape }, kept);
}

const ENTRY_KEY: Shape<EntryChange> = {
  user_id: ['bigint', (c) => c.userId],
  habit_id: ['text', (c) => c.habitId],
  on_date: ['date', (c) => c.on],
};
