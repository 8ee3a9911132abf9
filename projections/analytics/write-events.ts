import type { RecordedEvent } from '#contracts/events.ts';
import { bulkRows } from '../engine/bulk-write.ts';
import type { Queryable, Stored } from '../engine/projection.ts';
import { changesOf, paymentsIn } from './event-changes.ts';
import { HABITS } from './habit-versions.ts';
import { chargesBefore, writePayments } from './payments.ts';
import { USERS } from './user-versions.ts';
import { writeVersions } from './versions.ts';
import { cancelVacations, endPauses, writePauses, writeSnoozes, writeVacations } from './write-absences.ts';
import { appendEntryChanges, writeEntries } from './write-entries.ts';

/** Writes a batch of events into dimensions and facts: at most sixteen statements, however many events. */
export async function writeEvents(batch: readonly Stored<RecordedEvent>[], db: Queryable): Promise<void> {
  const payments = paymentsIn(batch);
  const changes = changesOf(batch, await chargesBefore(db, payments));
  await writeVersions(db, USERS, changes.users);
  await writeVersions(db, HABITS, changes.habits);
  await appendEntryChanges(db, changes.entries);
  await writeEntries(db, changes.entries);
  await writePayments(db, payments);
  await writeSnoozes(db, changes.snoozes);
  await writeVacations(db, changes.vacations);
  await cancelVacations(db, changes.cancellations);
  await writePauses(db, changes.pauses);
  await endPauses(db, changes.resumptions);
  await moveLogEnds(db, changes.logEnds);
}

async function moveLogEnds(db: Queryable, logEnds: ReadonlyMap<string, number>): Promise<void> {
  const { from, values } = bulkRows(logEnds, {
    user_id: ['bigint', ([userId]) => userId],
    last_at: ['timestamptz', ([, atMs]) => new Date(atMs).toISOString()],
  });
  await db.query(
    `INSERT INTO log_ends AS l (user_id, last_at) SELECT * FROM ${from}
     ON CONFLICT (user_id) DO UPDATE SET last_at = greatest(l.last_at, excluded.last_at)`,
    values,
  );
}
