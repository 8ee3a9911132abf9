import { type LocalTime, localTimeOf } from '#contracts/time.ts';
import { SPOKEN_AMONG_WORDS } from '../spoken-time.ts';
import { timeOfDayIn } from '../time-of-day.ts';
import { isCountAt } from './amount-phrase.ts';
import {
  type Meaning,
  matchAt,
  type Phrase,
  type PhraseReader,
  SPELLED_NUMBER,
  wholeNumber,
  wordsPattern,
} from './phrase.ts';

/** More reminders than a habit may have are cut off where it is made. */
const MOST_TIMES = 13;

const OPENER =
  /(?:(?:remind(?: me)?|reminders?|напоминать|напоминай|напоминани[ея]|напомни(?:ть)?|с напоминани(?:ем|ями)):? )?(?<at>(?:at|around|about|by|в|во|около|к) |@ ?)?/uy;
const ITEM =
  /(?:\d{1,2}(?:[:.]\d{2})?(?: ?(?:am|pm|a\.m\.?|p\.m\.?|утра|дня|вечера|ночи)(?!\p{L})| ?(?:h|ч|часов|часа?|o'clock)(?!\p{L}))?|\d{1,2}[hч]\d{2}|noon|midday|midnight|полдень|полночь)(?![\p{L}\d:])/uy;
const BETWEEN = /(?:,? (?:and|и)(?: at| в)? |, ?(?:at |в )?| & | ?\/ ?| )/uy;
/** What may stand behind a bare hour: anything else makes it the number of something. */
const AFTER_A_BARE_HOUR =
  /[,.;!)]{0,2}(?:$| (?:and|и|&|every|each|on|at|daily|weekly|monthly|once|twice|in the|o'clock|min|max|no|not|for|with|по|в|во|и|каж\p{L}{1,4}|еже\p{L}{1,9}|утром|утра|днем|вечером|вечера|раз|через|дважды|не|без|до|mon\p{L}{0,4}|tue\p{L}{0,6}|wed\p{L}{0,7}|thu\p{L}{0,6}|fri\p{L}{0,4}|sat\p{L}{0,6}|sun\p{L}{0,4}|week\p{L}{1,4}|пн|вт|ср|чт|пт|сб|вс|\d\S{0,9})(?=$|[ ,.-]))/uy;
const SIGNS_AND_SPACE = /[,.;:!)]{0,3}(?=$| )/uy;

const PART = wordsPattern(
  '(?:(?:(?<each>every|each|по|кажд(?:ое|ый)) |(?:in|during) the )?' +
    '(?:(?<morning>mornings?|утро|утрам|утром|с утра)|(?<afternoon>afternoons?|после обеда|(?<!каждым )днем)|(?<evening>evenings?|вечер|вечерам|вечером)))',
);
const SILENT = wordsPattern(
  '(?:with )?no reminders?|without (?:a )?reminders?|without reminding|без напоминани[йя]',
);

const EVERY_HOURS = wordsPattern(
  `(?:every|each|кажды[ей]|раз в) (?:(?<hours>\\d{1,2}|${SPELLED_NUMBER}) )?(?:hours?|час(?:а|ов)?)(?:,? (?:from|between|с) (?<from>\\d{1,2})(?::00)? (?:to|till|until|and|до) (?<to>\\d{1,2})(?::00)?)?`,
);
/** The hours in which people are awake, unless they say them. */
const AWAKE = { from: 9, to: 21 };

/** `every 2 hours`, `каждые 2 часа с 8 до 20`: reminders through the day. */
export const readHoursPhrase: PhraseReader = (words, at) => {
  const match = matchAt(EVERY_HOURS, words, at);
  if (!match) return undefined;
  const { hours = '1', from = AWAKE.from, to = AWAKE.to } = match.groups ?? {};
  const [step, first, last] = [wholeNumber(hours), Number(from), Math.min(23, Number(to))];
  if (step < 1 || first + step > last) return undefined;
  const count = Math.floor((last - first) / step) + 1;
  const times = Array.from({ length: count }, (_, n) => ({
    at: localTimeOf((first + n * step) * 60),
    bare: false,
  }));
  return { end: at + match[0].length, means: { times, usually: { kind: 'daily' } } };
};

/** `at 7:30 and 21`, `в 10 и 16`, `7am`, `noon`, `no reminders`. */
export const readTimePhrase: PhraseReader = (words, at) => timesAt(words, at, false);

/** @param isAsked a bare hour at the beginning is a time, as after `at`. */
export function timesAt(words: string, at: number, isAsked: boolean): Phrase | undefined {
  const silent = matchAt(SILENT, words, at);
  if (silent) return { end: at + silent[0].length, means: { silent: true } };
  const opener = matchAt(OPENER, words, at);
  const first = at + (opener?.[0].length ?? 0);
  const times: NonNullable<Meaning['times']>[number][] = [];
  let isOpen = isAsked || opener?.groups?.at !== undefined;
  let end: number | undefined;
  for (let place: number | undefined = first; place !== undefined && times.length < MOST_TIMES; ) {
    const item = timeAt(words, place, isOpen);
    if (!item) break;
    times.push(item);
    end = item.end;
    const sign: RegExpExecArray | undefined = matchAt(BETWEEN, words, end);
    // Only a word or a sign lets a bare hour follow: `7:30 5 km` has one time.
    isOpen = sign !== undefined && sign[0] !== ' ';
    place = sign && end + sign[0].length;
  }
  const signs = end === undefined ? undefined : matchAt(SIGNS_AND_SPACE, words, end);
  if (end === undefined || !signs) return undefined;
  return { end: end + signs[0].length, means: { times: times.map(({ at, bare }) => ({ at, bare })) } };
}

/** A time without minutes or a half of the day is one only where `isOpen`, and when nothing is counted by it. */
function timeAt(
  words: string,
  place: number,
  isOpen: boolean,
): { at: LocalTime; bare: boolean; end: number } | undefined {
  const spoken = matchAt(SPOKEN_AMONG_WORDS, words, place);
  const said = spoken && timeOfDayIn(spoken[0]);
  if (spoken && said) {
    return { at: said, bare: spoken.groups?.bare !== undefined, end: place + spoken[0].length };
  }
  const match = matchAt(ITEM, words, place);
  if (!match) return undefined;
  const [text] = match;
  const end = place + text.length;
  const at =
    WORDS[text] ?? timeOfDayIn(text.replace(/ ?(?:часов|часа?|o'clock)$/u, '').replace(/[hч](?=\d)/u, ':'));
  if (at === undefined) return undefined;
  const isExplicit = /:|[mа]\.?$|дня|ночи|noon|midday|midnight|пол/u.test(text);
  if (isExplicit) return { at, bare: /^(?:0?[1-9]|1[0-2]):\d\d$/.test(text), end };
  if (!isOpen || (isCountAt(words, place) && !/ч|h/.test(text))) return undefined;
  if (!matchAt(AFTER_A_BARE_HOUR, words, end)) return undefined;
  return { at, bare: true, end };
}

const WORDS: Readonly<Record<string, LocalTime>> = {
  noon: '12:00',
  midday: '12:00',
  полдень: '12:00',
  midnight: '00:00',
  полночь: '00:00',
};

/** `in the morning`, `every evening`, `утром`, `по вечерам`. A lone `morning` may be a part of the name. */
export const readPartPhrase: PhraseReader = (words, at): Phrase | undefined => {
  const match = matchAt(PART, words, at);
  const groups = match?.groups;
  if (!match || !groups) return undefined;
  if (/^(?:morning|afternoon|evening|утро|вечер)[^\p{L}]*$/u.test(match[0])) return undefined;
  const part = groups.morning ? 'morning' : groups.afternoon ? 'afternoon' : 'evening';
  const means: Meaning = groups.each ? { part, usually: { kind: 'daily' } } : { part };
  return { end: at + match[0].length, means };
};
