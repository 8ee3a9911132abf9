import type { Weekday, Weekdays } from '#contracts/time.ts';
import { matchAt, type PhraseReader, wordsPattern } from './phrase.ts';

/** Names of the seven days, short and long, in the cases in which they are said. */
const DAYS: readonly string[] = [
  'mon(?:days?)?|пн|понедельник(?:ам?|и)?',
  'tue(?:s(?:days?)?)?|вт|вторник(?:ам?|и)?',
  'wed(?:nesdays?)?|ср|сред(?:а|у|ам|ы)',
  'thu(?:rs?(?:days?)?)?|чт|четверг(?:ам?|и)?',
  'fri(?:days?)?|пт|пятниц(?:а|у|ам|ы)',
  'sat(?:urdays?)?|сб|суббот(?:а|у|ам|ы)',
  'sun(?:days?)?|вс|воскресень(?:е|ям?)',
];
const DAY = `(?:${DAYS.join('|')})\\.?(?!\\p{L})`;
const ANY = new RegExp(DAYS.map((names) => `((?<!\\p{L})(?:${names})(?!\\p{L}))`).join('|'), 'gu');

const WORKDAYS = wordsPattern(
  '(?:on |every )?(?:the )?(?:weekdays|workdays|working days|business days)|every (?:weekday|workday)|' +
    '(?:по |в )?будни|по будням|по будним дням|каждый будний день|в рабочие дни|по рабочим дням',
);
const WEEKENDS = wordsPattern(
  '(?:on |at |over )?(?:the )?weekends|(?:on|at|over|every) (?:the )?weekend|по выходным(?: дням)?|в выходные(?: дни)?|каждые выходные',
);
const RANGE = wordsPattern(
  `(?:(?:on|from|с|со|по|в) )?(?<from>${DAY})(?: ?- ?| (?:to|through|till|until|по|до) )(?<to>${DAY})`,
);
const LIST = wordsPattern(
  `(?<opener>(?:on|every|each|по|в|во|кажд(?:ый|ую|ое)) )?${DAY}(?:(?: ?, ?(?:and |и )?(?:on |в |во |по )?| and (?:on )?| & | и (?:в |во |по )?| ?/ ?| )${DAY}){0,6}`,
);

/** `every other Saturday`: once in two weeks, reminded on the day. */
const EVERY_OTHER = wordsPattern(
  `(?:on )?(?:every (?:other|second)|кажд(?:ый|ую|ое) втор(?:ой|ую|ое)) (?<day>${DAY})`,
);

const EXCEPT = wordsPattern(
  '(?:(?:daily|every ?day|each day|ежедневно|каждый день),? )?(?:except|excluding|but not|apart from|кроме|за исключением)(?: on| for)? ' +
    `(?:(?<weekends>(?:the )?weekends?|выходных)|(?<but>${DAY}(?:(?: ?, ?(?:and |и )?| and | & | и | ?/ ?)${DAY}){0,5}))`,
);

/** `on Mon and Wed`, `пн-пт`, `по будням`, `Sundays`, `every day except Sunday`. One day without `on` or `по` may be a part of the name. */
export const readWeekdayPhrase: PhraseReader = (words, at) => {
  const except = matchAt(EXCEPT, words, at);
  if (except) {
    const out = except.groups?.weekends ? [6, 7] : daysIn(except.groups?.but ?? '');
    return weekdayPhrase(
      at + except[0].length,
      WEEK.filter((day) => !out.includes(day)),
    );
  }
  const other = matchAt(EVERY_OTHER, words, at);
  if (other) return everyOther(at + other[0].length, daysIn(other.groups?.day ?? ''));
  const workdays = matchAt(WORKDAYS, words, at);
  if (workdays) return weekdayPhrase(at + workdays[0].length, [1, 2, 3, 4, 5]);
  const weekends = matchAt(WEEKENDS, words, at);
  if (weekends) return weekdayPhrase(at + weekends[0].length, [6, 7]);
  const range = matchAt(RANGE, words, at);
  if (range) {
    const [from] = daysIn(range.groups?.from ?? '');
    const [to] = daysIn(range.groups?.to ?? '');
    return from && to ? weekdayPhrase(at + range[0].length, between(from, to)) : undefined;
  }
  const list = matchAt(LIST, words, at);
  if (!list) return undefined;
  const days = daysIn(list[0]);
  const isSure = days.length > 1 || list.groups?.opener !== undefined || /days\b/.test(list[0]);
  return isSure ? weekdayPhrase(at + list[0].length, days) : undefined;
};

const WEEK: Weekdays = [1, 2, 3, 4, 5, 6, 7];

function everyOther(end: number, remindOn: Weekdays) {
  return { end, means: { frequency: { kind: 'timesInDays', times: 1, days: 14 } as const, remindOn } };
}

function weekdayPhrase(end: number, days: readonly Weekday[]) {
  const weekdays: Weekdays = [...new Set(days)].sort();
  return { end, means: { frequency: { kind: 'weekdays', weekdays } as const } };
}

function daysIn(text: string): Weekday[] {
  return [...text.matchAll(ANY)].map(([, ...names]) => names.findIndex((name) => name !== undefined) + 1);
}

/** From one day to another, over Sunday when the first is the later one. */
function between(from: Weekday, to: Weekday): Weekday[] {
  const count = ((to - from + 7) % 7) + 1;
  return Array.from({ length: count }, (_, days) => ((from - 1 + days) % 7) + 1);
}
