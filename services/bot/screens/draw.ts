import type { HabitId } from '#contracts/ids.ts';
import { richText } from '#services/platform/messages/i18n/rich-text.ts';
import { translator } from '#services/platform/messages/i18n/translator.ts';
import { habitLine, reminderCard } from '#services/platform/messages/reminder-card.ts';
import type { State } from '../domain/habit.ts';
import { habitOf, type Person } from '../person.ts';
import type { Places } from '../timezones/places.ts';
import {
  askTimezoneScreen,
  clocksScreen,
  firstStepsScreen,
  noticeScreen,
  timezoneText,
  welcomeBackScreen,
  zonesScreen,
} from './account.ts';
import { draftScreen } from './draft.ts';
import { cardItems, habitDay } from './habit-day.ts';
import { createdScreen, habitScreen, habitsScreen } from './habits.ts';
import { addReminderScreen, flexibleScreen, reminderScreen, remindersScreen } from './reminders.ts';
import { button, type Drawn, paragraphs, type Scene, type Sketch } from './scene.ts';
import type { Phrase, Screen } from './screen.ts';
import {
  dayStartScreen,
  quietHoursScreen,
  remindingScreen,
  settingsScreen,
  vacationScreen,
} from './settings.ts';
import { todayScreen } from './today.ts';

/** Draws a screen in the person's language from their state. The same arguments always give the same message. */
export function draw(screen: Screen, above: Phrase | undefined, person: Person, places: Places): Drawn {
  const { locale } = person.account;
  const t = translator(locale);
  const line = above && t(above.key, above.args);
  if (screen.screen === 'card') {
    const items = cardItems(person, screen.items, screen);
    if (items.length > 0) return reminderCard(locale, items);
  }
  const { text, buttons, keyboard } = sketch(screen, { t, locale, person, places });
  const rich = richText(paragraphs(line, text));
  if (buttons) return { ...rich, reply_markup: { inline_keyboard: buttons } };
  return keyboard ? { ...rich, reply_markup: keyboard } : rich;
}

function sketch(screen: Screen, scene: Scene): Sketch {
  const { t, person } = scene;
  switch (screen.screen) {
    case 'notice':
      return noticeScreen(scene, t(screen.phrase.key, screen.phrase.args), screen.cancel);
    case 'welcomeBack':
      return welcomeBackScreen(scene);
    case 'help':
      return noticeScreen(scene, t('help'), false);
    case 'askTimezone':
      return askTimezoneScreen(scene, screen.why);
    case 'clocks':
      return clocksScreen(scene);
    case 'zones':
      return zonesScreen(scene, screen.zones);
    case 'timezoneSet':
      return { text: timezoneText(scene) };
    case 'firstSteps':
      return firstStepsScreen(scene, screen.withZone);
    case 'settings':
      return settingsScreen(scene);
    case 'dayStart':
      return dayStartScreen(scene);
    case 'quietHours':
      return quietHoursScreen(scene);
    case 'vacation':
      return vacationScreen(scene);
    case 'reminding':
      return remindingScreen(scene);
    case 'draft':
      return draftScreen(scene, screen.step, screen.draft);
    case 'today':
      return todayScreen(scene, screen.page, screen.asking);
    case 'habits':
      return habitsScreen(scene, screen.page, screen.archived);
    case 'card':
      return { text: t('refusal-HabitNotFound') };
    case 'answered': {
      const { habitId, on } = screen.day;
      return ofHabit(scene, habitId, (habit) => ({
        text: habitLine(t, habitDay(habitId, habit, on, person)),
      }));
    }
    default:
      return ofHabit(scene, screen.habitId, (habit) => sketchHabit(screen, scene, habit));
  }
}

type HabitScreen = Exclude<Extract<Screen, { habitId: HabitId }>, { screen: 'answered' }>;

function sketchHabit(screen: HabitScreen, scene: Scene, habit: State): Sketch {
  const { habitId } = screen;
  switch (screen.screen) {
    case 'habit':
      return habitScreen(scene, habitId, habit);
    case 'habitCreated':
      return createdScreen(scene, habit);
    case 'rename': {
      const cancel = button(scene.t('button-cancel'), { tap: 'cancel' });
      return { text: scene.t('ask-new-name', { name: habit.name }), buttons: [[cancel]] };
    }
    case 'reminders':
      return remindersScreen(scene, habitId, habit);
    case 'addReminder':
      return addReminderScreen(scene, habitId, habit);
    case 'reminder':
      return reminderScreen(scene, habitId, habit, screen.at);
    case 'flexible':
      return flexibleScreen(scene, habitId, habit, screen.at);
  }
}

function ofHabit(scene: Scene, habitId: HabitId, drawn: (habit: State) => Sketch): Sketch {
  const habit = habitOf(scene.person, habitId);
  return habit ? drawn(habit) : { text: scene.t('refusal-HabitNotFound') };
}
