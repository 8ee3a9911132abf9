import type { Goal } from '#contracts/habit-events.ts';
import { type Brought, type BroughtHabit, FileRefused } from '../brought.ts';
import { numberOf, type Row, type SentDatabase, textOf } from '../files/sqlite.ts';
import {
  fittingName,
  fittingText,
  gatherEntries,
  habitKeys,
  habitOf,
  MAX_GROUP,
  namedGroup,
  tally,
} from '../gather.ts';
import { MAX_HABITS } from '../limits.ts';
import { nearestColor } from '../palette.ts';

/** The column is named by a word that means something else here. */
const PLACE = 'order';
const TRACK_COLUMNS = ['_id', 'name', 'description', 'enabled', 'multiple_entries_per_day', 'color', PLACE];

export const isTickmate = ({ tables }: SentDatabase): boolean => tables.has('tracks') && tables.has('ticks');

/**
 * Tickmate's database: tracks, and a row for each tick. Its months count from 0. Where a track takes several ticks a day
 * they are counted, at least one being its goal; a track that is switched off is archived.
 */
export function readTickmate(db: SentDatabase): Brought {
  const tracks = [...db.rows('tracks', TRACK_COLUMNS)].sort((a, b) => placeOf(a) - placeOf(b));
  if (tracks.length === 0) throw new FileRefused('noHabits');
  if (tracks.length > MAX_HABITS) throw new FileRefused('tooManyHabits');
  const notes = tally();
  const ticks = ticksByTrack(db);
  const groups = groupsByTrack(db);
  const keysOf = habitKeys('tickmate');
  const habits = tracks.map((track, index): BroughtHabit => {
    const id = numberOf(track._id) ?? Number.NaN;
    const counted = numberOf(track.multiple_entries_per_day) === 1;
    const goal: Goal = counted
      ? { kind: 'numeric', direction: 'atLeast', target: 1, unit: '' }
      : { kind: 'yesNo' };
    const entries = gatherEntries(goal, notes);
    for (const [on, count] of ticks.get(id) ?? []) entries.add(on || undefined, counted ? count : 1);
    ticks.delete(id);
    const color = numberOf(track.color) ?? 0;
    return habitOf(
      {
        keys: keysOf(textOf(track.name)),
        name: fittingName(textOf(track.name), index + 1, notes),
        goal,
        frequency: { kind: 'daily' },
        reminders: [],
        archived: numberOf(track.enabled) === 0,
        ...entries.found(),
      },
      {
        color: color === 0 ? undefined : nearestColor(color),
        description: fittingText(textOf(track.description), notes),
        group: namedGroup(fittingText(groups.get(id) ?? '', notes, MAX_GROUP)),
      },
    );
  });
  for (const lost of ticks.values()) notes.leaveOut('unknownHabit', lost.size);
  return { source: 'tickmate', form: 'db', habits, leftOut: notes.leftOut(), remarks: [] };
}

const placeOf = (row: Row): number => (numberOf(row[PLACE]) ?? -1) * 1e6 + (numberOf(row._id) ?? 0);

/** How many ticks each day has, by the track. A date that does not exist is the empty text. */
function ticksByTrack(db: SentDatabase): Map<number, Map<string, number>> {
  const ticks = new Map<number, Map<string, number>>();
  for (const row of db.rows('ticks', ['_track_id', 'year', 'month', 'day'])) {
    const track = numberOf(row._track_id) ?? Number.NaN;
    const days = ticks.get(track) ?? new Map<string, number>();
    ticks.set(track, days);
    const on = dateFrom(numberOf(row.year), numberOf(row.month), numberOf(row.day));
    days.set(on, (days.get(on) ?? 0) + 1);
  }
  return ticks;
}

function dateFrom(year = Number.NaN, month = Number.NaN, day = Number.NaN): string {
  const date = new Date(Date.UTC(year, month, day));
  const isReal = date.getUTCMonth() === month && date.getUTCDate() === day && year >= 1000 && year <= 9999;
  return isReal ? date.toISOString().slice(0, 10) : '';
}

function groupsByTrack(db: SentDatabase): Map<number, string> {
  const names = new Map<number | undefined, string>();
  for (const row of db.rows('groups', ['_id', 'name'])) names.set(numberOf(row._id), textOf(row.name));
  const groups = new Map<number, string>();
  for (const row of db.rows('track2groups', ['_track_id', '_group_id'])) {
    const track = numberOf(row._track_id) ?? Number.NaN;
    const name = names.get(numberOf(row._group_id));
    if (name !== undefined && !groups.has(track)) groups.set(track, name);
  }
  return groups;
}
