import type { LocalDate } from '#contracts/time.ts';
import { type Card, type Dialog, type HabitDay, IDLE } from '../../conversation/dialog.ts';
import type { Screen } from '../../conversation/screen.ts';
import { type Step, send, stay } from '../../conversation/step.ts';
import { isSettled } from '../../domain/reminding.ts';
import { type Habit, habitOf, type Person } from '../../person.ts';
import { isNumber, readDelay, saysDelay } from '../../reading/delay.ts';
import type { TypedText } from '../../reading/typed-text.ts';
import { habitsOn } from '../check-in/day-list.ts';
import { commandsFor, holdsMore, without } from '../check-in/dialog.ts';
import { listOf, sameDay } from '../check-in/lists.ts';
import { replyToCard } from '../snooze/dialog.ts';
import { type DayAnswer, meaningsOf, type Near, unsureNumberOf } from './meanings.ts';

/*
 * An answer in words, in reply to a reminder or at any time. It is an answer to a habit first, and a delay only when it says
 * so. What may mean several habits is asked with a button for each.
 */

/** Words in reply to a reminder. @returns undefined for words that say nothing of it. */
export function answerCard(dialog: Dialog, text: TypedText, card: Card, person: Person): Step | undefined {
  const delay = readDelay(text);
  if (delay && saysDelay(text)) return replyToCard(dialog, delay, card, person);
  const shown = card.items.flatMap(({ habitId }) => person.habits.filter((each) => each.habitId === habitId));
  const dayOf = ({ habitId }: Habit): HabitDay =>
    card.items.find((item) => item.habitId === habitId) ?? { habitId, on: person.today };
  const openOf = (on: LocalDate | undefined) => {
    const open = shown.filter((habit) => !isSettled(habit.state, on ?? dayOf(habit).on));
    return open.length > 0 ? open : shown;
  };
  const step = answered(dialog, text, person, { card, habitsOn: openOf, dayOf });
  if (step) return step;
  // Where something is counted, a length of time may be the answer, and a number everywhere.
  const isCounted = shown.some(({ state }) => state.goal.kind === 'numeric');
  return delay && !isCounted && !isNumber(text) ? replyToCard(dialog, delay, card, person) : undefined;
}

/**
 * Words at any time: an answer to the last reminder while something of it is open, `water 5`, or an answer alone that a habit
 * of the day can mean.
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
  const openOn = (on = person.today) => habitsOn(person, on).filter(({ state }) => !isSettled(state, on));
  return answered(dialog, text, person, near(person, openOn)) ?? askAgain(dialog, text, person);
}

/**
 * `skip run` while an amount of another habit is asked for: words that name a habit are an answer to it, and `3 yesterday` is
 * one to the habit that is asked about.
 */
export function answerNamed(
  dialog: Extract<Dialog, { at: 'enteringAmount' }>,
  text: TypedText,
  person: Person,
): Step | undefined {
  const asked = person.habits.filter(({ habitId }) => habitId === dialog.day.habitId);
  return answered(
    dialog,
    text,
    person,
    near(person, (on) => (on === undefined ? [] : asked)),
  );
}

const near = ({ today }: Person, habitsOf: Near['habitsOn']): Near => ({
  habitsOn: habitsOf,
  dayOf: ({ habitId }) => ({ habitId, on: today }),
});

/** A number that is not surely read, beside the name of one counted habit, is asked for again. */
function askAgain(dialog: Dialog, text: TypedText, person: Person): Step | undefined {
  const unsure = unsureNumberOf(text, person);
  if (!unsure) return undefined;
  const { habit, on } = unsure;
  if (on === undefined) return askDay(dialog);
  const { habitId, state } = habit;
  const phrase = { key: 'amount-unreadable', args: { name: state.name } };
  return stay(
    { at: 'enteringAmount', day: { habitId, on }, askedIn: { list: 'today', page: 0, on } },
    send({ screen: 'notice', phrase, cancel: true }),
  );
}

/** A day that may be one of several is said again by its date. */
const askDay = (dialog: Dialog): Step =>
  stay(dialog, send({ screen: 'notice', phrase: { key: 'day-unreadable' }, cancel: dialog.at !== 'idle' }));

/** One habit is answered for; of several, it is asked which. */
function answered(dialog: Dialog, text: TypedText, person: Person, at: Near): Step | undefined {
  const answers = meaningsOf(text, person, at);
  if (answers === 'unsureDay') return askDay(dialog);
  const [answer, ...others] = answers;
  if (!answer) return undefined;
  return others.length > 0
    ? stay(dialog, send({ screen: 'which', answers }))
    : recorded(dialog, answer, person, at.card);
}

/** What would undo a better answer is asked about first. A card that shows the day shows the answer. */
function recorded(dialog: Dialog, answer: DayAnswer, person: Person, card?: Card): Step | undefined {
  const habit = habitOf(person, answer.habitId);
  if (!habit) return undefined;
  const day = { habitId: answer.habitId, on: answer.on };
  const shownIn = card?.items.some((item) => sameDay(item, day)) ? card : undefined;
  if ((answer.action === 'skip' || answer.action === 'no') && holdsMore(habit, day, answer.action)) {
    const focus = { instead: { ...day, of: answer.action } };
    const asked: Screen = shownIn
      ? listOf(shownIn, focus)
      : { screen: 'today', page: 0, on: day.on, ...focus };
    return stay(dialog, send(asked));
  }
  const messageId = shownIn?.messageId;
  // The question for an amount of today is answered by `3 yesterday` too.
  const isAsked = dialog.at === 'enteringAmount' && dialog.day.habitId === day.habitId;
  return {
    dialog: isAsked ? IDLE : without(dialog, day),
    commands: commandsFor(day, answer, habit, person).map((command) => ({
      to: 'habit' as const,
      habitId: day.habitId,
      command,
    })),
    shows: [
      ...(shownIn && messageId !== undefined ? [{ place: { messageId }, screen: listOf(shownIn) }] : []),
      send({ screen: 'answered', day }),
    ],
  };
}
