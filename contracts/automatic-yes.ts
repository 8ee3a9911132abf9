import { monthLength } from './civil-date.ts';

type Interval = { readonly begin: number; readonly end: number };

/**
 * Days that need no entry because the frequency is met without them, by Loop's rule: every `times` consecutive yeses
 * within `days` days open an interval of that length from the first of them. From the second newest on, an interval
 * that would overlap the newer one slides back, at most until it ends at its last yes, so that gaps close.
 *
 * @param yeses numbers of the days with a yes, rising.
 * @returns every day inside an interval, those with a yes included.
 */
export function automaticYeses(yeses: readonly number[], times: number, days: number): ReadonlySet<number> {
  const covered = new Set<number>();
  // Ends never rise from newer to older, so what lies above `lowest` and under an end is covered already.
  let lowest = Number.POSITIVE_INFINITY;
  for (const { begin, end } of intervalsNewestFirst(yeses, times, days)) {
    for (let day = Math.min(end, lowest - 1); day >= begin; day--) covered.add(day);
    lowest = Math.min(lowest, begin);
  }
  return covered;
}

function* intervalsNewestFirst(yeses: readonly number[], times: number, days: number): Generator<Interval> {
  let newer: Interval | undefined;
  for (let index = yeses.length - times; index >= 0; index--) {
    const firstYes = yeses[index] ?? 0;
    const lastYes = yeses[index + times - 1] ?? 0;
    const length = lengthFrom(firstYes, days);
    if (lastYes - firstYes >= length) continue;
    const wantedEnd = firstYes + length - 1;
    const end = newer && wantedEnd >= newer.begin ? Math.max(lastYes, newer.begin - 1) : wantedEnd;
    newer = { begin: end - length + 1, end };
    yield newer;
  }
}

/** "Monthly" means the month at hand: its own length, or the next one's when it begins on a month's last day. */
function lengthFrom(day: number, days: number): number {
  if (days !== 30 && days !== 31) return days;
  return monthLength(day + 1);
}
