import type { HabitId, UserId } from '#contracts/ids.ts';
import type { Queryable } from '#projections/engine/projection.ts';
import { habitsInDayOrder } from '#projections/schedules/tracked.ts';
import { batched } from '../batched.ts';

/** A person's habits in the order in which lists of a day show them. */
export type ReadOrder = (userId: UserId) => Promise<HabitId[]>;

const MOST_AT_ONCE = 500;

/** @param guard rejects while the schedules must not be read. */
export function orderReader(database: Queryable, guard: () => Promise<void>): ReadOrder {
  return batched(async (userIds: UserId[]) => {
    await guard();
    return habitsInDayOrder(database, userIds);
  }, MOST_AT_ONCE);
}
