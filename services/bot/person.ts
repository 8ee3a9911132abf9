import type { HabitId, UserId } from '#contracts/ids.ts';
import type { LocalDate } from '#contracts/time.ts';
import type * as account from './domain/account.ts';
import type { AccountCommand } from './domain/account-commands.ts';
import type * as habit from './domain/habit.ts';
import type * as habitState from './domain/habit-state.ts';

/** One person as the log has them at `nowMs`. Habits stand in the order in which they are shown (`contracts/habit-order.ts`). */
export type Person = {
  userId: UserId;
  account: account.State;
  habits: readonly Habit[];
  /** Ids of those that they deleted for good, when they were read. */
  deletedHabits?: readonly HabitId[];
  nowMs: number;
  /** Their local date, by their own day start; in UTC until a timezone is chosen. */
  today: LocalDate;
};

export type Habit = { habitId: HabitId; state: habitState.State };

/** A command and the aggregate it is for. */
export type AddressedCommand =
  | { to: 'account'; command: AccountCommand }
  | { to: 'habit'; habitId: HabitId; command: habit.Command };

export function habitOf(person: Person, habitId: HabitId): habitState.State | undefined {
  return person.habits.find((each) => each.habitId === habitId)?.state;
}
