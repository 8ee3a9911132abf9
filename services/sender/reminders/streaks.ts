import { epochDayOf } from '#contracts/civil-date.ts';
import { reachOf } from '#contracts/history.ts';
import { streakIn } from '#contracts/streak.ts';
import type { Queryable } from '#projections/engine/projection.ts';
import { type TrackedHabit, type TrackedRequest, trackedHabits } from '#projections/schedules/tracked.ts';
import { batched } from '../batched.ts';

/** The streak that the date still can continue: 0 without one. */
export type ReadStreak = (request: TrackedRequest) => Promise<number>;

const MOST_AT_ONCE = 500;
/** Most streaks are shorter. Of the others, all entries are read. */
const RECENT_DAYS = 45;
/** Before every entry. */
const ALL_DAYS = 1_000_000;

/**
 * Reads streaks as the bot's domain counts them, those of many in one query.
 * @param guard rejects while the schedules must not be read.
 */
export function streakReader(database: Queryable, guard: () => Promise<void>): ReadStreak {
  const reader = (days: number) =>
    batched(async (requests: TrackedRequest[]) => {
      await guard();
      return trackedHabits(database, requests, days);
    }, MOST_AT_ONCE);
  const readRecent = reader(RECENT_DAYS);
  const readAll = reader(ALL_DAYS);

  return async (request) => {
    const recent = await readRecent(request);
    const known = recent && recentStreak(recent, request);
    if (!recent || known !== undefined) return known ?? 0;
    const all = await readAll(request);
    return all ? streakIn(all, request.on, all.vacations).current : 0;
  };
}

/** Undefined when older entries may belong to it: nothing that they reach broke it. */
function recentStreak(habit: TrackedHabit, { on }: TrackedRequest): number | undefined {
  const { current, brokenOn } = streakIn(habit, on, habit.vacations);
  if (!habit.hasOlder) return current;
  const first = epochDayOf(on) - RECENT_DAYS + 1;
  return brokenOn !== undefined && brokenOn - reachOf(habit.frequency) >= first ? current : undefined;
}
