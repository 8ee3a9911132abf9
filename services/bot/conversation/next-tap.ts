import { parseCardButtonData } from '#contracts/callback-data.ts';
import { tapList } from '../features/check-in/day-list.ts';
import { type EntryAction, tapEntry } from '../features/check-in/dialog.ts';
import { listOf } from '../features/check-in/lists.ts';
import { tapEdit } from '../features/edit-habit/dialog.ts';
import { backFromEdit, tapEditStep } from '../features/edit-habit/steps.ts';
import { tapForget } from '../features/forget/dialog.ts';
import { placeHabit } from '../features/habits/arrangement.ts';
import { tapHabit } from '../features/habits/dialog.ts';
import { tapMoving } from '../features/moving/dialog.ts';
import { beginHabit, stepBack, tapDraft } from '../features/new-habit/dialog.ts';
import { tapPremium } from '../features/premium/dialog.ts';
import { cardOf, readCardTap, tapAll, tapCard } from '../features/reminder-card/dialog.ts';
import { changeLanguage, tapSettings } from '../features/settings/dialog.ts';
import { shareHabit } from '../features/share/dialog.ts';
import { tapStats } from '../features/stats/dialog.ts';
import { askTimezone, askTimezoneAgain, showClocks, tapClock, tapZone } from '../features/timezone/dialog.ts';
import type { Person } from '../person.ts';
import { type AskedIn, type Dialog, draftOf, habitAskedOf, IDLE } from './dialog.ts';
import { questionOf } from './open-question.ts';
import type { Reminded, Screen } from './screen.ts';
import { edit, end, notice, type Step, stay, toast } from './step.ts';
import {
  type DayTap,
  type ForgetTap,
  isDayTap,
  isDraftTap,
  isEditTap,
  isForgetTap,
  isHabitTap,
  isListTap,
  isMovingTap,
  isPremiumTap,
  isSettingsTap,
  isStatsTap,
  parseTap,
  type Tap,
} from './taps.ts';
import type { TapContext } from './update-context.ts';

/** Data may be forged: it is read strictly, and habits are looked up among the person's own. */
export function handleTap(dialog: Dialog, context: TapContext, person: Person): Step {
  const { data, message } = context.input;
  const onCard = readCardTap(data);
  const ofAll = parseCardButtonData(data);
  const tap = parseTap(data);
  if (!onCard && !ofAll && !tap) return toast(dialog, 'toast-unknown');
  if (tap?.tap === 'clocks') return showClocks(dialog, person, { place: edit });
  if (tap?.tap === 'clocksPage') return showClocks(dialog, person, { page: tap.page, place: edit });
  if (tap?.tap === 'clock') return tapClock(dialog, tap.offset, person, context.reference);
  if (tap?.tap === 'zone') return tapZone(dialog, tap.timezone, person);
  if (tap?.tap === 'language') return changeLanguage(dialog, tap.locale);
  if (tap && isCancel(tap)) return isAsked(tap, dialog) ? cancel(dialog) : cancelOlder(dialog);
  if (tap && isForgetTap(tap)) return tapForget(dialog, tap);
  if (!person.account.timezone) return askTimezone('needed');
  if (onCard) return tapCard(dialog, onCard, cardOf(message, onCard.day), person);
  if (ofAll) return tapAll(dialog, ofAll, cardOf(message), person);
  return tap && !isCancel(tap) ? tapScreen(dialog, tap, context, person) : toast(dialog, 'toast-unknown');
}

type CancelTap = Extract<Tap, { tap: 'cancel' | 'cancelQuestion' | 'cancelOf' }>;
const isCancel = (tap: Tap): tap is CancelTap =>
  tap.tap === 'cancel' || tap.tap === 'cancelQuestion' || tap.tap === 'cancelOf';

/** Whether a Cancel is that of the question which is asked now. */
function isAsked(tap: CancelTap, dialog: Dialog): boolean {
  if (tap.tap === 'cancel') return true;
  return tap.at === dialog.at && (tap.tap === 'cancelOf' ? tap.habitId : undefined) === habitAskedOf(dialog);
}

/** What an older message asked is not waited for any more; what is asked now goes on. */
const cancelOlder = (dialog: Dialog): Step => ({
  ...stay(dialog, edit(notice('cancelled'))),
  toast: { key: 'toast-stale' },
});

/** The other buttons work before a timezone is chosen, and are handled first. */
type ScreenTap = Exclude<
  Tap,
  CancelTap | ForgetTap | { tap: 'clocks' | 'clocksPage' | 'clock' | 'zone' | 'language' }
>;

function tapScreen(dialog: Dialog, tap: ScreenTap, context: TapContext, person: Person): Step {
  if (isDayTap(tap)) return tapDay(dialog, tap, context, person);
  if (isListTap(tap)) return tapList(dialog, tap, person);
  if (isHabitTap(tap)) return tapHabit(dialog, tap, person);
  if (isEditTap(tap)) return tapEdit(dialog, tap, person);
  if (isSettingsTap(tap)) return tapSettings(dialog, tap, person, context.input.message?.data);
  if (isPremiumTap(tap)) return tapPremium(dialog, tap, context, person);
  if (isStatsTap(tap)) return tapStats(dialog, tap, person);
  if (isMovingTap(tap)) return tapMoving(dialog, tap, context);
  const isEditing = dialog.at === 'editingHabit';
  if (isDraftTap(tap))
    return isEditing ? tapEditStep(dialog, tap, person) : tapDraft(dialog, tap, context, person);
  switch (tap.tap) {
    case 'today':
      return stay(dialog, edit({ screen: 'today', page: tap.page }));
    case 'habits':
    case 'archive':
      return stay(dialog, edit({ screen: 'habits', page: tap.page, archived: tap.tap === 'archive' }));
    case 'arrange':
      return stay(dialog, edit({ screen: 'arrangement', page: tap.page }));
    case 'placeAt':
      return placeHabit(dialog, tap, person);
    case 'share':
      return shareHabit(dialog, tap.habitId, context.reference.bot, person);
    case 'help':
      return stay(dialog, edit({ screen: 'help' }));
    case 'changeZone':
      return askTimezoneAgain();
    case 'newHabit':
      return beginHabit(dialog, person, edit);
    case 'back':
      return isEditing ? backFromEdit(dialog, person) : stepBack(dialog);
    default:
      return tapQuestion(dialog, tap, person);
  }
}

type QuestionTap = Extract<Tap, { tap: 'goOn' | 'drop' | 'resumeDraft' | 'startOver' }>;

function tapQuestion(dialog: Dialog, tap: QuestionTap, person: Person): Step {
  switch (tap.tap) {
    case 'goOn': {
      const question = questionOf(dialog, person);
      return question ? stay(dialog, edit(question.screen)) : toast(dialog, 'toast-stale');
    }
    case 'drop': {
      // Another question may have come since: it is not what was called off.
      if (dialog.at === 'idle' || dialog.at !== tap.at) return toast(dialog, 'toast-stale');
      const screen = CALLED_OFF[tap.screen];
      return { ...end(...(screen ? [edit(screen)] : [])), toast: { key: 'cancelled' } };
    }
    case 'resumeDraft': {
      const draft = draftOf(dialog);
      if (!draft) return toast(dialog, 'toast-stale');
      return stay({ at: 'newHabit', ...draft }, edit({ screen: 'draft', ...draft }));
    }
    case 'startOver':
      return beginHabit(IDLE, person, edit);
  }
}

/** What a message that said a question again goes on showing; undefined where it stays as it is. */
const CALLED_OFF: Readonly<Record<Reminded['screen'], Screen | undefined>> = {
  today: { screen: 'today', page: 0 },
  habits: { screen: 'habits', page: 0, archived: false },
  settings: { screen: 'settings' },
  help: { screen: 'help' },
  welcomeBack: { screen: 'welcomeBack' },
  other: undefined,
};

/** A list of a day has more buttons than these two. */
function isAnswered(data: readonly string[] = []): boolean {
  const taps = data.map((each) => parseTap(each)?.tap);
  return taps.join() === 'dayUndo,dayNote';
}

function tapDay(dialog: Dialog, tap: DayTap, { input }: TapContext, person: Person): Step {
  const { habitId, on, page } = tap;
  const messageId = input.message?.messageId;
  const askedIn: AskedIn =
    tap.tap === 'dayNote' && isAnswered(input.message?.data)
      ? { list: 'answered', day: { habitId, on }, messageId }
      : { list: 'today', page, on, messageId };
  return tapEntry(dialog, { day: { habitId, on }, action: entryActionOf(tap), askedIn }, person);
}

function entryActionOf(tap: DayTap): EntryAction {
  switch (tap.tap) {
    case 'dayDone':
      return { action: 'done' };
    case 'dayNo':
      return { action: 'no' };
    case 'daySkip':
      return { action: 'skip' };
    case 'dayUndo':
      return { action: 'undo' };
    case 'daySkipAnyway':
      return { action: 'skipAnyway' };
    case 'dayNoAnyway':
      return { action: 'noAnyway' };
    case 'dayOther':
      return { action: 'other' };
    case 'dayNote':
      return { action: 'note' };
    case 'dayOpen':
      return { action: 'open' };
    case 'dayShow':
      return { action: 'show' };
    case 'dayAmount':
      return { action: 'amount', value: tap.value };
    case 'dayAdd':
      return { action: 'add', value: tap.value };
  }
}

/** Ends the dialog. The tapped message shows what it showed before, or says that the dialog was cancelled. */
function cancel(dialog: Dialog): Step {
  switch (dialog.at) {
    case 'idle':
      return { ...end(edit(notice('cancelled'))), toast: { key: 'toast-stale' } };
    case 'choosingTimezone':
      return end(edit(dialog.first ? notice('cancelled') : { screen: 'settings' }));
    case 'newHabit':
      return end(edit(notice('cancelled')));
    case 'renaming':
    case 'pausing':
      return end(edit({ screen: 'habit', habitId: dialog.habitId }));
    case 'addingReminder':
    case 'movingReminder':
      return end(edit({ screen: 'reminders', habitId: dialog.habitId }));
    case 'editingHabit':
    case 'choosingEmoji':
    case 'namingGroup':
      return end(edit({ screen: 'editHabit', habitId: dialog.habitId }));
    case 'enteringAmount':
    case 'snoozing':
      return end(edit(listOf(dialog.askedIn)));
    case 'noting':
      return end(edit(notice('cancelled')));
    case 'settingQuietHours':
    case 'planningVacation':
      return end(edit({ screen: 'settings' }));
  }
}
