import type { Person } from '../person.ts';
import type { Screen } from '../screens/screen.ts';
import type { Dialog } from './dialog.ts';
import { beginHabit } from './new-habit.ts';
import { anew, dropped, end, notice, type Step, stay } from './step.ts';
import { askTimezone } from './timezone.ts';

/** Commands that show one screen, for people whose timezone is known. */
const SCREENS: Readonly<Record<string, Screen>> = {
  start: { screen: 'welcomeBack' },
  today: { screen: 'today', page: 0 },
  habits: { screen: 'habits', page: 0, archived: false },
};

/** Commands in the menu, in its order. `/start` is Telegram's own. */
export const MENU = ['today', 'new', 'habits', 'settings', 'help', 'cancel'] as const;

export function commanded(dialog: Dialog, name: string, person: Person): Step {
  if (name === 'help') return end(anew({ screen: 'help' }, dropped(dialog)));
  if (name === 'settings') return end(anew({ screen: 'settings' }, dropped(dialog)));
  if (name === 'cancel') return end(anew(notice(dialog.at === 'idle' ? 'nothing-to-cancel' : 'cancelled')));
  const known = name === 'new' || Object.hasOwn(SCREENS, name);
  if (!known) return stay(dialog, anew(notice('unknown-command')));
  if (!person.account.timezone) return askTimezone(name === 'start' ? 'welcome' : 'needed');
  if (name === 'new') return beginHabit(person, anew, dropped(dialog));
  return end(anew(SCREENS[name] ?? { screen: 'help' }, dropped(dialog)));
}
