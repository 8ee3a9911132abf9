import type { RecordedEvent } from '#contracts/events.ts';

/** What a person did to a day of a habit. */
export type Act = {
  userId: string;
  habitId: string;
  on: string;
  at: string;
  action: string;
  corrects: boolean;
};

/** Imports are nobody's acts; closing a day, and taking a note away, are acts of no column. */
export function actsOf(events: readonly RecordedEvent[]): Act[] {
  const held = new Set<string>();
  const acts: Act[] = [];
  for (const event of events) {
    const { userId, aggregateId: habitId, at } = event;
    const act = (on: string, action: string) => {
      const key = `${userId}/${habitId}/${on}`;
      acts.push({ userId, habitId, on, at, action, corrects: held.has(key) });
      if (action === 'check_in' || action === 'skip') held.add(key);
      if (action === 'clear') held.delete(key);
    };
    if (event.type === 'HabitCheckedIn') act(event.data.on, 'check_in');
    if (event.type === 'HabitSkipped') act(event.data.on, 'skip');
    if (event.type === 'EntryCleared') act(event.data.on, 'clear');
    if (event.type === 'DayClosed') act(event.data.on, 'close');
    if (event.type === 'EntryNoted') act(event.data.on, event.data.note === null ? 'unnote' : 'note');
    if (event.type === 'EntriesImported')
      for (const { on } of event.data.entries) held.add(`${userId}/${habitId}/${on}`);
  }
  return acts;
}

export const isAnswer = ({ action }: Act) => action === 'check_in' || action === 'skip';
