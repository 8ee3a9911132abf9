import type { Locale } from '#contracts/account-events.ts';
import type { HabitId } from '#contracts/ids.ts';
import type { Input } from '../incoming.ts';
import type { Person } from '../person.ts';
import { readAmount } from '../reading/amount.ts';
import { readDelay } from '../reading/delay.ts';
import { typeAmount } from './answering.ts';
import { cardIn } from './card.ts';
import { commanded } from './commands.ts';
import type { Card, Dialog } from './dialog.ts';
import { typeName, typeReminderTime } from './managing.ts';
import { describeDraft } from './new-habit.ts';
import { typeQuietHours, typeVacation } from './settings.ts';
import { replyToCard, typeWait } from './snoozing.ts';
import { anew, type Knowledge, notice, type Step, stay } from './step.ts';
import { tapped } from './taps.ts';
import { askTimezone, locate, showClocks, typePlace } from './timezone.ts';

export type Happening = {
  input: Input;
  /** The language to register a new person with. */
  locale: Locale;
  /** The id of the habit that this update would define. */
  newHabitId: HabitId;
};

/**
 * The whole conversation as one function: what follows from an input in a dialog, for a person as they are now. The
 * same arguments always give the same step.
 *
 * A command in the middle of a dialog does what it says and ends the dialog; unknown commands leave it. Buttons under
 * other messages work meanwhile.
 */
export function next(dialog: Dialog, happening: Happening, person: Person, knowledge: Knowledge): Step {
  if (!person.account.registered) {
    const { locale } = happening;
    const step = askTimezone('welcome');
    return { ...step, orders: [{ to: 'account', command: { type: 'RegisterAccount', data: { locale } } }] };
  }
  const step = answer(dialog, happening, person, knowledge);
  if (!person.account.blocked) return step;
  // Whoever writes to us has not blocked us, whatever order the notices of it came in.
  return {
    ...step,
    orders: [{ to: 'account', command: { type: 'RecordUnblock', data: {} } }, ...step.orders],
  };
}

function answer(dialog: Dialog, happening: Happening, person: Person, knowledge: Knowledge): Step {
  const { input } = happening;
  switch (input.kind) {
    case 'tap':
      return tapped(dialog, input, happening, person, knowledge);
    case 'command':
      return commanded(dialog, input.name, person);
    case 'location':
      return locate(dialog, input, person, knowledge);
    case 'attachment':
      return stay(dialog, anew(notice(dialog.at === 'idle' ? 'only-text' : 'only-text-now')));
    case 'text':
      if (knowledge.keyboard.cancel.includes(input.text)) return commanded(dialog, 'cancel', person);
      if (knowledge.keyboard.clocks.includes(input.text)) return showClocks(dialog, person);
      return said(dialog, input, person, knowledge);
  }
}

/** Words sent in reply to the very message that asks are its answer, if they can be. */
function isAskingIn(card: Card, dialog: Dialog, text: string, { account }: Person): boolean {
  if (dialog.at !== 'snoozing' && dialog.at !== 'enteringAmount') return false;
  if (dialog.askedIn.messageId !== card.messageId) return false;
  return dialog.at === 'snoozing' || readAmount(text, account.locale) !== undefined;
}

type Said = Extract<Input, { kind: 'text' }>;

function said(dialog: Dialog, { text, repliedTo }: Said, person: Person, knowledge: Knowledge): Step {
  const card = repliedTo && cardIn(repliedTo);
  if (card && person.account.timezone && !isAskingIn(card, dialog, text, person)) {
    const delay = readDelay(text);
    if (delay) return replyToCard(dialog, delay, card, person);
    if (dialog.at === 'idle') return stay(dialog, anew(notice('wait-unreadable')));
  }
  switch (dialog.at) {
    case 'idle':
      return person.account.timezone ? stay(dialog, anew(notice('not-understood'))) : askTimezone('needed');
    case 'choosingTimezone':
      return typePlace(dialog, text, person, knowledge);
    case 'newHabit':
      return describeDraft(dialog, text, person);
    case 'renaming':
      return typeName(dialog, text, person);
    case 'addingReminder':
      return typeReminderTime(dialog, text, person);
    case 'enteringAmount':
      return typeAmount(dialog, text, person);
    case 'snoozing':
      return typeWait(dialog, text, person);
    case 'settingQuietHours':
      return typeQuietHours(dialog, text);
    case 'planningVacation':
      return typeVacation(dialog, text, person);
  }
}
