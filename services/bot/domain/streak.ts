import { type Streak, streakIn } from '#contracts/streak.ts';
import type { DateRange, LocalDate } from '#contracts/time.ts';
import { entriesOf } from './calendar.ts';
import type { State } from './habit-state.ts';

/** What a streak and a score are computed from. */
export type Tracked = Pick<State, 'goal' | 'frequency' | 'calendar'> & Partial<Pick<State, 'pauses'>>;

/** The streak of a habit on a person's date: see {@link streakIn}. */
export function streak(
  { calendar, ...habit }: Tracked,
  today: LocalDate,
  vacations: readonly DateRange[] = [],
): Pick<Streak, 'current' | 'best'> {
  const { current, best } = streakIn({ ...habit, dated: entriesOf(calendar) }, today, vacations);
  return { current, best };
}
