import type { RecordedHabitEvent } from './habit-versions.ts';

/** What a day holds: nothing, a value (1 and 0 for yes and no, or an amount) or a skip. */
export type Held = { holds: 'nothing' | 'value' | 'skip'; value: number | null };

/**
 * One thing done to one day. `before` and `after` are undefined where the events of the batch do not say: then they are what
 * the table of entries holds.
 */
export type EntryChange = {
  sequence: number;
  userId: string;
  habitId: string;
  on: string;
  action: 'check_in' | 'skip' | 'clear' | 'close' | 'note' | 'unnote' | 'import';
  at: string;
  correlationId: string;
  before: Held | undefined;
  after: Held | undefined;
};

type Act = { on: string; action: EntryChange['action']; after?: Held };

const NOTHING: Held = { holds: 'nothing', value: null };
const SKIP: Held = { holds: 'skip', value: null };
const worth = (value: number): Held => ({ holds: 'value', value });

/** Adds what an event did to the days of its habit. @param held what the days hold after the batch so far. */
export function addEntryChanges(
  event: RecordedHabitEvent,
  held: Map<string, Held>,
  changes: EntryChange[],
): void {
  for (const { on, action, after } of actsOf(event)) {
    const { sequence, userId, aggregateId: habitId, at, correlationId } = event;
    const key = `${userId}/${habitId}/${on}`;
    const before = held.get(key);
    if (after) held.set(key, after);
    changes.push({
      ...{ sequence, userId, habitId, on, action, at, correlationId },
      ...{ before, after: after ?? before },
    });
  }
}

function actsOf(event: RecordedHabitEvent): readonly Act[] {
  switch (event.type) {
    case 'HabitCheckedIn':
      return [{ on: event.data.on, action: 'check_in', after: worth(event.data.value) }];
    case 'HabitSkipped':
      return [{ on: event.data.on, action: 'skip', after: SKIP }];
    case 'EntryCleared':
      return [{ on: event.data.on, action: 'clear', after: NOTHING }];
    case 'DayClosed':
      return [{ on: event.data.on, action: 'close' }];
    case 'EntryNoted':
      return [{ on: event.data.on, action: event.data.note === null ? 'unnote' : 'note' }];
    case 'EntriesImported':
      // Of one date the last entry counts.
      return [...new Map(event.data.entries.map((entry) => [entry.on, entry])).values()].map((entry) => ({
        on: entry.on,
        action: 'import',
        after: 'skipped' in entry ? SKIP : worth(entry.value),
      }));
    default:
      return NONE;
  }
}

const NONE: readonly Act[] = [];
