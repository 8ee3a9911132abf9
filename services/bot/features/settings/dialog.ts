import { CONTINUE_REMINDERS, callbackFields, STOP_REMINDERS } from '#contracts/callback-data.ts';
import { type Dialog, IDLE } from '../../conversation/dialog.ts';
import type { Phrase, Screen } from '../../conversation/screen.ts';
import { edit, type Step, send, stay, toast } from '../../conversation/step.ts';
import type { SettingsTap } from '../../conversation/taps.ts';
import { isUntilBack, vacationFrom } from '../../domain/account.ts';
import type { AccountCommand } from '../../domain/account-commands.ts';
import type { Person } from '../../person.ts';
import { readDates } from '../../reading/dates.ts';
import { readHours } from '../../reading/hours.ts';
import type { TypedText } from '../../reading/typed-text.ts';
import { WINDOWS } from '../habits/reminder-choices.ts';

const SETTINGS: Screen = { screen: 'settings' };

/**
 * Buttons of the settings, and of the question whether reminders are to go on. A question about quiet hours or a vacation
 * ends with its answer, and when its own message goes on to something else; `shownWith` is the data of the tapped one.
 */
export function tapSettings(
  before: Dialog,
  tap: SettingsTap,
  person: Person,
  shownWith: readonly string[] = [],
): Step {
  const { today } = person;
  const answers = ANSWERS[before.at] ?? [];
  const isOwn = [tap.tap, ...shownWith].some((data) => answers.includes(callbackFields(data)[0] ?? ''));
  const dialog = isOwn ? IDLE : before;
  switch (tap.tap) {
    case 'settings':
      return stay(dialog, edit(SETTINGS));
    case 'dayStart':
      return stay(dialog, edit({ screen: 'dayStart' }));
    case 'quiet':
      return stay({ at: 'settingQuietHours' }, edit({ screen: 'quietHours' }));
    case 'vacation':
      return stay({ at: 'planningVacation' }, edit({ screen: 'vacation' }));
    case 'window':
      return stay(dialog, edit({ screen: 'defaultWindow' }));
    case 'windowIs':
      return changeWindow(dialog, tap.minutes);
    case 'useClock':
      return change(dialog, { type: 'ChangeClock', data: { clock: tap.clock } }, `clock-${tap.clock}`);
    case 'dayStartsAt':
      return change(dialog, { type: 'ChangeDayStart', data: { dayStartsAt: tap.at } }, 'toast-day-start', {
        at: tap.at,
      });
    case 'remindersOn':
    case CONTINUE_REMINDERS: {
      const step = change(dialog, { type: 'ContinueReminders', data: { today } }, 'toast-reminders-on');
      return tap.tap === 'remindersOn' ? step : { ...step, shows: [edit({ screen: 'reminding' })] };
    }
    case 'remindersOff':
    case STOP_REMINDERS: {
      const step = change(dialog, { type: 'StopReminders', data: {} }, 'toast-reminders-off');
      return tap.tap === 'remindersOff' ? step : { ...step, shows: [edit({ screen: 'reminding' })] };
    }
    default:
      return tapRest(dialog, tap, person);
  }
}

function changeWindow(dialog: Dialog, minutes: number): Step {
  if (!WINDOWS.includes(minutes)) return toast(dialog, 'toast-unknown');
  const command: AccountCommand = { type: 'ChangeDefaultWindow', data: { windowMinutes: minutes || null } };
  return minutes === 0
    ? change(dialog, command, 'settings-exact')
    : change(dialog, command, 'settings-window', { minutes });
}

type RestTap = Extract<SettingsTap, { tap: 'quietHours' | 'noQuiet' | 'away' | 'noVacation' }>;

/** Quiet hours and vacation: the times and days of rest. */
function tapRest(dialog: Dialog, tap: RestTap, { today, account }: Person): Step {
  switch (tap.tap) {
    case 'quietHours': {
      const { from, to } = tap;
      const quiet = { from, to };
      return change(dialog, { type: 'ChangeQuietHours', data: { quiet } }, 'toast-quiet', quiet);
    }
    case 'noQuiet':
      return change(dialog, { type: 'ChangeQuietHours', data: { quiet: null } }, 'toast-no-quiet');
    case 'away': {
      const { from, to } = tap;
      const said = isUntilBack({ from, to }) ? 'toast-paused-all' : 'toast-vacation';
      return change(dialog, { type: 'PlanVacation', data: { from, to, today } }, said);
    }
    case 'noVacation': {
      const isAway = (vacationFrom(today, account)?.from ?? today) <= today;
      const said = isAway ? 'toast-no-vacation' : 'toast-vacation-cancelled';
      return change(dialog, { type: 'CancelVacation', data: { today } }, said);
    }
  }
}

export function changeLanguage(dialog: Dialog, locale: 'en' | 'ru'): Step {
  return change(dialog, { type: 'ChangeLocale', data: { locale } }, 'toast-language');
}

export function typeQuietHours(dialog: Dialog, text: TypedText): Step {
  const quiet = readHours(text);
  if (!quiet) return stay(dialog, send({ screen: 'quietHours' }, { key: 'quiet-unreadable' }));
  return {
    dialog: IDLE,
    commands: [{ to: 'account', command: { type: 'ChangeQuietHours', data: { quiet } } }],
    shows: [send(SETTINGS, { key: 'toast-quiet', args: quiet })],
  };
}

export function typeVacation(dialog: Dialog, text: TypedText, { today }: Person): Step {
  const dates = readDates(text, today);
  if (!dates) return stay(dialog, send({ screen: 'vacation' }, { key: 'vacation-unreadable' }));
  const { from, to } = dates;
  if (from > to) return stay(dialog, send({ screen: 'vacation' }, { key: 'refusal-WrongDates' }));
  return {
    dialog: IDLE,
    commands: [{ to: 'account', command: { type: 'PlanVacation', data: { from, to, today } } }],
    shows: [send(SETTINGS, { key: 'toast-vacation' })],
  };
}

/** Changes the account, and shows the settings in place of the button's screen. */
function change(dialog: Dialog, command: AccountCommand, said: string, args?: Phrase['args']): Step {
  return {
    dialog,
    commands: [{ to: 'account', command }],
    shows: [edit(SETTINGS)],
    toast: args ? { key: said, args } : { key: said },
  };
}

/** Buttons that answer a question about the settings. */
const ANSWERS: Readonly<Partial<Record<Dialog['at'], readonly string[]>>> = {
  settingQuietHours: ['quietHours', 'noQuiet'],
  planningVacation: ['away', 'noVacation'],
};
