import type { AskedIn, Dialog, HabitDay } from '../../conversation/dialog.ts';
import type { Screen } from '../../conversation/screen.ts';

/** What a list shows of one of its habits, or asks. */
export type Focus = Pick<Extract<Screen, { screen: 'today' }>, 'asking' | 'unfolded' | 'instead'>;

/** Habits of a day's list that are shown at once. */
export const LIST_PAGE = 10;

/** The list that a message shows: a reminder, the habits of a day, or the one that words were an answer for. */
export function listOf(askedIn: AskedIn, focus: Focus = {}): Screen {
  if (askedIn.list === 'card') return { screen: 'card', items: askedIn.items, ...focus };
  if (askedIn.list === 'answered') return { screen: 'answered', day: askedIn.day };
  const { page, on } = askedIn;
  return { screen: 'today', page, ...(on && { on }), ...focus };
}

/** Words that are typed next answer nothing else: the dialog may ask for some. */
export const isFree = ({ at }: Dialog): boolean =>
  at === 'idle' || at === 'enteringAmount' || at === 'snoozing' || at === 'noting';

export const sameDay = (a: HabitDay, b: HabitDay): boolean => a.habitId === b.habitId && a.on === b.on;
