import type { InlineKeyboardButton } from 'grammy/types';
import type { HabitId } from '#contracts/ids.ts';
import { richText, unmarked } from '#services/platform/messages/i18n/rich-text.ts';
import { translator } from '#services/platform/messages/i18n/translator.ts';
import { reminderCard } from '#services/platform/messages/reminder-card.ts';
import { clockOf } from '../domain/clock.ts';
import type { State } from '../domain/habit-state.ts';
import { cardItems, waitsFor } from '../features/check-in/habit-day.ts';
import { daysScreen } from '../features/check-in/screen.ts';
import { forgetScreen } from '../features/forget/screen.ts';
import { arrangementScreen } from '../features/habits/arrangement.ts';
import { habitsScreen } from '../features/habits/screen.ts';
import { noticeScreen, welcomeBackScreen } from '../features/menu/screen.ts';
import { exportScreen } from '../features/moving/export-screen.ts';
import { beginningView, draftScreen, unfinishedScreen } from '../features/new-habit/screen.ts';
import {
  cancelPremiumScreen,
  limitScreen,
  paySupportScreen,
  premiumScreen,
} from '../features/premium/screen.ts';
import {
  dayStartScreen,
  defaultWindowScreen,
  quietHoursScreen,
  remindingScreen,
  settingsScreen,
} from '../features/settings/screen.ts';
import { vacationScreen } from '../features/settings/vacation-screen.ts';
import { digestScreen } from '../features/stats/digest-screen.ts';
import { statsScreen } from '../features/stats/screen.ts';
import type { Places } from '../features/timezone/places.ts';
import {
  askTimezoneScreen,
  clocksScreen,
  firstStepsScreen,
  timezoneSetScreen,
  zonesScreen,
} from '../features/timezone/screen.ts';
import { saidScreen } from '../features/typed-answer/screen.ts';
import { habitOf, type Person } from '../person.ts';
import {
  button,
  LONGEST_CAPTION,
  paragraphs,
  type RenderContext,
  type Rendered,
  type View,
} from './render-context.ts';
import { habitView } from './render-habit.ts';
import type { Phrase, Question, Reminded, Screen, Show } from './screen.ts';
import { tapData } from './taps.ts';

/** Renders a screen in the person's language from their state; with `appUrl` there is a calendar page to open. The same arguments always give the same message. */
export function render(
  { screen, above, below, asks }: Pick<Show, 'screen' | 'above' | 'below' | 'asks'>,
  person: Person,
  places: Places,
  appUrl?: string,
): Rendered {
  const { locale } = person.account;
  const context = { t: translator(locale, clockOf(person.account)), locale, person, places, appUrl };
  const rendered = withCancel(renderScreen(screen, above, context), asks);
  return below ? withQuestion(rendered, below, context) : rendered;
}

function renderScreen(screen: Screen, above: Phrase | undefined, context: RenderContext): Rendered {
  const { t, locale, person } = context;
  const line = above && t(above.key, above.args);
  if (screen.screen === 'card') {
    const items = cardItems(person, screen.items, screen);
    const { choosing } = screen;
    const mode = choosing === 'all' ? { all: waitsFor(person) } : choosing;
    if (items.length > 0) return reminderCard(locale, items, { mode, clock: clockOf(person.account) });
  }
  const { text, buttons, keyboard, picture } = view(screen, context);
  const rich = { ...richText(paragraphs(line, text)), ...(picture && { picture }) };
  if (buttons) return { ...rich, reply_markup: { inline_keyboard: buttons } };
  return keyboard ? { ...rich, reply_markup: keyboard } : rich;
}

/** Cancel calls off the question of its own message. */
function withCancel(rendered: Rendered, asks: Question | undefined): Rendered {
  const { reply_markup: markup } = rendered;
  if (!asks || !markup || !('inline_keyboard' in markup)) return rendered;
  const { at, of } = asks;
  const own = tapData(of ? { tap: 'cancelOf', at, habitId: of } : { tap: 'cancelQuestion', at });
  const isCancel = (key: InlineKeyboardButton) =>
    'callback_data' in key && key.callback_data === tapData({ tap: 'cancel' });
  const rows = markup.inline_keyboard.map((row) =>
    row.map((key) => (isCancel(key) ? { text: key.text, callback_data: own } : key)),
  );
  return { ...rendered, reply_markup: { inline_keyboard: rows } };
}

/** Without a timezone it cannot be called off, and the keyboard that asks for the location stays as it is. */
function withQuestion(
  rendered: Rendered,
  { line, screen, at }: Reminded,
  { t, person }: RenderContext,
): Rendered {
  const { reply_markup: markup, ...others } = rendered;
  const text = `${rendered.text}\n\n${unmarked(t(line.key, line.args))}`;
  if (rendered.picture && text.length > LONGEST_CAPTION) return rendered;
  if (!person.account.timezone) return { ...others, text, ...(markup && { reply_markup: markup }) };
  const ways = [
    button(t('button-continue'), { tap: 'goOn' }),
    button(t('button-cancel'), { tap: 'drop', screen, at }),
  ];
  const rows = markup && 'inline_keyboard' in markup ? markup.inline_keyboard : [];
  return { ...others, text, reply_markup: { inline_keyboard: [...rows, ways] } };
}

function view(screen: Screen, context: RenderContext): View {
  const { t } = context;
  switch (screen.screen) {
    case 'notice':
      return noticeScreen(context, t(screen.phrase.key, screen.phrase.args), screen.cancel);
    case 'welcomeBack':
      return welcomeBackScreen(context);
    case 'help':
      return noticeScreen(context, t('help'), false);
    case 'unfinished':
      return unfinishedScreen(context, screen.name);
    case 'draft':
      return draftScreen(context, screen.step, screen.draft);
    case 'calendar':
    case 'today':
      return daysScreen(context, screen);
    case 'digest':
      return digestScreen(context);
    case 'stats':
      return statsScreen(context, screen, screen.page);
    case 'habits':
      return habitsScreen(context, screen.page, screen.archived);
    case 'arrangement':
      return arrangementScreen(context, screen.page);
    case 'card':
      return { text: t('refusal-HabitNotFound') };
    case 'answered':
    case 'which':
      return saidScreen(context, screen);
    default:
      if ('habitId' in screen)
        return ofHabit(context, screen.habitId, (habit) => habitView(screen, context, habit));
      return accountView(screen, context);
  }
}

type AccountScreen = Extract<
  Screen,
  {
    screen:
      | 'askTimezone'
      | 'clocks'
      | 'zones'
      | 'timezoneSet'
      | 'firstSteps'
      | 'firstHabit'
      | 'settings'
      | 'dayStart'
      | 'quietHours'
      | 'vacation'
      | 'defaultWindow'
      | 'reminding'
      | 'export'
      | 'forget'
      | 'premium'
      | 'cancelPremium'
      | 'limit'
      | 'paySupport';
  }
>;

function accountView(screen: AccountScreen, context: RenderContext): View {
  switch (screen.screen) {
    case 'askTimezone':
      return askTimezoneScreen(context, screen.why);
    case 'clocks':
      return clocksScreen(context, screen.page);
    case 'zones':
      return zonesScreen(context, screen);
    case 'timezoneSet':
      return timezoneSetScreen(context, screen.place);
    case 'firstSteps':
      return firstStepsScreen(context, screen);
    case 'firstHabit':
      return beginningView(context.t);
    case 'settings':
      return settingsScreen(context);
    case 'dayStart':
      return dayStartScreen(context);
    case 'quietHours':
      return quietHoursScreen(context);
    case 'vacation':
      return vacationScreen(context);
    case 'defaultWindow':
      return defaultWindowScreen(context);
    case 'reminding':
      return remindingScreen(context);
    case 'export':
      return exportScreen(context);
    case 'forget':
      return forgetScreen(context, screen.step);
    case 'premium':
      return premiumScreen(context, screen);
    case 'cancelPremium':
      return cancelPremiumScreen(context);
    case 'limit':
      return limitScreen(context, screen);
    case 'paySupport':
      return paySupportScreen(context, screen);
  }
}

function ofHabit(context: RenderContext, habitId: HabitId, viewOf: (habit: State) => View): View {
  const habit = habitOf(context.person, habitId);
  return habit ? viewOf(habit) : { text: context.t('refusal-HabitNotFound') };
}
