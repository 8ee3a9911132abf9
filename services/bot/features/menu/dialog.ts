import type { Dialog } from '../../conversation/dialog.ts';
import type { Screen } from '../../conversation/screen.ts';
import { dropped, end, notice, type Step, send, stay } from '../../conversation/step.ts';
import type { Person } from '../../person.ts';
import type { BotCommand } from '../../reading/command.ts';
import { beginHabit } from '../new-habit/dialog.ts';
import { askTimezone } from '../timezone/dialog.ts';

/** Commands that show one screen, for people whose timezone is known. */
const SCREENS: Readonly<Record<string, Screen>> = {
  start: { screen: 'welcomeBack' },
  today: { screen: 'today', page: 0 },
  habits: { screen: 'habits', page: 0, archived: false },
  import: notice('import-how'),
};

/** The commands in Telegram's menu, in its order. `/start` is Telegram's own. */
export const MENU = ['today', 'new', 'habits', 'settings', 'import', 'help', 'cancel'] as const;

export function handleBotCommand(dialog: Dialog, { name, behind }: BotCommand, person: Person): Step {
  if (name === 'help') return end(send({ screen: 'help' }, dropped(dialog)));
  if (name === 'settings') return end(send({ screen: 'settings' }, dropped(dialog)));
  if (name === 'cancel') return end(send(notice(dialog.at === 'idle' ? 'nothing-to-cancel' : 'cancelled')));
  const known = name === 'new' || Object.hasOwn(SCREENS, name);
  if (!known) return stay(dialog, send(notice('unknown-command')));
  if (!person.account.timezone) return askTimezone(name === 'start' ? 'welcome' : 'needed');
  if (name === 'new') return beginHabit(person, send, dropped(dialog), behind);
  return end(send(SCREENS[name] ?? { screen: 'help' }, dropped(dialog)));
}
