import { type LocalTime, localTimeOf, minuteOfDay } from '#contracts/time.ts';
import { readDuration } from './duration.ts';
import { PHRASE_LENGTH, plainWords } from './plain-words.ts';
import { timeOfDayIn } from './time-of-day.ts';
import type { TypedText } from './typed-text.ts';

/**
 * How long to wait: some minutes, or until the clock shows `at`, on `day` if the text names one. `orAt` is twelve hours later,
 * where the half of the day was not said: `1:30` in the afternoon is 13:30.
 */
export type Delay =
  | { kind: 'in'; minutes: number }
  | { kind: 'at'; at: LocalTime; day?: 'today' | 'tomorrow'; orAt?: LocalTime };

const ASKING = /^(?:please |пожалуйста,? )?(?:(?:remind|snooze|напомни|отложи)(?:ть|те)? ?)(?:me |it |мне )?/;
const POLITE = /,? (?:please|пожалуйста)$/;
const DAY = /^(?:(today|сегодня)|(tomorrow|завтра))(?:,? |$)|,? (?:(today|сегодня)|(tomorrow|завтра))$/;
const BEFORE_A_TIME = /^(?:at|until|till|to|by|в|до|к|на)(?: about| around)? (?=\d)/;
const BEFORE_A_DURATION = /^(?:in|for|after|через|на|спустя|еще) /;

/** Times of day as words. */
const PARTS_OF_DAY: readonly [RegExp, LocalTime][] = [
  [/^(?:(?:in the |this )?morning|утром|до утра)$/, '09:00'],
  [/^(?:(?:at )?(?:noon|midday|lunch)|в полдень|полдень|в обед)$/, '12:00'],
  [/^(?:(?:in the |this )?afternoon|днем|после обеда)$/, '15:00'],
  [/^(?:(?:in the |this )?evening|tonight|вечером|до вечера)$/, '19:00'],
  [/^(?:(?:late )?at night|before bed|ночью|перед сном)$/, '22:00'],
];

/**
 * When to be reminded again, as people say it in either language: `in 40 min`, `2h`, `полчаса`, `at 18:30`, `в 18:30`,
 * `завтра в 9`, `this evening`. A bare number is minutes.
 * @returns undefined if the text says no such thing. Whether the wait is possible, the caller checks.
 */
export function readDelay(text: TypedText): Delay | undefined {
  const words = plainWords(text, PHRASE_LENGTH)?.replace(POLITE, '').replace(ASKING, '');
  if (words === undefined) return undefined;
  const minutes = readDuration(words.replace(BEFORE_A_DURATION, ''));
  if (minutes !== undefined) return { kind: 'in', minutes };
  const [found, today, tomorrow, todayBehind, tomorrowBehind] = DAY.exec(words) ?? [];
  const rest = words.replace(found ?? '', '').trim();
  const at = timeIn(rest) ?? (rest === '' && (tomorrow ?? tomorrowBehind) ? '09:00' : undefined);
  if (at === undefined) return undefined;
  if (today ?? todayBehind) return { kind: 'at', at, day: 'today' };
  if (tomorrow ?? tomorrowBehind) return { kind: 'at', at, day: 'tomorrow' };
  const orAt = NO_HALF.test(rest) ? localTimeOf(minuteOfDay(at) + 12 * 60) : undefined;
  return orAt === undefined ? { kind: 'at', at } : { kind: 'at', at, orAt };
}

/** A time as on a clock of twelve hours: `09:00` and `18:30` are as on one of 24. */
const NO_HALF = /^(?:(?:at|until|till|to|by|в|до|к|на) )?(?:about |around )?(?:[1-9]|1[01])(?:[:.\- ]\d\d)?$/;

const SAYS =
  /^(?:please |пожалуйста,? )?(?:(?:remind|snooze|напомни|отложи)(?:ть|те)? ?|(?:in|after|at|until|till|by|через|спустя|в|во|до|к) |(?:this|tonight|tomorrow|завтра|сегодня|утром|днем|вечером|ночью|после)(?: |$))/;
const CLOCK = /^\d{1,2}:\d{2}$/;

/**
 * Whether words say by themselves that they put something off (`in 5 min`, `at 18:30`, `до вечера`), and are no amount, no
 * length of what was done, and no other answer.
 */
export function saysDelay(text: TypedText): boolean {
  const words = plainWords(text, PHRASE_LENGTH);
  return words !== undefined && (SAYS.test(words) || CLOCK.test(words));
}

/** Whether it is nothing but digits, which say of no one what they count. */
export const isNumber = (text: TypedText): boolean => /^\d+$/.test(plainWords(text, PHRASE_LENGTH) ?? '');

function timeIn(words: string): LocalTime | undefined {
  const part = PARTS_OF_DAY.find(([pattern]) => pattern.test(words));
  if (part) return part[1];
  const evening = /^(?:tonight|this evening|вечером) (.+)$/.exec(words)?.[1];
  if (evening === undefined) return timeOfDayIn(words.replace(BEFORE_A_TIME, ''));
  const hour = evening.replace(BEFORE_A_TIME, '');
  return timeOfDayIn(`${hour} pm`) ?? timeOfDayIn(hour);
}
