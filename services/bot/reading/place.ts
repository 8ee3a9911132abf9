import { type LocalTime, minuteOfDay } from '#contracts/time.ts';
import { plainWords } from './plain-words.ts';
import { timeOfDayIn } from './time-of-day.ts';
import type { TypedText } from './typed-text.ts';

/** `I live in Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogoch, United Kingdom`. */
export const PLACE_LENGTH = 120;

/**
 * What a person says of where they are: how far their clock is from UTC or from Moscow's, what it shows now, or the name of a
 * place. `inside` is the country or state behind a comma.
 */
export type SaidPlace =
  | { kind: 'fromUtc'; minutes: number }
  | { kind: 'fromMoscow'; minutes: number }
  | { kind: 'clock'; at: LocalTime }
  | { kind: 'named'; name: string; inside?: string };

const LEADING =
  /^(?:(?:hi|hello|hey|привет|здравствуйте)[,.!]? )?(?:i(?:'|’)?m|i am|im|we are|i live|i(?:'|’)?m living|living|i am living|my city is|my town is|it(?:'|’)?s|it is|я живу|живу|мы живем|я сейчас|сейчас я|сейчас|я нахожусь|нахожусь|я|мой город|мой часовой пояс|часовой пояс|my time ?zone is|time ?zone)(?: (?=\S)|:? |$)/;
const PREPOSITION = /^(?:(?:now |right now |currently )?(?:in|at|near|from|around)(?: the city of)?(?: the)? |(?:во?|из|с|под|около|близ) )/;
const TOWN = /^(?:(?:г\. ?|г |гор\. ?|город[еа]? |пгт\.? |село |деревня |city of )(?=\p{L}))/u;
const TRAILING = /(?: (?:now|currently|please|time|сейчас|по времени|время|тут))+$|[.;…]+$/;
/** A button's clock: `Berlin · 13:05`. */
const CLOCK_BEHIND = / · .*$/;

const SIGNED = '([+-]) ?(\\d{1,2})(?:[:.]?(\\d{2}))?';
const FROM_UTC = new RegExp(`^(?:(?:utc|gmt|z|гринвич|ютс) ?)?\\(?${SIGNED}\\)?(?: ?(?:utc|gmt|h|ч|hours?|час(?:а|ов)?))?$`);
const FROM_MOSCOW = new RegExp(
  `^(?:мск|msk|москва|moscow|к москве|от москвы|с москвой) ?${SIGNED}(?: ?(?:h|ч|hours?|час(?:а|ов)?))?$`,
);
const CLOCK = /^(?:(?:у меня|на часах|time is|the time is|it's|its|it is|сейчас|now) )*(.*\d.*)$/;
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
  const [, sign, hours, minutes] = FROM_MOSCOW.exec(words) ?? [];
  return sign ? { kind: 'fromMoscow', minutes: minutesFrom(sign, hours, minutes) } : undefined;
}

function minutesFrom(sign: string, hours = '0', minutes = '0'): number {
  const size = Number(hours) * 60 + Number(minutes);
  return sign === '-' ? -size : size;
}

/** A time with its minutes, or with its half of the day: `9` alone may be anything. */
function readClock(words: string): SaidPlace | undefined {
  const time = CLOCK.exec(words)?.[1] ?? '';
  const at = WITH_MINUTES.test(time) ? timeOfDayIn(time) : undefined;
  return at === undefined ? undefined : { kind: 'clock', at };
}

function named(words: string): SaidPlace | undefined {
  let name = words.replace(/["«»“”()]/g, '').trim();
  name = name.replace(LEADING, '').replace(PREPOSITION, '').replace(TOWN, '').replace(TRAILING, '').trim();
  if (name === '') return undefined;
  const [place = '', inside] = name.split(/ ?[,/|] ?/);
  if (place === '') return undefined;
  return inside ? { kind: 'named', name: place, inside } : { kind: 'named', name: place };
}

/** How far a clock that shows `at` is from UTC, east positive, from -12:00 to +14:00: one or two possibilities. */
export function offsetsOfClock(at: LocalTime, utc: LocalTime): number[] {
  const QUARTER = 15;
  const difference = minuteOfDay(at) - minuteOfDay(utc);
  const rounded = Math.round(difference / QUARTER) * QUARTER;
  return [rounded - 1440, rounded, rounded + 1440].filter((minutes) => minutes >= -720 && minutes <= 840);
}

/** What was typed, as one would write a name: for a place whose name it is, `барселона` as `Барселона`. */
export function asName(words: string): string {
  return words.replace(/(?<![\p{L}\p{M}'’])\p{L}/gu, (letter) => letter.toUpperCase());
}

/** Endings of Russian cases, each with those of the names that may have them: `в Казани` is `Казань`. */
const ENDINGS: readonly (readonly [ending: string, names: readonly string[]])[] = [
  ['ском', ['ск', 'ское']],
  ['ове', ['ов', 'ово']],
  ['ево', ['ево']],
  ['ом', ['ый', 'ий', 'ое']],
  ['ем', ['ий', 'ее']],
  ['ой', ['ая', 'ой']],
  ['ого', ['ый', 'ой', 'ое']],
  ['его', ['ий', 'ее']],
  ['ых', ['ые']],
  ['ках', ['ки']],
  ['ах', ['ы', 'и']],
  ['е', ['', 'а', 'ь', 'я', 'о', 'й']],
  ['и', ['ь', 'я', 'ы', 'а', 'и']],
  ['у', ['', 'а']],
  ['ю', ['я', 'ь']],
  ['ы', ['а']],
  ['а', ['']],
  ['я', ['ь', 'й']],
];
const MOST_FORMS = 24;

/** Names that a Russian name in an oblique case may come from; of several words, or parts with hyphens, each is tried. */
export function uninflected(name: string): string[] {
  const parts = name.split(/(?<=[ -])/u);
  const forms = parts.slice(0, 4).map((part) => [part, ...baseForms(part)]);
  let made = [''];
  for (const options of forms) {
    made = made.flatMap((before) => options.map((option) => before + option)).slice(0, MOST_FORMS);
  }
  const rest = parts.slice(4).join('');
  return made.map((each) => each + rest).filter((each) => each !== name);
}

function baseForms(part: string): string[] {
  const sign = part.match(/[ -]$/)?.[0] ?? '';
  const word = part.slice(0, part.length - sign.length);
  const [ending, names] = ENDINGS.find(([ending]) => word.length > ending.length + 1 && word.endsWith(ending)) ?? [];
  if (ending === undefined || names === undefined) return [];
  return names.map((each) => word.slice(0, word.length - ending.length) + each + sign);
}
