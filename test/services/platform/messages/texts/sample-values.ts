import type { Locale } from '#contracts/account-events.ts';
import type { Text } from './fluent-file.ts';

type Value = string | number;
type Samples = Readonly<Record<Locale, readonly Value[]>>;

const same = (...values: Value[]): Samples => ({ en: values, ru: values });
/** Each plural form of both languages, a fraction, and a number that is grouped. */
const COUNTS = [0, 1, 2, 5, 11, 21, 1.5, 1234.5];
const SHARES = [0.66, 0, 0.05, 1];

/**
 * What a variable stands for in the sheet that is read aloud, by its name. One that is missing here is filled by what the
 * text does with it, so a new text needs a line only to read well.
 */
const SAMPLES: Readonly<Record<string, Samples>> = {
  name: { en: ['Drink water', '<b>Q&A</b> *_`'], ru: ['Пить воду', '<b>Что?</b> *_`'] },
  from: { en: ['December 1'], ru: ['1 декабря'] },
  to: { en: ['December 14'], ru: ['14 декабря'] },
  days: same(...COUNTS),
  names: { en: ['Read, Walk'], ru: ['Читать, Гулять'] },
  unit: { en: ['glasses', 'km', ''], ru: ['стаканов', 'км', ''] },
  goal: { en: ['at least 8 glasses'], ru: ['минимум 8 стаканов'] },
  frequency: { en: ['3 times a week'], ru: ['3 раза в неделю'] },
  value: same(5, 1, 2.5, 1234.5),
  target: same(5, 1, 2.5, 1234.5),
  times: same(...COUNTS),
  when: { en: ['at 09:00', 'around 21:30'], ru: ['в 09:00', 'около 21:30'] },
  within: { en: [' (± 15 min)'], ru: [' (± 15 мин)'] },
  date: { en: ['December 14'], ru: ['14 декабря'] },
  most: same(100),
  minutes: same(40),
  hours: same(2),
  count: same(...COUNTS),
  total: same(31),
  done: same(17),
  recipients: same(1234),
  place: { en: ['Berlin'], ru: ['Берлин'] },
  language: { en: ['English'], ru: ['Русский'] },
  offset: same('UTC+01:00'),
  time: same('18:30'),
  at: same('18:30'),
};

/** For names with two meanings: `times` is a number, and a list of times where one is written. */
const SAMPLES_OF_TEXTS: Readonly<Record<string, Readonly<Record<string, Samples>>>> = {
  'ask-amount-in': { unit: { en: ['glasses', 'km'], ru: ['стаканов', 'км'] } },
  'ask-more-times': { times: same('08:00, 20:30') },
  'fact-reminders': { times: { en: ['08:00, around 20:30'], ru: ['08:00, около 20:30'] } },
  'import-range': {
    from: { en: ['Feb 10, 2025'], ru: ['10 февр. 2025 г.'] },
    to: { en: ['Apr 18, 2025'], ru: ['18 апр. 2025 г.'] },
  },
  'import-title': { source: same('Loop Habit Tracker') },
  'import-done': {
    source: same('Loop Habit Tracker'),
    habits: { en: ['10 habits'], ru: ['10 привычек'] },
    days: { en: ['491 days'], ru: ['491 день'] },
  },
  'import-encoding': { encoding: same('Windows-1251') },
  'import-habit-renamed': { now: { en: ['Drink tea'], ru: ['Пить чай'] } },
  'export-caption': {
    habits: { en: ['10 habits'], ru: ['10 привычек'] },
    days: { en: ['491 days'], ru: ['491 день'] },
  },
  'settings-quiet': { from: same('22:00'), to: same('07:00') },
  'toast-quiet': { from: same('22:00'), to: same('07:00') },
};

/** The values to try for one variable of a text. The first is the most usual. */
export function samplesOf(
  locale: Locale,
  { key, plurals, functions }: Text,
  variable: string,
): readonly Value[] {
  const known = SAMPLES_OF_TEXTS[key]?.[variable] ?? SAMPLES[variable];
  if (known) return known[locale];
  if (functions.includes('PERCENT')) return SHARES;
  if (functions.includes('NUMBER') || plurals.some((plural) => plural.variable === variable)) return COUNTS;
  return [...(locale === 'ru' ? ['слово'] : ['word']), 21];
}

/** A text with each value of each variable, the others at their first. */
export function renderings(locale: Locale, text: Text): string[] {
  const samples = text.variables.map((variable) => [variable, samplesOf(locale, text, variable)] as const);
  const usual = Object.fromEntries(samples.map(([variable, [first = '']]) => [variable, first]));
  const each = samples.flatMap(([variable, values]) =>
    values.map((value) => text.render({ ...usual, [variable]: value })),
  );
  return [...new Set(samples.length === 0 ? [text.render({})] : each)];
}
