import type { HabitId } from '#contracts/ids.ts';
import { button, paragraphs, type RenderContext, type View } from '../../conversation/render-context.ts';
import { titleOf } from '../../conversation/words.ts';
import type { State } from '../../domain/habit-state.ts';

/** The link of a habit, and a button that opens Telegram's list of chats to send it to. */
export function shareHabitScreen(
  { t }: RenderContext,
  { habitId, link }: { habitId: HabitId; link: string },
  habit: State,
): View {
  const name = titleOf(habit);
  const url = `https://t.me/share/url?url=${encodeURIComponent(link)}&text=${encodeURIComponent(t('share-invitation', { name }))}`;
  return {
    text: paragraphs(t('share-title', { name }), link),
    buttons: [[{ text: t('button-send-link'), url }], [button(t('button-back'), { tap: 'habit', habitId })]],
  };
}
