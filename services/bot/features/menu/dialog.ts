import type { Dialog } from '../../conversation/dialog.ts';
import type { Screen } from '../../conversation/screen.ts';
import { end, notice, type Step, send, stay } from '../../conversation/step.ts';
import type { Person } from '../../person.ts';
import type { BotCommand } from '../../reading/command.ts';
import { beginHabit } from '../new-habit/dialog.ts';
import { openShared } from '../share/dialog.ts';
import { statsOfNow } from '../stats/dialog.ts';
import { askTimezone } from '../timezone/dialog.ts';

/** Commands that show one screen, for people whose timezone is known. */
const SCREENS: Readonly<Record<string, Screen>> = {
  start: { screen: 'welcomeBack' },
  today: { screen: 'today', page: 0 },
  habits: { screen: 'habits', page: 0, archived: false },
  digest: { screen: 'digest' },
  import: notice('import-how'),
  export: { screen: 'export' },
};

/** The commands in Telegram's menu, in its order. `/start` is Telegram's own. */
export const MENU = [
  'today',
  'new',
  'habits',
  'stats',
  'settings',
  'import',
  'export',
  'help',
  'cancel',
] as const;

export function handleBotCommand(dialog: Dialog, { name, behind }: BotCommand, person: Person): Step {
  if (name === 'help') return stay(dialog, send({ screen: 'help' }));
  if (name === 'settings') return stay(dialog, send({ screen: 'settings' }));
  if (name === 'forget_me') return stay(dialog, send({ screen: 'forget', step: 'offered' }));
  if (name === 'cancel') return cancelled(dialog);
  const shared = name === 'start' ? openShared(dialog, behind, person) : undefined;
  if (shared) return shared;
  const known = name === 'new' || name === 'stats' || Object.hasOwn(SCREENS, name);
  if (!known) return stay(dialog, send(notice('unknown-command')));
  if (!person.account.timezone) return askTimezone(name === 'start' ? 'welcome' : 'needed');
  if (name === 'new') return beginHabit(dialog, person, send, behind);
  if (name === 'stats') return stay(dialog, send(statsOfNow(person)));
  return stay(dialog, send(SCREENS[name] ?? { screen: 'help' }));
}

/** Nothing else works without a timezone, so its question stays. */
function cancelled(dialog: Dialog): Step {
  if (dialog.at === 'idle') return end(send(notice('nothing-to-cancel')));
  if (dialog.at === 'choosingTimezone' && dialog.first) return askTimezone('needed');
  return end(send(notice('cancelled')));
}
