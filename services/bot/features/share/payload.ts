import { type Frequency, Goal } from '#contracts/habit-events.ts';
import { EVERY_DAY, type LocalTime, localTimeOf, minuteOfDay } from '#contracts/time.ts';
import { Draft } from '../../conversation/dialog.ts';
import type { State } from '../../domain/habit-state.ts';
import { asLine, nameIn, UNIT_LENGTH } from '../../reading/habit-name.ts';
import { normalised, type TypedText } from '../../reading/typed-text.ts';
import { byteReader, bytesOf, lettersOf, numberBytes, textBytes } from './bytes.ts';

/** As many letters as Telegram takes behind `start=`, https://core.telegram.org/bots/features#deep-linking. */
export const PAYLOAD_LENGTH = 64;
/** The first letter says what the payload is: a habit. */
const KIND = 'h';
const MOST_BYTES = Math.floor(((PAYLOAD_LENGTH - KIND.length) * 6) / 8);

type Definition = Pick<State, 'name' | 'goal' | 'frequency' | 'emoji' | 'group'> & {
  reminders: readonly { at: LocalTime }[];
};

const GOALS = ['yesNo', 'atLeast', 'atMost'] as const;
const PARTS = [undefined, 'morning', 'afternoon', 'evening'] as const;
const FREQUENCIES = ['daily', 'weekdays', 'timesInDays', 'timesPerWeek', 'timesPerMonth'] as const;
/** A byte below it is a quarter of an hour of the day; from it on, two bytes are a minute. */
const QUARTERS = 96;

/**
 * What another person needs to make such a habit: no id, no entry, no name of a group. In order: two bytes of kinds and
 * counts, the frequency, the times, the goal, the emoji, the name up to the end. What has no room goes in this order: all
 * times but the first, the emoji, the end of the name.
 */
export function payloadOf(habit: Definition): string {
  const times = habit.reminders.map(({ at }) => at);
  const tries = [
    { ...habit, times },
    { ...habit, times: times.slice(0, 1) },
    { ...habit, times: times.slice(0, 1), emoji: null },
  ];
  const fitting = tries.find((each) => bytesBefore(each).length + textBytes(each.name).length <= MOST_BYTES);
  const head = bytesBefore(fitting ?? { ...habit, times: times.slice(0, 1), emoji: null });
  return KIND + lettersOf([...head, ...asMuchOf(habit.name, MOST_BYTES - head.length)]);
}

function asMuchOf(name: string, room: number): number[] {
  let bytes: number[] = [];
  for (const sign of name) {
    const more = [...bytes, ...textBytes(sign)];
    if (more.length > room) break;
    bytes = more;
  }
  return bytes;
}

function bytesBefore({
  goal,
  frequency,
  emoji,
  group,
  times,
}: Omit<Definition, 'reminders'> & { times: LocalTime[] }) {
  const goalKind = GOALS.indexOf(goal.kind === 'yesNo' ? 'yesNo' : goal.direction);
  const part = PARTS.indexOf(group?.kind === 'part' ? group.part : undefined);
  const kinds = goalKind + 4 * part + (emoji ? 16 : 0);
  const counts = FREQUENCIES.indexOf(frequency.kind) * 16 + times.length;
  return [
    kinds,
    counts,
    ...frequencyBytes(frequency),
    ...times.flatMap(timeBytes),
    ...(goal.kind === 'numeric' ? goalBytes(goal) : []),
    ...(emoji ? withLength(emoji) : []),
  ];
}

const withLength = (text: string): number[] => [textBytes(text).length, ...textBytes(text)];

function frequencyBytes(frequency: Frequency): number[] {
  switch (frequency.kind) {
    case 'daily':
      return [];
    case 'weekdays':
      return [frequency.weekdays.reduce((mask, day) => mask + 2 ** (day - 1), 0)];
    case 'timesInDays':
      return [...numberBytes(frequency.times), ...numberBytes(frequency.days)];
    default:
      return [frequency.times];
  }
}

function timeBytes(at: LocalTime): number[] {
  const minute = minuteOfDay(at);
  return minute % 15 === 0 ? [minute / 15] : [QUARTERS + (minute >> 8), minute & 0xff];
}

/** Whole targets are even, others are thousandths and odd. */
function goalBytes({ target, unit }: Extract<Goal, { kind: 'numeric' }>): number[] {
  const number = Number.isInteger(target) ? target * 2 : Math.round(target * 1000) * 2 + 1;
  return [...numberBytes(number), ...withLength(unit)];
}

/** @returns a draft that only waits for Create; undefined for anything that no such link carries. */
export function readSharedHabit(text: TypedText): Draft | undefined {
  const payload = normalised(text, 'NFC', PAYLOAD_LENGTH) ?? '';
  const bytes = payload.startsWith(KIND) ? bytesOf(payload.slice(KIND.length)) : undefined;
  return bytes && draftIn(byteReader(bytes));
}

type Reader = ReturnType<typeof byteReader>;

function draftIn(reader: Reader): Draft | undefined {
  const [kinds = 0xff, counts = 0xff] = [reader.byte(), reader.byte()];
  const goalKind = GOALS[kinds & 3];
  const kind = FREQUENCIES[counts >> 4];
  if (kinds >= 32 || !goalKind || !kind) return undefined;
  const part = PARTS[(kinds >> 2) & 3];
  const frequency = frequencyIn(kind, reader);
  const times = Array.from({ length: counts & 15 }, () => timeIn(reader));
  const goal = goalKind === 'yesNo' ? { kind: goalKind } : goalIn(goalKind, reader);
  const emoji = kinds >= 16 ? reader.text() : undefined;
  const name = nameIn(asLine(reader.rest() ?? ''));
  if (!('name' in name) || (emoji !== undefined && !/^\p{RGI_Emoji}$/v.test(emoji))) return undefined;
  const draft = Draft.safeParse({
    name: name.name,
    emoji,
    goal,
    ...(part && { group: { kind: 'part', part } }),
    frequency,
    weekdays: [],
    times: [...new Set(times)].sort(),
    timed: true,
    understood: true,
  }).data;
  return draft?.frequency && draft.goal ? draft : undefined;
}

function frequencyIn(kind: Frequency['kind'], reader: Reader): unknown {
  switch (kind) {
    case 'daily':
      return { kind };
    case 'weekdays': {
      const mask = reader.byte() ?? 0;
      return { kind, weekdays: EVERY_DAY.filter((day) => (mask >> (day - 1)) & 1) };
    }
    case 'timesInDays': {
      const [times = 0, days = 0] = [reader.number(), reader.number()];
      return times <= days ? { kind, times, days } : undefined;
    }
    default:
      return { kind, times: reader.byte() };
  }
}

/** What is no time is left to the schema of the draft to refuse. */
function timeIn(reader: Reader): string {
  const first = reader.byte() ?? 0xff;
  const minute = first < QUARTERS ? first * 15 : (first - QUARTERS) * 256 + (reader.byte() ?? 0);
  return minute < 24 * 60 ? localTimeOf(minute) : '';
}

function goalIn(direction: 'atLeast' | 'atMost', reader: Reader): Goal | undefined {
  const number = reader.number();
  const unit = reader.text();
  if (number === undefined || unit === undefined || unit.length > UNIT_LENGTH) return undefined;
  const target = number % 2 === 0 ? number / 2 : (number - 1) / 2 / 1000;
  return Goal.safeParse({ kind: 'numeric', direction, target, unit: asLine(unit) }).data;
}
