import type { HabitId } from '#contracts/ids.ts';
import { type Dialog, draftOf } from '../../conversation/dialog.ts';
import { edit, type Step, send, stay, toast } from '../../conversation/step.ts';
import { habitOf, type Person } from '../../person.ts';
import type { TypedText } from '../../reading/typed-text.ts';
import { beginWith } from '../new-habit/dialog.ts';
import { askTimezone } from '../timezone/dialog.ts';
import type { BotName } from './bot-name.ts';
import { payloadOf, readSharedHabit } from './payload.ts';

/** Shows the link with which others make such a habit. */
export function shareHabit(dialog: Dialog, habitId: HabitId, { username }: BotName, person: Person): Step {
  const habit = habitOf(person, habitId);
  if (!habit) return toast(dialog, 'refusal-HabitNotFound');
  if (username === undefined) return toast(dialog, 'toast-no-link-yet');
  const link = `https://t.me/${username}?start=${payloadOf(habit)}`;
  return stay(dialog, edit({ screen: 'shareHabit', habitId, link }));
}

/**
 * What stands behind /start of a shared habit's link: the habit waits for one tap; for a newcomer once they have said where
 * they are.
 * @returns undefined when it is no such link: /start does what it always does.
 */
export function openShared(dialog: Dialog, behind: TypedText | undefined, person: Person): Step | undefined {
  const draft = behind && readSharedHabit(behind);
  if (!draft) return undefined;
  if (person.account.timezone) {
    const name = draftOf(dialog)?.draft.name;
    return beginWith(
      draft,
      person,
      send,
      name ? { key: 'draft-dropped', args: { name } } : { key: 'habit-shared' },
    );
  }
  const step = askTimezone(person.account.registered ? 'needed' : 'welcome');
  return { ...step, dialog: { ...step.dialog, unfinished: { step: 'confirm', draft } } };
}
