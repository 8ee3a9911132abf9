import type { Card, Dialog, HabitDay } from '../../conversation/dialog.ts';
import type { Screen } from '../../conversation/screen.ts';
import { type Step, send, stay } from '../../conversation/step.ts';
import { isSettled } from '../../domain/reminding.ts';
import { type Habit, habitOf, type Person } from '../../person.ts';
import { namesBesideNumbers, readAnswers, type TypedAnswer } from '../../reading/answer.ts';
import { isNumber, readDelay, saysDelay } from '../../reading/delay.ts';
import type { TypedText } from '../../reading/typed-text.ts';
import { inUnit } from '../../reading/unit.ts';
import { habitsOn } from '../check-in/day-list.ts';
import { type Answer, commandsFor, holdsMore, without } from '../check-in/dialog.ts';
import { listOf } from '../check-in/lists.ts';
import { replyToCard } from '../snooze/dialog.ts';
import { namesOf } from './names.ts';

/*
 * An answer in words, in reply to a reminder or at any time. It is an answer to a habit first, and a delay only when it says
 * so. What may mean several habits is asked with a button for each.
 */

/** As many as fit a phone beside what they answer. */
const MOST_OFFERED = 20;

/** Words in reply to a reminder. @returns undefined for words that say nothing of it. */
export function answerCard(dialog: Dialog, text: TypedText, card: Card, person: Person): Step | undefined {
  const delay = readDelay(text);
  if (delay && saysDelay(text)) return replyToCard(dialog, delay, card, person);
  const shown = card.items.flatMap(({ habitId }) => person.habits.filter((each) => each.habitId === habitId));
  const dayOf = ({ habitId }: Habit): HabitDay =>
    card.items.find((item) => item.habitId === habitId) ?? { habitId, on: person.today };
  const open = shown.filter((habit) => !isSettled(habit.state, dayOf(habit).on));
  const answers = answersIn(text, person, open.length > 0 ? open : shown, dayOf);
  if (answers.length > 0) return answered(dialog, answers, card, person);
  // Where something is counted, a length of time may be the answer, and a number everywhere.
  const isCounted = shown.some(({ state }) => state.goal.kind === 'numeric');
  return delay && !isCounted && !isNumber(text) ? replyToCard(dialog, delay, card, person) : undefined;
}

/**
 * Words at any time: an answer to the last reminder while something of it is open, `water 5`, or an answer alone that a habit
 * of today can mean.
 */
export function answerAnytime(
  dialog: Dialog,
  text: TypedText,
  person: Person,
  lastReminder?: Card,
): Step | undefined {
  const isOpen = ({ habitId, on }: HabitDay) => {
    const habit = habitOf(person, habitId);
    return habit !== undefined && !habit.archived && !isSettled(habit, on);
  };
  if (lastReminder?.items.some(isOpen)) {
    const step = answerCard(dialog, text, lastReminder, person);
    if (step) return step;
  }
  const on = person.today;
  const open = habitsOn(person, on).filter(({ state }) => !isSettled(state, on));
  const answers = answersIn(text, person, open, ({ habitId }) => ({ habitId, on }));
  return answers.length > 0 ? answered(dialog, answers, undefined, person) : askAgain(text, person);
}

/** `skip run` while an amount of another habit is asked for: words that name a habit are an answer to it. */
export function answerNamed(dialog: Dialog, text: TypedText, person: Person): Step | undefined {
  const on = person.today;
  const answers = answersIn(text, person, [], ({ habitId }) => ({ habitId, on }));
  return answers.length > 0 ? answered(dialog, answers, undefined, person) : undefined;
}

/** A number that is not surely read, beside the name of one counted habit, is asked for again. */
function askAgain(text: TypedText, person: Person): Step | undefined {
  const ofAll = namesOf(person.habits);
  const [name = ''] = namesBesideNumbers(text, (words) => ofAll(words).length > 0);
  const [habit, ...others] = ofAll(name).filter(({ state }) => state.goal.kind === 'numeric');
  if (!habit || others.length > 0) return undefined;
  const { habitId, state } = habit;
  const on = person.today;
  const phrase = { key: 'amount-unreadable', args: { name: state.name } };
  return stay(
    { at: 'enteringAmount', day: { habitId, on }, askedIn: { list: 'today', page: 0, on } },
    send({ screen: 'notice', phrase, cancel: true }),
  );
}

type DayAnswer = HabitDay & Answer;

/** What a text may mean: an answer for each habit that it may be of, those of `near` if it names none. */
function answersIn(
  text: TypedText,
  person: Person,
  near: readonly Habit[],
  dayOf: (habit: Habit) => HabitDay,
): DayAnswer[] {
  const { locale } = person.account;
  const [ofNear, ofAll] = [namesOf(near), namesOf(person.habits)];
  const named = (words: string) => {
    const found = ofNear(words);
    return found.length > 0 ? found : ofAll(words);
  };
  for (const { name, answer } of readAnswers(text, locale, (words) => named(words).length > 0)) {
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
    const value = goal.kind === 'numeric' ? inUnit(amount.value, amount.unit, goal.unit) : undefined;
    return value === undefined ? undefined : { action: amount.adds ? 'add' : 'amount', value };
  }
  if (answer.is !== 'done' || goal.kind === 'yesNo') return { action: answer.is };
  return goal.direction === 'atLeast' ? { action: 'amount', value: goal.target } : undefined;
}

/** One habit is answered for; of several, it is asked which; what would undo a better answer is asked about first. */
function answered(
  dialog: Dialog,
  answers: readonly DayAnswer[],
  card: Card | undefined,
  person: Person,
): Step {
  const [answer, ...others] = answers;
  const habit = answer && habitOf(person, answer.habitId);
  if (!habit || others.length > 0) return stay(dialog, send({ screen: 'which', answers: [...answers] }));
  const day = { habitId: answer.habitId, on: answer.on };
  if ((answer.action === 'skip' || answer.action === 'no') && holdsMore(habit, day, answer.action)) {
    const focus = { instead: { ...day, of: answer.action } };
    const asked: Screen = card ? listOf(card, focus) : { screen: 'today', page: 0, on: day.on, ...focus };
    return stay(dialog, send(asked));
  }
  const messageId = card?.messageId;
  return {
    dialog: without(dialog, day),
    commands: commandsFor(day, answer, habit, person).map((command) => ({
      to: 'habit' as const,
      habitId: day.habitId,
      command,
    })),
    shows: [
      ...(card && messageId !== undefined ? [{ place: { messageId }, screen: listOf(card) }] : []),
      send({ screen: 'answered', day }),
    ],
  };
}
