import type { Wait } from '#contracts/callback-data.ts';
import type { Goal } from '#contracts/habit-events.ts';
import type { HabitId } from '#contracts/ids.ts';
import type { LocalDate, LocalTime } from '#contracts/time.ts';

/** One habit of a reminder on one local date, as it stands now. */
export type CardItem = {
  habitId: HabitId;
  on: LocalDate;
  at?: string;
  name: string;
  goal?: Goal;
  state: 'open' | 'done' | 'skipped';
  /** Days, when it is worth showing. */
  streak?: number;
  /** What was entered for a numeric habit, in its unit. */
  value?: number;
  /** Set while the person is asked for an amount: those offered as buttons. */
  amounts?: readonly number[];
  /** When the person will be reminded of it again, on their clock, and whether that is tomorrow. */
  snoozed?: { at: LocalTime; tomorrow: boolean };
  /** Set while the person is asked how long to wait: what is offered as buttons. */
  waits?: readonly Wait[];
};
