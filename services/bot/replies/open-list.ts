import { z } from 'zod';
import type { LocalDate } from '#contracts/time.ts';
import type { HabitDay } from '../conversation/dialog.ts';
import { Show } from '../conversation/screen.ts';
import { sameDay } from '../features/check-in/lists.ts';

/** The newest message that shows the habits of a day. Its screen says the day, which goes on being that day. */
export const OpenList = Show.pick({ screen: true, below: true }).extend({ messageId: z.int() });
export type OpenList = z.infer<typeof OpenList>;

/** What stands in the chat once a message shows a screen. An older list that is used again leaves the newest what it is. */
export function listAfter(
  list: OpenList | undefined,
  { messageId, screen, below }: OpenList,
  today: LocalDate,
): OpenList | undefined {
  if (screen.screen !== 'today') return list?.messageId === messageId ? undefined : list;
  if (list && messageId < list.messageId) return list;
  const shown = OpenList.parse({ messageId, screen: { ...screen, on: screen.on ?? today }, below });
  return JSON.stringify(shown) === JSON.stringify(list) ? list : shown;
}

/**
 * The list as it stands after these days changed; undefined when it shows a day before them. An earlier day that is answered
 * may lengthen a streak. What the list asked of a habit that is answered is not asked any more.
 */
export function listWith(list: OpenList, days: readonly HabitDay[]): OpenList | undefined {
  const { screen } = list;
  if (screen.screen !== 'today') return undefined;
  const { on: shown } = screen;
  if (shown === undefined || days.every(({ on }) => on > shown)) return undefined;
  const { asking, unfolded, instead, ...unfocused } = screen;
  const focus = asking ?? unfolded ?? instead;
  const isAnswered = focus && days.some((day) => sameDay(day, focus));
  return isAnswered ? { ...list, screen: unfocused } : list;
}
