import { dateOf } from '#contracts/civil-date.ts';
import { entriesOf } from '../../domain/calendar.ts';
import { type Exported, type ExportedHabit, notesAlone } from './exported.ts';

/** Raised when readers of older files must do something else with newer ones. */
export const OWN_VERSION = 1;

/** Everything there is of a person, as data. `formats/habitstream.ts` reads it back. */
export function ownJson({ on, account, habits }: Exported): Uint8Array {
  const { registered: _, blocked: __, ...settings } = account;
  const file = {
    format: 'habitstream',
    version: OWN_VERSION,
    exportedOn: on,
    account: settings,
    habits: habits.map(habitJson),
  };
  return Buffer.from(`${JSON.stringify(file, null, 1)}\n`);
}

function habitJson(exported: ExportedHabit) {
  const { habitId, state, notes } = exported;
  const { calendar, defined: _, deleted: __, snooze: ___, notes: ____, brought, ...habit } = state;
  const entries = [...entriesOf(calendar)].map(([day, entry]) => {
    const on = dateOf(day);
    const note = notes[on] === undefined ? {} : { note: notes[on] };
    return entry === 'skip' ? { on, skipped: true, ...note } : { on, value: entry, ...note };
  });
  const notesOfOtherDays = Object.fromEntries(notesAlone(exported));
  return { id: habitId, ...habit, ...brought, entries, notesOfOtherDays };
}
