import { EntryValue } from '#contracts/entry-events.ts';
import type { Goal } from '#contracts/habit-events.ts';
import { UNIT_LENGTH } from '../habit-name.ts';
import {
  type Meaning,
  matchAt,
  type PhraseReader,
  SPELLED_NUMBER,
  wholeNumber,
  wordsPattern,
} from './phrase.ts';
import { KNOWN_UNIT } from './units.ts';

const AT_MOST =
  'at most|max(?:imum)?\\.?(?: of)?|(?:no|not) more than|up to|limit(?: of)?|<=|≤|не бол(?:ьше|ее)(?: чем)?|максимум|макс\\.?|лимит|до';
const AT_LEAST =
  'at least|min(?:imum)?\\.?(?: of)?|(?:no|not) less than|>=|≥|не мен(?:ьше|ее)(?: чем)?|(?:как )?минимум|хотя бы|goal:?|target:?|цель:?';

/** `10 000`, `10,000`, `2,5`, `2.5`. */
const NUMBER = '\\d{1,3}(?: \\d{3}){1,2}(?!\\d)|\\d{1,3}(?:,\\d{3}){1,2}(?!\\d)|\\d{1,9}(?:[.,]\\d{1,3})?';
const THOUSANDS = '(?<thousands> ?(?:k|к|тыс\\.?|тысяч[аи]?)(?!\\p{L}))?';
const UNIT = `(?<unit>(?:${KNOWN_UNIT})(?!\\p{L}))`;
const A_DAY =
  '(?<daily>(?: ?/ ?| (?:a|per|each|every|in a|в|за|каждый) )(?:day|день|сутки)(?!\\p{L})| daily(?!\\p{L}))?';
/** An amount of a whole week or month is no goal of a day. */
const NOT_LONGER =
  '(?!(?: ?/ ?| (?:a |per |each |every |в |за )(?:calendar )?)(?:week|wk|month|mo|year|нед\\p{L}{0,4}|мес\\p{L}{0,3}|год)(?!\\p{L})| weekly| monthly)';
const BOUND = `(?:(?<most>${AT_MOST})|(?<least>${AT_LEAST})) ?`;
const COUNT = `(?:(?<number>${NUMBER})${THOUSANDS}|(?<spelled>${SPELLED_NUMBER}))`;

/** `at least 8 glasses of`, `по 30 минут`, `max 3 cups a day`: a unit that is known. */
const OF_UNIT = wordsPattern(
  `(?:for |about |по |на |в течение |примерно )?(?:${BOUND})?${COUNT} ?${UNIT}${NOT_LONGER}${A_DAY}(?: of(?= ))?`,
);
/** `max 3 doughnuts`, `at least 8`: words that say it is an amount, and any unit or none. */
const BOUNDED = wordsPattern(
  `${BOUND}${COUNT}(?: (?<unit>(?!${'every|each|on|at|in|per|a|the|and|daily|times?|days?|по|в|и|на|за|кажд|раз'}(?!\\p{L}))\\p{L}{2,24}))?${NOT_LONGER}${A_DAY}(?: of(?= ))?`,
);

/** The goal of a day. */
export const readAmountPhrase: PhraseReader = (words, at) => {
  const match = matchAt(OF_UNIT, words, at) ?? matchAt(BOUNDED, words, at);
  const groups = match?.groups;
  if (!match || !groups) return undefined;
  const { number, spelled, thousands, unit = '', most, least, daily } = groups;
  const value = spelled === undefined ? amountOf(number ?? '', unit) : wholeNumber(spelled);
  const target = EntryValue.safeParse(value && thousands ? value * 1000 : value).data;
  if (target === undefined || unit.length > UNIT_LENGTH) return undefined;
  const goal: Goal = { kind: 'numeric', direction: most === undefined ? 'atLeast' : 'atMost', target, unit };
  const bounded = most !== undefined || least !== undefined;
  const means: Meaning = {
    goal,
    ...(bounded && { bounded }),
    ...(daily !== undefined && { usually: { kind: 'daily' } }),
  };
  return { end: at + match[0].length, means };
};

/**
 * A comma before exactly three digits parts thousands before an English unit. Otherwise three digits behind a sign are
 * thousands to some people and decimals to others.
 */
function amountOf(number: string, unit: string): number | undefined {
  const joined = number.replaceAll(' ', '');
  if (!/^[1-9]\d{0,2}(?:[.,]\d{3})+$/.test(joined)) return Number(joined.replace(',', '.'));
  const isEnglish = joined.includes(',') && !/^\p{Script=Cyrillic}/u.test(unit);
  return isEnglish ? Number(joined.replaceAll(',', '')) : undefined;
}

/** Whether a number at this place counts something: it is no time of day then. */
const COUNTS = new RegExp(
  `\\d{1,4}(?:[.,]\\d{1,3})? ?(?:${KNOWN_UNIT}|[xх×]|days?|weeks?|дн\\p{L}{1,2}|день|недел\\p{L}{1,2}|weekly|monthly)(?!\\p{L})`,
  'uy',
);

export const isCountAt = (words: string, at: number): boolean => matchAt(COUNTS, words, at) !== undefined;
