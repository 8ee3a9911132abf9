import type { LocalDate } from '#contracts/time.ts';
import type { Card, HabitDay } from '../../conversation/dialog.ts';
import type { Habit, Person } from '../../person.ts';
import {
  answerWords,
  namesBesideNumbers,
  readAnswers,
  type Said,
  type TypedAnswer,
} from '../../reading/answer.ts';
import { readSaidDay } from '../../reading/said-day.ts';
import type { TypedText } from '../../reading/typed-text.ts';
import { inGoal } from '../../reading/unit.ts';
import type { Answer } from '../check-in/dialog.ts';
import { namesOf } from './names.ts';

export type DayAnswer = HabitDay & Answer;

/**
 * What words without a name may be of on a day that they name, or on the day at hand; of that one, `dayOf` a habit. `card`:
 * the message that they answer.
 */
export type Near = {
  card?: Card;
  habitsOn: (on: LocalDate | undefined) => readonly Habit[];
  dayOf: (habit: Habit) => HabitDay;
};

/** As many as fit a phone beside what they answer. */
const MOST_OFFERED = 20;

/**
 * What a text may mean: an answer for each habit that it may be of, those at hand if it names none. A day that it names is
 * the day of the answer, unless the word is a part of a habit's name.
 * @returns `unsureDay` for an answer of a day that may be one of several.
 */
export function meaningsOf(text: TypedText, person: Person, near: Near): DayAnswer[] | 'unsureDay' {
  const words = answerWords(text);
  const day = readSaidDay(words, person.today);
  const atHand = near.habitsOn(undefined);
  if (!day) return answersIn(words, person, { habits: atHand, dayOf: near.dayOf });
  const shared = day.said.split(' ');
  // `not today` is an answer of its own.
  const isPartOf = ({ name, answer }: Said) =>
    answer.is !== 'amount' || name.split(' ').some((word) => shared.includes(word));
  const ofAll = namesOf(person.habits);
  const mayBeWhole = day.on === person.today || shared.some((word) => ofAll(word).length > 0);
  const whole = mayBeWhole
    ? answersIn(words, person, { habits: atHand, dayOf: near.dayOf, isWanted: isPartOf })
    : [];
  if (whole.length > 0) return whole;
  const on = day.on ?? person.today;
  const ofDay = answersIn(day.rest, person, {
    habits: near.habitsOn(on),
    dayOf: ({ habitId }) => ({ habitId, on }),
  });
  if (ofDay.length > 0) return day.on ? ofDay : 'unsureDay';
  return day.isWeak ? answersIn(words, person, { habits: atHand, dayOf: near.dayOf }) : [];
}

/** The one counted habit that stands beside a number which is not surely read, and the day of it; absent if unsure. */
export function unsureNumberOf(
  text: TypedText,
  person: Person,
): { habit: Habit; on?: LocalDate } | undefined {
  const words = answerWords(text);
  const day = readSaidDay(words, person.today);
  const ofDay = day && countedBeside(day.rest, person);
  if (ofDay) return { habit: ofDay, ...(day.on && { on: day.on }) };
  const habit = day && !day.isWeak ? undefined : countedBeside(words, person);
  return habit && { habit, on: person.today };
}

function countedBeside(words: string, { habits }: Person): Habit | undefined {
  const ofAll = namesOf(habits);
  const [name = ''] = namesBesideNumbers(words, (part) => ofAll(part).length > 0);
  const [habit, ...others] = ofAll(name).filter(({ state }) => state.goal.kind === 'numeric');
  return others.length > 0 ? undefined : habit;
}

type Wanted = {
  habits: readonly Habit[];
  dayOf: (habit: Habit) => HabitDay;
  isWanted?: (said: Said) => boolean;
};

function answersIn(
  words: string,
  { account, habits: all }: Person,
  { habits: near, dayOf, isWanted = () => true }: Wanted,
): DayAnswer[] {
  const named = namesOf(near, all);
  const isName = (part: string) => named(part).length > 0;
  for (const { name, answer } of readAnswers(words, account.locale, isName).filter(isWanted)) {
    const habits = name === '' ? near : named(name);
    const found = habits.flatMap((habit): DayAnswer[] => {
      const means = answerFor(habit, answer);
      return means ? [{ ...dayOf(habit), ...means }] : [];
    });
    if (found.length > 0) return found.slice(0, MOST_OFFERED);
  }
  return [];
}

/** What an answer is for a habit: an amount in its unit, `done` for all of an amount; undefined where it cannot be meant. */
function answerFor({ state: { goal } }: Habit, answer: TypedAnswer): Answer | undefined {
  if (answer.is === 'amount') {
    const { amount } = answer;
    const value = inGoal(amount, goal);
    return value === undefined ? undefined : { action: amount.adds ? 'add' : 'amount', value };
  }
  if (answer.is !== 'done' || goal.kind === 'yesNo') return { action: answer.is };
  return goal.direction === 'atLeast' ? { action: 'amount', value: goal.target } : undefined;
}
