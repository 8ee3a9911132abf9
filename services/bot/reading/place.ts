import { type LocalTime, minuteOfDay } from '#contracts/time.ts';
import { plainWords } from './plain-words.ts';
import { timeOfDayIn } from './time-of-day.ts';
import type { TypedText } from './typed-text.ts';

/** `I'm living in Saint Vincent and the Grenadines right now`, and some more. */
export const PLACE_LENGTH = 80;

/**
 * What a person says of where they are: how far their clock is from UTC or from Moscow's, what it shows now, or the name of a
 * place. `inside` is the country or state behind a comma; `oblique`: a preposition asks for another case in Russian.
 */
export type SaidPlace =
  | { kind: 'fromUtc'; minutes: number }
  | { kind: 'fromMoscow'; minutes: number }
  | { kind: 'clock'; at: LocalTime }
  | { kind: 'named'; name: string; inside?: string; oblique: boolean };

const LEADING =
  /^(?:(?:hi|hello|hey|привет|здравствуйте)[,.!]? )?(?:i(?:'|’)?m|i am|im|we are|i live|i(?:'|’)?m living|living|i am living|my city is|my town is|it(?:'|’)?s|it is|я живу|живу|мы живем|я сейчас|сейчас я|сейчас|я нахожусь|нахожусь|я|мой город|мой часовой пояс|часовой пояс|my time ?zone is|time ?zone)(?: (?=\S)|:? |$)/;
const PREPOSITION =
  /^(?:(?:now |right now |currently )?(?:in|at|near|from|around)(?: the city of)?(?: the)? |(?:во?|из|с|под|около|близ|по) )/;
const TOWN = /^(?:(?:г\. ?|г |гор\. ?|город[еа]? |пгт\.? |село |деревня |city of )(?=\p{L}))/u;
const TRAILING = /(?: (?:now|currently|please|time|сейчас|по времени|время|тут))+$|[.;…]+$/;
/** A button's clock: `Berlin · 13:05`. */
const CLOCK_BEHIND = / · .*$/;

const SIGNED = '([+-]) ?(\\d{1,2})(?:[:.]?(\\d{2}))?';
const FROM_UTC = new RegExp(
  `^(?:(?:utc|gmt|z|гринвич|ютс) ?)?\\(?${SIGNED}\\)?(?: ?(?:utc|gmt|h|ч|hours?|час(?:а|ов)?))?$`,
);
/** `UTC 3`, without its sign: east, as everybody who leaves it out means. */
const UNSIGNED = /^(?:utc|gmt) ?(\d{1,2})(?::(\d{2}))?$/;
/** `Moscow (UTC+3)`: the place is named, its clock need not be. */
const OFFSET_BEHIND = /,? ?(?:(?:utc|gmt|мск|msk) ?)?[+-] ?\d{1,2}(?::?\d{2})?$/;
const FROM_MOSCOW = new RegExp(
  `^(?:мск|msk|москва|moscow|к москве|от москвы|с москвой) ?${SIGNED}(?: ?(?:h|ч|hours?|час(?:а|ов)?))?$`,
);
const BEFORE_A_CLOCK = /^(?:(?:у меня|на часах|the time is|time is|it's|its|it is|сейчас|now) ){1,3}/;
const WITH_MINUTES = /^\D{0,4}\d{1,2}[:.]\d{2}|\d ?(?:am|pm|a\.m|p\.m|утра|дня|вечера|ночи)/;

/** @returns undefined for a text that is too long for a place, or holds nothing. */
export function readPlace(text: TypedText): SaidPlace | undefined {
  const typed = plainWords(text, PLACE_LENGTH)?.replace(CLOCK_BEHIND, '');
  if (!typed) return undefined;
  return readOffset(typed) ?? readClock(typed) ?? named(typed);
}

function readOffset(words: string): SaidPlace | undefined {
  const [, utcSign, utcHours, utcMinutes] = FROM_UTC.exec(words) ?? [];
  if (utcSign) return { kind: 'fromUtc', minutes: minutesFrom(utcSign, utcHours, utcMinutes) };
  const [, unsigned, unsignedMinutes] = UNSIGNED.exec(words) ?? [];
  if (unsigned) return { kind: 'fromUtc', minutes: minutesFrom('+', unsigned, unsignedMinutes) };
  const [, sign, hours, minutes] = FROM_MOSCOW.exec(words) ?? [];
  return sign ? { kind: 'fromMoscow', minutes: minutesFrom(sign, hours, minutes) } : undefined;
}

function minutesFrom(sign: string, hours = '0', minutes = '0'): number {
  const size = Number(hours) * 60 + Number(minutes);
  return sign === '-' ? -size : size;
}

/** A time with its minutes, or with its half of the day: `9` alone may be anything. */
function readClock(words: string): SaidPlace | undefined {
  const time = words.replace(BEFORE_A_CLOCK, '');
  const at = WITH_MINUTES.test(time) ? timeOfDayIn(time) : undefined;
  return at === undefined ? undefined : { kind: 'clock', at };
}

function named(words: string): SaidPlace | undefined {
  const told = words
    .replace(/["«»“”()]/g, '')
    .trim()
    .replace(OFFSET_BEHIND, '')
    .replace(LEADING, '');
  const oblique = PREPOSITION.test(told);
  const name = told.replace(PREPOSITION, '').replace(TOWN, '').replace(TRAILING, '').trim();
  const [place = '', inside] = name.split(/ ?[,/|] ?/);
  if (place === '') return undefined;
  return { kind: 'named', name: place, oblique, ...(inside && { inside }) };
}

/** How far a clock that shows `at` is from UTC, east positive, from -12:00 to +14:00: one or two possibilities. */
export function offsetsOfClock(at: LocalTime, utc: LocalTime): number[] {
  const QUARTER = 15;
  const difference = minuteOfDay(at) - minuteOfDay(utc);
  const rounded = Math.round(difference / QUARTER) * QUARTER;
  return [rounded - 1440, rounded, rounded + 1440].filter((minutes) => minutes >= -720 && minutes <= 840);
}

/** Words inside a name that stay small: `Ciudad de México`, `Ростов-на-Дону`. */
const SMALL = /^(?:de|del|da|do|dos|di|la|le|las|los|al|el|am|an|der|den|on|of|the|upon|sur|на|де|ла|эль)$/;

/** What was typed, as one would write a name: for a place whose name it is, `барселона` as `Барселона`. */
export function asName(words: string): string {
  return words.replace(/(?<![\p{L}\p{M}'’])[\p{L}\p{M}]+/gu, (word, at: number) =>
    at > 0 && SMALL.test(word) ? word : word.charAt(0).toUpperCase() + word.slice(1),
  );
}
