import type { HabitId } from '#contracts/ids.ts';
import type { State } from '../domain/habit-state.ts';
import {
  chooseEmojiScreen,
  chooseGroupScreen,
  deleteHabitScreen,
  editHabitScreen,
  nameGroupScreen,
} from '../features/edit-habit/screen.ts';
import { pauseScreen } from '../features/habits/pause.ts';
import {
  addReminderScreen,
  flexibleScreen,
  moveReminderScreen,
  reminderScreen,
  remindersScreen,
} from '../features/habits/reminder-screens.ts';
import { habitScreen } from '../features/habits/screen.ts';
import { createdScreen } from '../features/new-habit/created.ts';
import { shareHabitScreen } from '../features/share/screen.ts';
import { habitStatsScreen } from '../features/stats/screen.ts';
import { button, type RenderContext, type View } from './render-context.ts';
import type { Screen } from './screen.ts';

type HabitScreen = Extract<Screen, { habitId: HabitId }>;

/** A screen of one habit, which is there. */
export function habitView(screen: HabitScreen, context: RenderContext, habit: State): View {
  const { habitId } = screen;
  switch (screen.screen) {
    case 'habit':
      return habitScreen(context, habitId, habit);
    case 'habitCreated':
      return createdScreen(context, habitId, habit);
    case 'habitStats':
      return habitStatsScreen(context, { ...habit, habitId }, screen);
    case 'rename': {
      const cancel = button(context.t('button-cancel'), { tap: 'cancel' });
      return { text: context.t('ask-new-name', { name: habit.name }), buttons: [[cancel]] };
    }
    case 'pauseHabit':
      return pauseScreen(context, habitId, habit);
    case 'reminders':
      return remindersScreen(context, habitId, habit);
    case 'addReminder':
      return addReminderScreen(context, habitId, habit);
    case 'reminder':
      return reminderScreen(context, habitId, habit, screen.at);
    case 'flexible':
      return flexibleScreen(context, habitId, habit, screen.at);
    case 'moveReminder':
      return moveReminderScreen(context, habitId, habit, screen.at);
    case 'editHabit':
      return editHabitScreen(context, habitId, habit);
    case 'chooseEmoji':
      return chooseEmojiScreen(context, habitId, habit);
    case 'chooseGroup':
      return chooseGroupScreen(context, habitId, habit);
    case 'nameGroup':
      return nameGroupScreen(context, habit);
    case 'shareHabit':
      return shareHabitScreen(context, screen, habit);
    case 'deleteHabit':
      return deleteHabitScreen(context, habitId, habit);
  }
}
