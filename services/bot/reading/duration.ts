const MINUTES_PER_HOUR = 60;
export const MINUTES_PER_DAY = 1440;

/** Phrases that do not consist of numbers and units, with their minutes. */
const PHRASES: readonly [RegExp, number][] = [
  [/^(?:half an hour|half hour|a half hour|полчаса|пол часа|полчасика)$/, 30],
  [/^(?:an hour and a half|one and a half hours?|полтора часа|час с половиной)$/, 90],
  [/^(?:a )?quarter of an hour$|^четверть часа$/, 15],
  [/^(?:a )?couple of hours$|^пар[ау] часов$/, 120],
];

const NUMBERS: Readonly<Record<string, number>> = {
  a: 1,
  an: 1,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  ten: 10,
  fifteen: 15,
  twenty: 20,
  thirty: 30,
  forty: 40,
  одну: 1,
  один: 1,
  две: 2,
  два: 2,
  три: 3,
  четыре: 4,
  пять: 5,
  шесть: 6,
  десять: 10,
  пятнадцать: 15,
  двадцать: 20,
  тридцать: 30,
  сорок: 40,
};

const UNITS: readonly [RegExp, number][] = [
  [/^(?:m|min|mins|minutes?|м|мин|минут[ауы]?|минутк[ауи]|минуток)$/, 1],
  [/^(?:h|hrs?|hours?|ч|час|часа|часов|часик|часика)$/, MINUTES_PER_HOUR],
  [/^(?:d|days?|д|дн|день|дня|дней|сутки|суток)$/, MINUTES_PER_DAY],
  [/^(?:w|weeks?|недел[юия]|недель)$/, 7 * MINUTES_PER_DAY],
];

const PART = /(?:(\d{1,6}(?:[.,]\d{1,3})?) ?)?([a-zа-я]+)?\.?(?:,? (?:and|и) |, ?| )?/y;

/**
 * A length of time in whole minutes, at least 1: `40 min`, `2h`, `1h30`, `1,5 часа`, `2 часа 15 минут`, `half an hour`.
 * A bare number of up to three digits is minutes; a longer one is rather a time of day.
 * @param words as `plainWords` gives them.
 */
export function readDuration(words: string): number | undefined {
  const phrase = PHRASES.find(([pattern]) => pattern.test(words));
  if (phrase) return phrase[1];
  if (/^\d{1,3}$/.test(words)) return wholeMinutes(Number(words));
  const parts = partsOf(words);
  if (!parts) return undefined;
  let minutes = 0;
  let smallest = Number.POSITIVE_INFINITY;
  for (const { count, unit } of parts) {
    if (unit >= smallest) return undefined;
    smallest = unit;
    minutes += count * unit;
  }
  return wholeMinutes(minutes);
}

type Part = { count: number; unit: number };

/** A number behind hours is minutes; any other number needs its unit, and a unit alone is one of it. */
function partsOf(words: string): Part[] | undefined {
  const parts: Part[] = [];
  let spelled: number | undefined;
  PART.lastIndex = 0;
  while (PART.lastIndex < words.length) {
    const match = PART.exec(words);
    if (!match || match[0] === '') return undefined;
    const [, digits, word] = match;
    if (!digits && spelled === undefined && word !== undefined && NUMBERS[word] !== undefined) {
      spelled = NUMBERS[word];
      continue;
    }
    const count = digits ? Number(digits.replace(',', '.')) : (spelled ?? 1);
    const unit = word === undefined ? unitBehind(parts) : unitOf(word);
    if (unit === undefined || (digits && spelled !== undefined)) return undefined;
    parts.push({ count, unit });
    spelled = undefined;
  }
  return parts.length > 0 && spelled === undefined ? parts : undefined;
}

const unitOf = (word: string) => UNITS.find(([pattern]) => pattern.test(word))?.[1];

const unitBehind = (parts: readonly Part[]) => (parts.at(-1)?.unit === MINUTES_PER_HOUR ? 1 : undefined);

function wholeMinutes(minutes: number): number | undefined {
  return minutes >= 1 && minutes <= 1e6 ? Math.round(minutes) : undefined;
}
