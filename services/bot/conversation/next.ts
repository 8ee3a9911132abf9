import { askForAmount, typeAmount } from '../features/check-in/dialog.ts';
import { typeNote } from '../features/check-in/note.ts';
import { typeEmoji, typeGroup } from '../features/edit-habit/dialog.ts';
import { typeEditStep } from '../features/edit-habit/steps.ts';
import { typeMovedTime, typeName, typeReminderTime } from '../features/habits/dialog.ts';
import { typePause } from '../features/habits/pause.ts';
import { handleBotCommand } from '../features/menu/dialog.ts';
import { receiveFile } from '../features/moving/dialog.ts';
import { describeDraft } from '../features/new-habit/dialog.ts';
import { handlePremiumCommand } from '../features/premium/dialog.ts';
import { withinPlan } from '../features/premium/limits.ts';
import { cardIn } from '../features/reminder-card/dialog.ts';
import { typeQuietHours, typeVacation } from '../features/settings/dialog.ts';
import { openShared } from '../features/share/dialog.ts';
import { typeWait } from '../features/snooze/dialog.ts';
import { askTimezone, locate, showClocks, typePlace } from '../features/timezone/dialog.ts';
import { answerAnytime, answerCard, answerNamed } from '../features/typed-answer/dialog.ts';
import type { Input } from '../incoming.ts';
import type { Person } from '../person.ts';
import { readAmount } from '../reading/amount.ts';
import { isOneOf, type TypedText } from '../reading/typed-text.ts';
import { type Card, type Dialog, IDLE } from './dialog.ts';
import { handleTap } from './next-tap.ts';
import { keepQuestion } from './open-question.ts';
import { notice, type Step, send, stay } from './step.ts';
import type { UpdateContext } from './update-context.ts';

/**
 * The whole conversation as one function: what follows from an input in a dialog, for a person as they are now. The
 * same arguments always give the same step.
 *
 * A dialog ends with its answer, with /cancel, or when another one begins. Commands and buttons under other messages go on
 * working meanwhile: see open-question.ts.
 */
export function next(stored: Dialog, context: UpdateContext, person: Person): Step {
  const dialog = isOfferOver(stored, person) ? IDLE : stored;
  if (!person.account.registered) {
    const { locale } = context;
    const { input } = context;
    const behind = input.kind === 'command' && input.name === 'start' ? input.behind : undefined;
    const step = openShared(dialog, behind, person) ?? askTimezone('welcome');
    return { ...step, commands: [{ to: 'account', command: { type: 'RegisterAccount', data: { locale } } }] };
  }
  const planned = withinPlan(stepFor(dialog, context, person), dialog, person, context.reference.plan);
  const step = keepQuestion(dialog, planned, context.input, person);
  if (!person.account.blocked) return step;
  // A person who writes to the bot has not blocked it; Telegram's notices of the two may come in any order.
  return {
    ...step,
    commands: [{ to: 'account', command: { type: 'RecordUnblock', data: {} } }, ...step.commands],
  };
}

/** Who has habits, from a file perhaps, was not asked for the name of one. */
const isOfferOver = (dialog: Dialog, { habits }: Person): boolean =>
  dialog.at === 'newHabit' && dialog.offered === true && habits.length > 0;

function stepFor(dialog: Dialog, context: UpdateContext, person: Person): Step {
  const { input, reference } = context;
  switch (input.kind) {
    case 'tap':
      return handleTap(dialog, { ...context, input }, person);
    case 'command':
      return (
        handlePremiumCommand(dialog, input.name, context, person) ?? handleBotCommand(dialog, input, person)
      );
    case 'location':
      return locate(dialog, input, person, reference);
    case 'document':
      return receiveFile(dialog, input, person);
    case 'attachment':
      return stay(dialog, send(notice(dialog.at === 'idle' ? 'only-text' : 'only-text-now')));
    case 'text':
      if (isOneOf(input.text, reference.keyboard.cancel))
        return handleBotCommand(dialog, { name: 'cancel' }, person);
      if (isOneOf(input.text, reference.keyboard.clocks)) return showClocks(dialog, person);
      return handleText(dialog, input, person, context);
  }
}

/** Words sent in reply to the message that asks for them are the answer to it, if they can be read as one. */
function isAskingIn(card: Card, dialog: Dialog, text: TypedText, { account }: Person): boolean {
  if (dialog.at !== 'snoozing' && dialog.at !== 'enteringAmount') return false;
  if (dialog.askedIn.messageId !== card.messageId) return false;
  return dialog.at === 'snoozing' || readAmount(text, account.locale) !== undefined;
}

type TextInput = Extract<Input, { kind: 'text' }>;

function handleText(
  dialog: Dialog,
  { text, repliedTo }: TextInput,
  person: Person,
  context: UpdateContext,
): Step {
  const card = repliedTo && cardIn(repliedTo);
  const isAnswerToCard = card && person.account.timezone && !isAskingIn(card, dialog, text, person);
  if (isAnswerToCard) {
    const step = answerCard(dialog, text, card, person);
    if (step) return step;
    if (dialog.at === 'idle') return stay(dialog, send(notice('answer-unreadable')));
  }
  switch (dialog.at) {
    case 'idle':
      if (!person.account.timezone) return askTimezone('needed');
      return (
        answerAnytime(dialog, text, person, context.lastReminder) ??
        stay(dialog, send(notice('not-understood')))
      );
    case 'choosingTimezone':
      return typePlace(dialog, text, person, context.reference);
    case 'newHabit':
      return describeDraft(dialog, text, person, context);
    case 'renaming':
      return typeName(dialog, text, person);
    case 'pausing':
      return typePause(dialog, text, person);
    case 'addingReminder':
      return typeReminderTime(dialog, text, person);
    case 'movingReminder':
      return typeMovedTime(dialog, text, person);
    case 'editingHabit':
      return typeEditStep(dialog, text, person);
    case 'choosingEmoji':
      return typeEmoji(dialog, text);
    case 'namingGroup':
      return typeGroup(dialog, text);
    case 'enteringAmount':
      return (
        typeAmount(dialog, text, person) ??
        // What was read in reply to a card names no habit.
        (isAnswerToCard ? undefined : answerNamed(dialog, text, person)) ??
        askForAmount(dialog, person)
      );
    case 'snoozing':
      return typeWait(dialog, text, person);
    case 'noting':
      return typeNote(dialog, text, person);
    case 'settingQuietHours':
      return typeQuietHours(dialog, text);
    case 'planningVacation':
      return typeVacation(dialog, text, person);
  }
}
