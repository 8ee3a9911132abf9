import type { Group } from '#contracts/habit-events.ts';
import type { HabitId } from '#contracts/ids.ts';
import {
  button,
  inRows,
  paragraphs,
  type RenderContext,
  type View,
} from '../../conversation/render-context.ts';
import { groupText, titleOf } from '../../conversation/words.ts';
import { entriesOf } from '../../domain/calendar.ts';
import { hasEntries } from '../../domain/habit.ts';
import type { State } from '../../domain/habit-state.ts';
import { facts } from '../habits/screen.ts';
import { ownGroups, signOf } from './groups.ts';

/** Offered beside the keyboard's own, which are hard to find on some phones. */
const EMOJIS = ['📖', '🏃', '💪', '💧', '🧘', '🚶', '🥗', '😴', '💊', '📝', '🎯', '🌱'] as const;

/** What a habit is, and a button for each part of it. */
export function editHabitScreen(context: RenderContext, habitId: HabitId, habit: State): View {
  const { t } = context;
  const text = paragraphs(
    t('habit-title', { name: titleOf(habit) }),
    facts(context, habit),
    t('ask-what-to-change'),
  );
  const goal = button(t('button-draft-goal'), { tap: 'editGoal', habitId });
  const hasGoal = habit.goal.kind === 'numeric' || !hasEntries(habit);
  return {
    text,
    buttons: [
      [
        button(t('button-draft-name'), { tap: 'rename', habitId }),
        button(t('button-emoji'), { tap: 'emoji', habitId }),
      ],
      [...(hasGoal ? [goal] : []), button(t('button-draft-often'), { tap: 'editOften', habitId })],
      [
        button(t('button-reminders'), { tap: 'reminders', habitId }),
        button(t('button-group'), { tap: 'group', habitId }),
      ],
      [button(t('button-delete'), { tap: 'delete', habitId })],
      [button(t('button-back'), { tap: 'habit', habitId })],
    ],
  };
}

export function chooseEmojiScreen({ t }: RenderContext, habitId: HabitId, habit: State): View {
  const emojis = EMOJIS.map((emoji) => button(emoji, { tap: 'emojiIs', habitId, emoji }));
  const none = button(t('button-no-emoji'), { tap: 'noEmoji', habitId });
  const cancel = button(t('button-cancel'), { tap: 'cancel' });
  return {
    text: t('ask-emoji', { name: titleOf(habit) }),
    buttons: [...inRows(emojis, 6), habit.emoji ? [none, cancel] : [cancel]],
  };
}

/** Parts of the day, the person's own groups, and none; the present one is marked. */
export function chooseGroupScreen({ t, person }: RenderContext, habitId: HabitId, habit: State): View {
  const marked = (group: Group | null, text: string) => {
    const isPresent = JSON.stringify(group) === JSON.stringify(habit.group);
    return isPresent ? `✅ ${text}` : text;
  };
  const parts = (['morning', 'afternoon', 'evening'] as const).map((part) => {
    const group = { kind: 'part', part } as const;
    return button(marked(group, groupText(t, group)), { tap: 'groupPart', habitId, part });
  });
  const own = ownGroups(person).map((name) => {
    const group = { kind: 'named', name } as const;
    return button(marked(group, groupText(t, group)), { tap: 'groupIs', habitId, sign: signOf(name) });
  });
  return {
    text: t('ask-group', { name: titleOf(habit) }),
    buttons: [
      parts,
      ...inRows(own, 2),
      [
        button(marked(null, t('group-none')), { tap: 'noGroup', habitId }),
        button(t('button-new-group'), { tap: 'newGroup', habitId }),
      ],
      [button(t('button-back'), { tap: 'editHabit', habitId })],
    ],
  };
}

export function nameGroupScreen({ t }: RenderContext, habit: State): View {
  const cancel = button(t('button-cancel'), { tap: 'cancel' });
  return { text: t('ask-group-name', { name: titleOf(habit) }), buttons: [[cancel]] };
}

/** Says what goes, and that an archived habit keeps it. */
export function deleteHabitScreen({ t }: RenderContext, habitId: HabitId, habit: State): View {
  const days = [...entriesOf(habit.calendar)].length;
  const archive = button(t('button-archive-instead'), { tap: 'putAway', habitId });
  return {
    text: paragraphs(
      t('ask-delete', { name: titleOf(habit) }),
      t('delete-what-goes', { days, reminders: habit.reminders.length }),
      !habit.archived && t('delete-or-archive'),
    ),
    buttons: [
      [button(t('button-delete-for-good'), { tap: 'deleteForGood', habitId })],
      ...(habit.archived ? [] : [[archive]]),
      [button(t('button-back'), { tap: 'habit', habitId })],
    ],
  };
}
