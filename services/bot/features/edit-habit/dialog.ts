import type { HabitId } from '#contracts/ids.ts';
import { type Dialog, IDLE } from '../../conversation/dialog.ts';
import type { Screen } from '../../conversation/screen.ts';
import { edit, type Step, send, stay, toast } from '../../conversation/step.ts';
import type { EditTap } from '../../conversation/taps.ts';
import type { Command } from '../../domain/habit.ts';
import { habitOf, type Person } from '../../person.ts';
import { readEmoji } from '../../reading/emoji.ts';
import { readHabitName } from '../../reading/habit-name.ts';
import type { TypedText } from '../../reading/typed-text.ts';
import { GROUP_LENGTH, groupCalled } from './groups.ts';
import { editPart } from './steps.ts';

type Of<A extends Dialog['at']> = Extract<Dialog, { at: A }>;

/** Buttons with which a habit becomes another one, or goes for good. */
export function tapEdit(dialog: Dialog, tap: EditTap, person: Person): Step {
  const { habitId } = tap;
  const habit = habitOf(person, habitId);
  if (!habit) return toast(dialog, 'refusal-HabitNotFound');
  const card: Screen = { screen: 'editHabit', habitId };
  const apply = (command: Command, screen: Screen = card): Step => ({
    dialog: afterChoice(dialog, habitId),
    commands: [{ to: 'habit', habitId, command }],
    shows: [edit(screen)],
  });
  switch (tap.tap) {
    case 'editHabit':
      return stay(dialog, edit(card));
    case 'editGoal':
      return editPart(dialog, habitId, habit, 'goal');
    case 'editOften':
      return editPart(dialog, habitId, habit, 'often');
    case 'emoji':
      return stay({ at: 'choosingEmoji', habitId }, edit({ screen: 'chooseEmoji', habitId }));
    case 'emojiIs':
      return apply({ type: 'ChangeEmoji', data: { emoji: tap.emoji } });
    case 'noEmoji':
      return apply({ type: 'ChangeEmoji', data: { emoji: null } });
    case 'group':
      return stay(dialog, edit({ screen: 'chooseGroup', habitId }));
    case 'groupPart':
      return apply({ type: 'GroupHabit', data: { group: { kind: 'part', part: tap.part } } });
    case 'groupIs': {
      const name = groupCalled(person, tap.sign);
      if (name === undefined) return toast(dialog, 'toast-stale');
      return apply({ type: 'GroupHabit', data: { group: { kind: 'named', name } } });
    }
    case 'noGroup':
      return apply({ type: 'GroupHabit', data: { group: null } });
    case 'newGroup':
      return stay({ at: 'namingGroup', habitId }, edit({ screen: 'nameGroup', habitId }));
    case 'remindWhenMet': {
      const data = { remind: tap.remind === 'yes' };
      return apply({ type: 'ChangeRemindingWhenMet', data }, { screen: 'reminders', habitId });
    }
    case 'delete':
      return stay(dialog, edit({ screen: 'deleteHabit', habitId }));
    case 'deleteForGood':
      return {
        dialog: aboutHabit(dialog, habitId) ? IDLE : dialog,
        commands: [{ to: 'habit', habitId, command: { type: 'DeleteHabit', data: {} } }],
        shows: [
          edit(
            { screen: 'habits', page: 0, archived: false },
            { key: 'habit-deleted', args: { name: habit.name } },
          ),
        ],
      };
  }
}

/** A dialog that waits for what a button has just said of this habit is over; another one goes on. */
function afterChoice(dialog: Dialog, habitId: HabitId): Dialog {
  const isAsked = dialog.at === 'choosingEmoji' || dialog.at === 'namingGroup';
  return isAsked && aboutHabit(dialog, habitId) ? IDLE : dialog;
}

const aboutHabit = (dialog: Dialog, habitId: HabitId): boolean =>
  'habitId' in dialog && dialog.habitId === habitId;

export function typeEmoji(dialog: Of<'choosingEmoji'>, text: TypedText): Step {
  const { habitId } = dialog;
  const emoji = readEmoji(text);
  if (!emoji) return stay(dialog, send({ screen: 'chooseEmoji', habitId }, { key: 'refusal-WrongEmoji' }));
  return {
    dialog: IDLE,
    commands: [{ to: 'habit', habitId, command: { type: 'ChangeEmoji', data: { emoji } } }],
    shows: [send({ screen: 'editHabit', habitId })],
  };
}

export function typeGroup(dialog: Of<'namingGroup'>, text: TypedText): Step {
  const { habitId } = dialog;
  const read = readHabitName(text);
  const again = (key: string, length: number): Step =>
    stay(dialog, send({ screen: 'nameGroup', habitId }, { key, args: { most: GROUP_LENGTH, length } }));
  if (!('name' in read)) return again(`name-${read.problem}`, read.length);
  const { name } = read;
  if (name.length > GROUP_LENGTH) return again('name-long', name.length);
  return {
    dialog: IDLE,
    commands: [
      { to: 'habit', habitId, command: { type: 'GroupHabit', data: { group: { kind: 'named', name } } } },
    ],
    shows: [send({ screen: 'editHabit', habitId })],
  };
}
