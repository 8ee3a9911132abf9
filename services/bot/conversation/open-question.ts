import { listOf } from '../features/check-in/lists.ts';
import type { Input } from '../incoming.ts';
import { habitOf, type Person } from '../person.ts';
import { type Dialog, draftOf } from './dialog.ts';
import type { Phrase, Reminded, Screen, Show } from './screen.ts';
import type { Step } from './step.ts';
import { tapData } from './taps.ts';

/** What a dialog waits for: said again in a line, and asked in full on its screen. */
export type Question = { line: Phrase; screen: Screen };

/** @returns undefined outside a dialog, and where nobody waits for an answer. */
export function questionOf(dialog: Dialog, person: Person): Question | undefined {
  const asks = (key: string, screen: Screen, args?: Phrase['args']): Question => ({
    line: args ? { key, args } : { key },
    screen,
  });
  const named = (habitId: Parameters<typeof habitOf>[1]) => ({ name: habitOf(person, habitId)?.name ?? '' });
  switch (dialog.at) {
    case 'idle':
      return undefined;
    case 'choosingTimezone':
      return asks('still-timezone', { screen: 'askTimezone', why: dialog.first ? 'needed' : 'change' });
    case 'newHabit': {
      const { step, draft, offered } = dialog;
      if (offered) return undefined;
      const screen: Screen = { screen: 'draft', step, draft };
      return draft.name ? asks('still-habit', screen, { name: draft.name }) : asks('still-name', screen);
    }
    case 'renaming':
      return asks('still-rename', { screen: 'rename', habitId: dialog.habitId }, named(dialog.habitId));
    case 'pausing':
      return asks('still-pause', { screen: 'pauseHabit', habitId: dialog.habitId }, named(dialog.habitId));
    case 'addingReminder':
      return asks('still-time', { screen: 'addReminder', habitId: dialog.habitId }, named(dialog.habitId));
    case 'movingReminder': {
      const { habitId, from } = dialog;
      return asks('still-time', { screen: 'moveReminder', habitId, at: from }, named(habitId));
    }
    case 'editingHabit': {
      const { step, draft } = dialog;
      return asks('still-change', { screen: 'draft', step, draft }, named(dialog.habitId));
    }
    case 'choosingEmoji':
      return asks('still-emoji', { screen: 'chooseEmoji', habitId: dialog.habitId }, named(dialog.habitId));
    case 'namingGroup':
      return asks('still-group', { screen: 'nameGroup', habitId: dialog.habitId }, named(dialog.habitId));
    case 'enteringAmount':
      return asks('still-amount', listOf(dialog.askedIn, { asking: dialog.day }), named(dialog.day.habitId));
    case 'snoozing': {
      const { day, askedIn, all } = dialog;
      const asking = all ? ({ choosing: 'all' } as const) : { snoozing: day };
      return asks('still-wait', { screen: 'card', items: askedIn.items, ...asking }, named(day.habitId));
    }
    case 'noting': {
      const args = named(dialog.day.habitId);
      const phrase = { key: 'ask-note', args };
      return asks('still-note', { screen: 'notice', phrase, cancel: true }, args);
    }
    case 'settingQuietHours':
      return asks('still-quiet', { screen: 'quietHours' });
    case 'planningVacation':
      return asks('still-vacation', { screen: 'vacation' });
  }
}

/**
 * A dialog's question survives what a person does beside it. What only shows something leaves it open, and says it again
 * in the same message where that pushes it out of sight; what asks another question says what becomes of this one, and a
 * habit in the making waits until the other is answered.
 */
export function keepQuestion(before: Dialog, step: Step, input: Input, person: Person): Step {
  const dialog = carriedOn(before, step.dialog);
  const replaced = lineInstead(before, dialog);
  const { shows } = step;
  if (replaced)
    return { ...step, dialog, shows: shows.map((show, n) => (n === 0 ? saying(show, replaced) : show)) };
  const question = questionOf(dialog, person);
  const isOpen = isSame(before, dialog) || !isSame(dialog, step.dialog);
  // Words that reply to nothing are meant as the answer: what is said of them asks for a better one.
  const isAnswer = input.kind === 'text' && !input.repliedTo && isSame(before, dialog);
  if (!question || !isOpen || isAnswer) return { ...step, dialog };
  const last = shows.findLastIndex((show) => hides(show, dialog, question, input));
  return {
    ...step,
    dialog,
    shows: shows.map((show, n) => (n === last ? reminding(show, question, dialog) : show)),
  };
}

/** A draft with a name is kept while another dialog goes on, and taken up again after it. */
function carriedOn(before: Dialog, after: Dialog): Dialog {
  const unfinished = draftOf(before);
  if (!unfinished || after.at === 'newHabit') return after;
  if (after.at !== 'idle') return { ...after, unfinished };
  return before.at === 'newHabit' ? after : { at: 'newHabit', ...unfinished };
}

/** These ask by a screen of their own, which another question takes the place of. */
const REPLACEABLE: readonly Dialog['at'][] = [
  'renaming',
  'pausing',
  'addingReminder',
  'movingReminder',
  'editingHabit',
  'choosingEmoji',
  'namingGroup',
  'settingQuietHours',
  'planningVacation',
];

function lineInstead(before: Dialog, after: Dialog): Phrase | undefined {
  if (after.at === before.at || after.at === 'idle' || (after.at === 'newHabit' && draftOf(before)))
    return undefined;
  const draft = before.at === 'newHabit' ? draftOf(before)?.draft : undefined;
  if (draft?.name) return { key: 'draft-kept', args: { name: draft.name } };
  const isReplaced = REPLACEABLE.includes(before.at) || (before.at === 'choosingTimezone' && !before.first);
  return isReplaced ? { key: 'question-dropped' } : undefined;
}

/** Whether a person who is shown this no longer sees the question. */
function hides({ place, screen }: Show, dialog: Dialog, question: Question, input: Input): boolean {
  if (isSame(screen, question.screen) || asksAgain(screen, dialog)) return false;
  if (place === 'anew') return true;
  if (input.kind !== 'tap' || !input.message) return false;
  const { data, messageId } = input.message;
  const askedIn = 'askedIn' in dialog ? dialog.askedIn.messageId : undefined;
  return (
    messageId === askedIn ||
    data.some((each) => each.startsWith(tapData({ tap: 'cancel' }))) ||
    data.includes(tapData({ tap: 'goOn' }))
  );
}

/** Says what could not be read of an answer, or offers answers. */
function asksAgain(screen: Screen, { at }: Dialog): boolean {
  if (screen.screen === 'notice') return screen.cancel;
  if (screen.screen === 'unfinished') return true;
  return at === 'choosingTimezone' && ['askTimezone', 'clocks', 'zones'].includes(screen.screen);
}

const saying = (show: Show, line: Phrase): Show => (show.above ? show : { ...show, above: line });

const reminding = (show: Show, { line }: Question, { at }: Dialog): Show => ({
  ...show,
  below: { line, at, screen: backTo(show.screen) },
});

/** What a message shows when the question under it is called off. */
function backTo({ screen }: Screen): Reminded['screen'] {
  switch (screen) {
    case 'today':
    case 'habits':
    case 'settings':
    case 'help':
    case 'welcomeBack':
      return screen;
    default:
      return 'other';
  }
}

/** Both are data of one shape. */
const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
