import type { BotMessage, Input } from '../incoming.ts';
import type { Person } from '../person.ts';
import { parseTap, type Tap } from '../taps.ts';
import { type Answer, listOf, tapAnswer } from './answering.ts';
import { cardOf, readCardTap, tapCard } from './card.ts';
import type { AskedIn, Dialog, HabitDay } from './dialog.ts';
import { tapHabit } from './managing.ts';
import { beginHabit, stepBack, tapDraft } from './new-habit.ts';
import type { Happening } from './next.ts';
import { changeLanguage, tapSettings } from './settings.ts';
import { dropped, end, here, type Knowledge, notice, type Step, stay, toast } from './step.ts';
import { askTimezone, askTimezoneAgain, showClocks, tapClock, tapZone } from './timezone.ts';

type Tapped = Extract<Input, { kind: 'tap' }>;

/** Data may be forged: it is read strictly, and habits are looked up among the person's own. */
export function tapped(
  dialog: Dialog,
  { data, message }: Tapped,
  happening: Happening,
  person: Person,
  knowledge: Knowledge,
): Step {
  const onCard = readCardTap(data);
  const tap = parseTap(data);
  if (!onCard && !tap) return toast(dialog, 'toast-unknown');
  if (tap?.tap === 'clocks') return showClocks(dialog, person, here);
  if (tap?.tap === 'clock') return tapClock(dialog, tap.offset, person, knowledge);
  if (tap?.tap === 'zone') return tapZone(dialog, tap.timezone, person);
  if (tap?.tap === 'language') return changeLanguage(dialog, tap.locale);
  if (tap?.tap === 'cancel') return cancel(dialog);
  if (!person.account.timezone) return askTimezone('needed');
  if (onCard) return tapCard(dialog, onCard, cardOf(message, onCard.day), person);
  return tap ? tapScreen(dialog, tap, message, happening, person, knowledge) : toast(dialog, 'toast-unknown');
}

function tapScreen(
  dialog: Dialog,
  tap: Tap,
  message: BotMessage | undefined,
  happening: Happening,
  person: Person,
  knowledge: Knowledge,
): Step {
  switch (tap.tap) {
    case 'today':
      return stay(dialog, here({ screen: 'today', page: tap.page }));
    case 'habits':
    case 'archive':
      return stay(dialog, here({ screen: 'habits', page: tap.page, archived: tap.tap === 'archive' }));
    case 'help':
      return stay(dialog, here({ screen: 'help' }));
    case 'changeZone':
      return askTimezoneAgain(dialog);
    case 'newHabit':
      return beginHabit(person, here, dropped(dialog));
    case 'back':
      return stepBack(dialog);
  }
  const settled = tapSettings(dialog, tap, person);
  if (settled) return settled;
  const answer = readDayTap(tap);
  if (answer) {
    const askedIn: AskedIn = { list: 'today', page: answer.page, messageId: message?.messageId };
    return tapAnswer(dialog, answer.day, answer.answer, askedIn, person);
  }
  if ('habitId' in tap) return tapHabit(dialog, tap, person);
  return tapDraft(dialog, tap, happening, person, knowledge);
}

/** The message with the button shows what stood there before, or says that nothing will happen. */
function cancel(dialog: Dialog): Step {
  switch (dialog.at) {
    case 'idle':
      return { ...end(here(notice('cancelled'))), toast: { key: 'toast-stale' } };
    case 'choosingTimezone':
      return end(here(dialog.first ? notice('cancelled') : { screen: 'settings' }));
    case 'newHabit':
      return end(here(notice('cancelled')));
    case 'renaming':
      return end(here({ screen: 'habit', habitId: dialog.habitId }));
    case 'addingReminder':
      return end(here({ screen: 'reminders', habitId: dialog.habitId }));
    case 'enteringAmount':
    case 'snoozing':
      return end(here(listOf(dialog.askedIn)));
    case 'settingQuietHours':
    case 'planningVacation':
      return end(here({ screen: 'settings' }));
  }
}

function readDayTap(tap: Tap): { day: HabitDay; page: number; answer: Answer } | undefined {
  const actions = { dayDone: 'done', daySkip: 'skip', dayUndo: 'undo' } as const;
  if (tap.tap === 'dayAmount') {
    const { habitId, on, page, value } = tap;
    return { day: { habitId, on }, page, answer: { action: 'amount', value } };
  }
  if (tap.tap !== 'dayDone' && tap.tap !== 'daySkip' && tap.tap !== 'dayUndo') return undefined;
  const { habitId, on, page } = tap;
  return { day: { habitId, on }, page, answer: { action: actions[tap.tap] } };
}
