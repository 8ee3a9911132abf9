import type { UserId } from '#contracts/ids.ts';
import type { DateRange } from '#contracts/time.ts';
import type { Queryable } from '#projections/engine/projection.ts';
import { type HabitDays, habitsIn } from '#projections/schedules/week.ts';

export type ReadWeek = (userId: UserId, week: DateRange) => Promise<HabitDays[]>;

/** @param guard rejects while the schedules must not be read. */
export function weekReader(database: Queryable, guard: () => Promise<void>): ReadWeek {
  return async (userId, week) => {
    await guard();
    return habitsIn(database, userId, week);
  };
}
