/*
 * Times of day in words, in both languages. An hour without its half of the day is taken as its number is: `half past
 * seven` is 07:30.
 */

/** Hour and minute as they were said; `half` as it is written behind digits: `am`, `pm`, `утра`, `дня`, `вечера`, `ночи`. */
export type SpokenTime = { hour: number; minute: number; half?: string };

/** `в половине двенадцатого вечера`, `quarter past seven in the afternoon`. */
const LONGEST = 40;

const EN_HOURS = 'one two three four five six seven eight nine ten eleven twelve'.split(' ');
/** One o'clock has two names. */
const RU_HOURS = 'час|один два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать'.split(
  ' ',
);
const RU_OF_HOURS =
  'первого второго третьего четвертого пятого шестого седьмого восьмого девятого десятого одиннадцатого двенадцатого'.split(
    ' ',
  );
const EN_MINUTES = {
  five: 5,
  ten: 10,
  fifteen: 15,
  'a quarter': 15,
  quarter: 15,
  twenty: 20,
  'twenty five': 25,
};
const RU_MINUTES = { пяти: 5, десяти: 10, пятнадцати: 15, четверти: 15, двадцати: 20, 'двадцати пяти': 25 };

const either = (words: readonly string[]) => words.join('|');
const EN_HOUR = `(${either(EN_HOURS)}|\\d{1,2})`;
const RU_HOUR = `(${either(RU_HOURS)}|\\d{1,2})`;
const EN_MINUTE = `(${either(Object.keys(EN_MINUTES))}|\\d{1,2})`;
const RU_MINUTE = `(${either(Object.keys(RU_MINUTES))}|\\d{1,2})`;
const RU_OF_HOUR = `(${either(RU_OF_HOURS)})`;

const HALVES: readonly (readonly [RegExp, string])[] = [
  [/ in the morning$/, 'am'],
  [/ in the (?:afternoon|evening)$/, 'pm'],
  [/ at night$/, 'ночи'],
  [/ ?([ap])\.?m\.?$/, '$1m'],
  [/ (утра|дня|вечера|ночи)$/, '$1'],
];

type Reader = readonly [RegExp, (...said: string[]) => { hour: number; minute: number }];

const before = (hour: number, minutes: number) => ({
  hour: hour === 1 ? 12 : hour - 1,
  minute: 60 - minutes,
});

const READERS: readonly Reader[] = [
  [new RegExp(`^${EN_HOUR}(?: o['’]?clock)?$`), (hour) => ({ hour: hourIn(hour), minute: 0 })],
  [new RegExp(`^half (?:past )?${EN_HOUR}$`), (hour) => ({ hour: hourIn(hour), minute: 30 })],
  [
    new RegExp(`^${EN_HOUR} (thirty|fifteen|forty five)$`),
    (hour, spoken) => ({ hour: hourIn(hour), minute: AFTER[spoken] ?? 0 }),
  ],
  [
    new RegExp(`^${EN_MINUTE}(?: minutes?)? past ${EN_HOUR}$`),
    (minute, hour) => ({ hour: hourIn(hour), minute: minutesIn(minute) }),
  ],
  [
    new RegExp(`^${EN_MINUTE}(?: minutes?)? (?:to|before) ${EN_HOUR}$`),
    (minute, hour) => before(hourIn(hour), minutesIn(minute)),
  ],
  [new RegExp(`^${RU_HOUR}(?: час(?:а|ов)?)?(?: ровно)?$`), (hour) => ({ hour: hourIn(hour), minute: 0 })],
  [
    new RegExp(`^${RU_HOUR} (тридцать|пятнадцать|сорок пять)$`),
    (hour, spoken) => ({ hour: hourIn(hour), minute: AFTER[spoken] ?? 0 }),
  ],
  [new RegExp(`^(?:пол|полов(?:ин[ауе]) )[ -]?${RU_OF_HOUR}$`), (hour) => before(hourIn(hour), 30)],
  [new RegExp(`^четверть ${RU_OF_HOUR}$`), (hour) => before(hourIn(hour), 45)],
  [
    new RegExp(`^без ${RU_MINUTE}(?: минут)? ${RU_HOUR}$`),
    (minute, hour) => before(hourIn(hour), minutesIn(minute)),
  ],
];

const AFTER: Readonly<Record<string, number>> = {
  fifteen: 15,
  thirty: 30,
  'forty five': 45,
  пятнадцать: 15,
  тридцать: 30,
  'сорок пять': 45,
};

function hourIn(said: string): number {
  const place = [EN_HOURS, RU_HOURS, RU_OF_HOURS].map((hours) => hours.indexOf(said)).find((at) => at >= 0);
  return place === undefined ? (said === 'час' || said === 'один' ? 1 : Number(said)) : place + 1;
}

const minutesIn = (said: string): number =>
  Object.entries({ ...EN_MINUTES, ...RU_MINUTES }).find(([word]) => word === said)?.[1] ?? Number(said);

/** How each of them begins: what does not is not looked at further. */
const WORDED = new RegExp(
  `^(?:(?:at|by|в|к) )?(?:noon|mid|полдень|полноч|полудн|полуноч|half|a quarter|quarter|пол|четверть|без |(?:${either([...EN_HOURS, ...RU_HOURS])}|twenty|fifteen|\\d{1,2}) (?:o|to|past|before|minutes|час|noon|midnight|in |at |[ap]\\.?m|thirty|fifteen|forty|five|тридцать|пятнадцать|сорок|утра|дня|вечера|ночи))|^(?:at|by|в|к) (?:${either([...EN_HOURS, ...RU_HOURS])})`,
);

const HOUR_NAMES = either([...EN_HOURS, ...RU_HOURS, ...RU_OF_HOURS]);
const HALF_OF_DAY =
  ' ?[ap]\\.?m(?:\\.|(?!\\p{L}))| in the (?:morning|afternoon|evening)| at night| (?:утра|дня|вечера|ночи)';

/**
 * A time in words among others, from a place on: only what can be nothing else, so an hour's name needs its half of the day.
 * `bare` holds the end of one that lacks it: `half past seven`.
 */
export const SPOKEN_AMONG_WORDS = new RegExp(
  `(?:(?:half|(?:a )?quarter) (?:past|to) |пол|половин[ауе] |четверть |без (?:пяти|десяти|пятнадцати|четверти|двадцати) )(?:${HOUR_NAMES})(?:${HALF_OF_DAY}|(?<bare>))(?!\\p{L})|(?:${HOUR_NAMES})(?: часов| час| часа)?(?:${HALF_OF_DAY})(?!\\p{L})`,
  'uy',
);

/**
 * A time of day said in words: `half past seven`, `quarter to eight in the evening`, `в семь вечера`, `полвосьмого`, `без
 * четверти восемь`, `noon`, `полночь`.
 * @param words as `plainWords` gives them. The hour may be out of range: the caller checks.
 */
export function spokenTimeIn(words: string): SpokenTime | undefined {
  // `seven` alone may be an amount, or minutes.
  if (words.length > LONGEST || !WORDED.test(words)) return undefined;
  const said = words.replace(/^(?:at|by|в|к) /, '').replaceAll('-', ' ');
  if (/^(?:noon|midday|12 noon|полдень|полудню)$/.test(said)) return { hour: 12, minute: 0 };
  if (/^(?:midnight|12 midnight|полночь|полуночи)$/.test(said)) return { hour: 0, minute: 0 };
  const [pattern, half] = HALVES.find(([pattern]) => pattern.test(said)) ?? [];
  const time = pattern ? said.replace(pattern, '') : said;
  for (const [reader, timeOf] of READERS) {
    const [, ...parts] = reader.exec(time) ?? [];
    if (parts.length === 0) continue;
    const read = timeOf(...parts);
    if (read.minute >= 60) return undefined;
    return pattern && half ? { ...read, half: halfIn(said, pattern, half) } : read;
  }
  return undefined;
}

const halfIn = (said: string, pattern: RegExp, half: string) =>
  half.replace('$1', pattern.exec(said)?.[1] ?? '');
