import type { Wait } from '#contracts/callback-data.ts';
import type { Goal } from '#contracts/habit-events.ts';
import type { HabitId } from '#contracts/ids.ts';
import type { LocalDate, LocalTime } from '#contracts/time.ts';

/** One habit of a reminder or of a day's list on one local date, as it stands now. */
export type CardItem = {
  habitId: HabitId;
  on: LocalDate;
  at?: string;
  name: string;
  goal?: Goal;
  /** `open` while reminders go on, perhaps with an amount already; `no` is not today. */
  state: 'open' | 'done' | 'no' | 'skipped';
  /** In days: of an open day, the one that it can still continue. */
  streak?: number;
  /** What was entered for a numeric habit, in its unit. */
  value?: number;
  /** What the person wrote beside the day. */
  note?: string;
  /** Of a habit of so many times in a while: how far that is. */
  times?: { done: number; wanted: number; in: 'week' | 'month' | 'days'; days: number };
  /** When the person will be reminded of it again, on their clock, and whether that is tomorrow. */
  snoozed?: { at: LocalTime; tomorrow: boolean };
  /** Set where one of several habits shows all that can be done with it. */
  unfolded?: true;
  /** Set while the person is asked for an amount: those offered as buttons. */
  amounts?: readonly number[];
  /** Set while the person is asked how long to wait: what is offered as buttons. */
  waits?: readonly Wait[];
  /** Set while the person is asked whether a day that is done should become this instead. */
  instead?: 'skip' | 'no';
};

/** What the habits of a reminder are to be tapped for; `all` while it is asked how long all of them should wait. */
export type CardMode = 'skip' | 'later' | { all: readonly Wait[] };
