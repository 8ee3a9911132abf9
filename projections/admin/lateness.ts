import type { Queryable } from '../engine/projection.ts';

/** Lateness is counted up to these, in ms; what is later than the last one is counted as `BEYOND`. */
const BOUNDS = [
  100, 200, 300, 500, 700, 1_000, 1_500, 2_000, 3_000, 5_000, 7_000, 10_000, 15_000, 20_000, 30_000, 45_000,
  60_000, 90_000, 120_000, 180_000, 300_000, 600_000, 900_000, 1_800_000, 3_600_000, 7_200_000,
] as const;
const BEYOND = 2_147_483_647;

/** The least bound that is not exceeded. */
export const latenessBound = (latenessMs: number): number =>
  BOUNDS.find((bound) => latenessMs <= bound) ?? BEYOND;

/** How late delivered reminders were: the bound that so many of them in a hundred do not exceed. Undefined of none. */
export type Lateness = { count: number; p50Ms: number | undefined; p99Ms: number | undefined };

/** Of reminders delivered since an hour's beginning. */
export async function latenessSince(db: Queryable, sinceAt: string): Promise<Lateness> {
  const { rows } = await db.query<{ at_most_ms: number; count: string }>(
    `SELECT at_most_ms, sum(count) AS count FROM admin.lateness WHERE on_hour >= $1
     GROUP BY at_most_ms ORDER BY at_most_ms`,
    [sinceAt],
  );
  const counts = rows.map((row) => ({ atMostMs: row.at_most_ms, count: Number(row.count) }));
  const all = counts.reduce((sum, { count }) => sum + count, 0);
  const share = (part: number) => {
    let seen = 0;
    return counts.find(({ count }) => {
      seen += count;
      return seen >= all * part;
    })?.atMostMs;
  };
  return { count: all, p50Ms: share(0.5), p99Ms: share(0.99) };
}
