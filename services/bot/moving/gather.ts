import { createHash } from 'node:crypto';
import { EntryValue } from '#contracts/entry-events.ts';
import { type Frequency, type Goal, type Group, HabitName } from '#contracts/habit-events.ts';
import type { LocalDate } from '#contracts/time.ts';
import type { BroughtEntry, BroughtHabit, LeftOut, Source, WhyLeftOut } from './brought.ts';

/** Counts what is left out of a file. */
export type Tally = { leaveOut(why: WhyLeftOut, count?: number): void; leftOut(): LeftOut };

export function tally(): Tally {
  const counts = new Map<WhyLeftOut, number>();
  return {
    leaveOut(why, count = 1) {
      if (count > 0) counts.set(why, (counts.get(why) ?? 0) + count);
    },
    leftOut: () => Object.fromEntries(counts),
  };
}

const MAX_NAME = 64;
const MAX_UNIT = 24;
const MAX_DESCRIPTION = 1_000;
export const MAX_QUESTION = 500;
const MAX_NOTE = 500;
export const MAX_GROUP = 32;
/** As the domain wants a name: something that can be seen. */
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;

/** The name as the domain takes it: in one line, at most 64 characters, and never empty. */
export function fittingName(raw: string, position: number, { leaveOut }: Tally): string {
  const name = inOneLine(raw);
  if (!VISIBLE.test(name)) {
    leaveOut('nameMissing');
    return `#${position}`;
  }
  const cut = shortened(name, MAX_NAME);
  if (cut !== name) leaveOut('nameShortened');
  return HabitName.safeParse(cut).data ?? `#${position}`;
}

/** A question, description or group's name; undefined for an empty one. */
export function fittingText(raw: string, { leaveOut }: Tally, most = MAX_DESCRIPTION): string | undefined {
  const text = withoutControls(raw).trim();
  const cut = shortened(text, most);
  if (cut !== text) leaveOut('textShortened');
  return cut === '' ? undefined : cut;
}

/** A unit as a goal takes it; units of other programs may hold line breaks. */
export function fittingUnit(raw: string, { leaveOut }: Tally): string {
  const unit = inOneLine(raw);
  const cut = shortened(unit, MAX_UNIT);
  if (cut !== unit) leaveOut('textShortened');
  return cut;
}

const inOneLine = (text: string): string => withoutControls(text).replace(/\s+/g, ' ').trim();

/** Neither control characters, but for line ends and tabs, nor halves of characters: JSON makes six bytes of each. */
const withoutControls = (text: string): string => text.replace(/[^\P{Cc}\t\n\r]/gu, '').toWellFormed();

/** At most so many UTF-16 units, without half a character at the end. */
function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  const cut = text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '');
  return `${cut.trimEnd()}…`;
}

/** Loop's "`times` in `days`", as the domain takes it. */
export function timesInDays(times: number, days: number, { leaveOut }: Tally): Frequency {
  const isPossible = Number.isInteger(times) && Number.isInteger(days) && times >= 1 && days >= 1;
  if (!isPossible || (days > 366 && times < days)) {
    leaveOut('otherFrequency');
    return { kind: 'daily' };
  }
  return times >= days ? { kind: 'daily' } : { kind: 'timesInDays', times, days };
}

/** A target as the domain takes it: not negative, at most a thousand million, in thousandths. */
export const fittingTarget = (target: number): number =>
  Math.min(1e9, Math.max(0, Math.round(target * 1000) / 1000));

/** The entries of one habit, as they are found. The first of two for one day counts. */
export type Entries = {
  add(on: LocalDate | undefined, what: number | 'skip', note?: string): void;
  /** A day whose entry is none: a note beside it is brought all the same. */
  without(why: WhyLeftOut, on: LocalDate | undefined, note: string): void;
  /** The entries, oldest first, and the notes of other days. */
  found(): Pick<BroughtHabit, 'entries' | 'notes'>;
};

export function gatherEntries(goal: Goal, { leaveOut }: Tally): Entries {
  const found = new Map<LocalDate, BroughtEntry>();
  const alone = new Map<LocalDate, string>();
  const fitting = (note: string) => fittingText(note, { leaveOut, leftOut: () => ({}) }, MAX_NOTE);
  return {
    add(on, what, note = '') {
      if (on === undefined) return leaveOut('unreadableDate');
      const value = what === 'skip' ? undefined : fittingValue(goal, what);
      if (what !== 'skip' && value === undefined) return leaveOut('unreadableValue');
      if (found.has(on)) return leaveOut('sameDayTwice');
      const kept = fitting(note);
      const noted = kept === undefined ? {} : { note: kept };
      found.set(on, value === undefined ? { on, skipped: true, ...noted } : { on, value, ...noted });
    },
    without(why, on, note) {
      const kept = fitting(note);
      if (kept === undefined || why !== 'unanswered') leaveOut(why);
      if (kept === undefined) return;
      if (on === undefined) leaveOut('unreadableDate');
      else if (!alone.has(on)) alone.set(on, kept);
    },
    found() {
      const entries = [...found.values()].sort((a, b) => (a.on < b.on ? -1 : 1));
      const notes = [...alone].filter(([on]) => !found.has(on));
      return notes.length === 0 ? { entries } : { entries, notes: Object.fromEntries(notes) };
    },
  };
}

function fittingValue(goal: Goal, value: number): number | undefined {
  if (goal.kind === 'yesNo') return value > 0 ? 1 : 0;
  const rounded = Math.round(value * 1000) / 1000;
  return EntryValue.safeParse(rounded).success ? rounded : undefined;
}

/**
 * Names the habits of one file for ever: by the other program's own id, if it can be relied on and is there once, and by
 * name and which of several of that name it is. Names are hashed, as keys are of bounded length.
 */
export function habitKeys(source: Source): (name: string, id?: string) => [string, ...string[]] {
  const names = new Map<string, number>();
  const ids = new Set<string>();
  return (name, id = '') => {
    const plain = name.normalize('NFC').replace(/\s+/g, ' ').trim();
    const nth = (names.get(plain) ?? 0) + 1;
    names.set(plain, nth);
    const byName = `${source}:name:${hashed(plain)}:${nth}`;
    if (!/^[\w-]{8,80}$/.test(id) || ids.has(id)) return [byName];
    ids.add(id);
    return [`${source}:id:${id}`, byName];
  };
}

/** The other program's own id in a key of {@link habitKeys}; undefined for any other key. */
export function nativeId(source: Source, key: string | undefined): string | undefined {
  const begin = `${source}:id:`;
  return key?.startsWith(begin) ? key.slice(begin.length) : undefined;
}

export const namedGroup = (name: string | undefined): Group | undefined =>
  name === undefined ? undefined : { kind: 'named', name };

const hashed = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 22);

/** A habit with nothing in it that is not said. */
export function habitOf(
  habit: Omit<BroughtHabit, 'color' | 'emoji' | 'question' | 'description' | 'group'>,
  said: { [K in 'color' | 'emoji' | 'question' | 'description' | 'group']?: BroughtHabit[K] | undefined },
): BroughtHabit {
  const present = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
  return { ...habit, ...present };
}
