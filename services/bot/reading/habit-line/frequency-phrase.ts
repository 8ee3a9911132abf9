import { Frequency } from '#contracts/habit-events.ts';
import { matchAt, type PhraseReader, SPELLED_NUMBER, wholeNumber, wordsPattern } from './phrase.ts';

const NUMBER = `\\d{1,3}|${SPELLED_NUMBER}`;
const ORDINALS: Readonly<Record<string, number>> = {
  other: 2,
  second: 2,
  third: 3,
  fourth: 4,
  fifth: 5,
  второй: 2,
  третий: 3,
  четвертый: 4,
  пятый: 5,
  вторую: 2,
  третью: 3,
};

/** `3x`, `three times`, `twice`, `2 раза`, `раз`; of `2-3 times` the fewer. */
const COUNT =
  '(?:(?<word>once|twice|thrice|дважды|трижды|раз)|' +
  `(?<times>${NUMBER})(?:-\\d{1,2})?(?: ?[xх×]| ?(?:times?|days|раза?|р|дня|дней)(?!\\p{L})))`;
const A_WEEK =
  '(?: ?/ ?| (?:a |per |each |every |в |за |каждую )(?:calendar |календарную )?)(?:week|wk|неделю|нед)| weekly';
const A_MONTH =
  '(?: ?/ ?| (?:a |per |each |every |в |за |каждый )(?:calendar |календарный )?)(?:month|mo|месяц|мес)| monthly';
const IN_DAYS = ` (?:in|every|per|за|в|каждые)(?: any| любые)? (?<days>${NUMBER}) (?<unit>days|weeks|дня|дней|недели|недель)`;

const DAILY = wordsPattern(
  'daily|every ?(?:single )?day|each day|every night|nightly|каждую ночь|ежедневно|каждый (?:божий )?день|(?:all )?7 days a week|all days',
);
const COUNTED = wordsPattern(`${COUNT}(?:(?<week>${A_WEEK})|(?<month>${A_MONTH})|${IN_DAYS})`);
const SLASHED = wordsPattern(
  `(?<times>\\d{1,2}) ?/ ?(?:(?<week>week|wk|нед(?:елю)?)|(?<month>month|mo|мес(?:яц)?))`,
);
const WEEKLY = wordsPattern(
  'weekly|every week|each week|once weekly|еженедельно|каждую неделю|(?<month>monthly|every month|each month|ежемесячно|каждый месяц)',
);
const EVERY = wordsPattern(
  `(?:every|(?:once )?every|once in|once per|каждые|(?:(?:1|один) )?раз в|кажд(?:ый|ую)) (?<n>${NUMBER}|${Object.keys(ORDINALS).join('|')}) (?<unit>days?|weeks?|день|дня|дней|недели|недель|неделю)`,
);
const EVERY_OTHER = wordsPattern('через день|(?<fortnight>every fortnight|fortnightly|bi-?weekly)');

/** How often, other than by weekdays. */
export const readFrequencyPhrase: PhraseReader = (words, at) => {
  const found = frequencyAt(words, at);
  const frequency = found && Frequency.safeParse(found.frequency).data;
  if (!found || !frequency) return undefined;
  const isPossible = frequency.kind !== 'timesInDays' || frequency.times <= frequency.days;
  return isPossible ? { end: found.end, means: { frequency } } : undefined;
};

function frequencyAt(words: string, at: number): { end: number; frequency: Frequency } | undefined {
  const daily = matchAt(DAILY, words, at);
  if (daily) return { end: at + daily[0].length, frequency: { kind: 'daily' } };
  const counted = matchAt(COUNTED, words, at) ?? matchAt(SLASHED, words, at);
  if (counted) return { end: at + counted[0].length, frequency: countedFrequency(counted.groups) };
  const weekly = matchAt(WEEKLY, words, at);
  if (weekly) {
    const kind = weekly.groups?.month === undefined ? 'timesPerWeek' : 'timesPerMonth';
    return { end: at + weekly[0].length, frequency: { kind, times: 1 } };
  }
  const every = matchAt(EVERY, words, at);
  if (every) return { end: at + every[0].length, frequency: everyFrequency(every.groups) };
  const other = matchAt(EVERY_OTHER, words, at);
  if (!other) return undefined;
  const days = other.groups?.fortnight === undefined ? 2 : 14;
  return { end: at + other[0].length, frequency: { kind: 'timesInDays', times: 1, days } };
}

const COUNT_WORDS: Readonly<Record<string, number>> = {
  once: 1,
  twice: 2,
  thrice: 3,
  дважды: 2,
  трижды: 3,
  раз: 1,
};

type Groups = Readonly<Record<string, string | undefined>> | undefined;

function countedFrequency(groups: Groups): Frequency {
  const times = COUNT_WORDS[groups?.word ?? ''] ?? wholeNumber(groups?.times ?? '');
  if (groups?.week !== undefined) return { kind: 'timesPerWeek', times };
  if (groups?.month !== undefined) return { kind: 'timesPerMonth', times };
  return inDays(times, wholeNumber(groups?.days ?? ''), groups?.unit ?? '');
}

function everyFrequency(groups: Groups): Frequency {
  const n = groups?.n ?? '';
  return inDays(1, ORDINALS[n] ?? wholeNumber(n), groups?.unit ?? '');
}

/** Every single day is daily. */
function inDays(times: number, count: number, unit: string): Frequency {
  const days = count * (/^(?:week|недел)/.test(unit) ? 7 : 1);
  return days === times ? { kind: 'daily' } : { kind: 'timesInDays', times, days };
}
