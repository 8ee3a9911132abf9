import { epochDayOf } from '#contracts/civil-date.ts';
import type { Frequency, Goal } from '#contracts/habit-events.ts';
import { repetition } from '#contracts/history.ts';
import type { LocalDate } from '#contracts/time.ts';
import { emptyCalendar, withEntry } from '../../domain/calendar.ts';
import { score } from '../../domain/score.ts';
import type { BroughtEntry } from '../brought.ts';

type Numeric = Extract<Goal, { kind: 'numeric' }>;
type Tracked = { entries: readonly BroughtEntry[]; frequency: Frequency };

/** Scores are written with four decimals. */
const ROUNDED_BY = 0.00006;
const ESTIMATES = 200;
const CHECKED_DATES = 12;

/**
 * The direction and the target of a habit whose file names neither but has its scores: where a day reached a part of the
 * target, the score's step says which part. A goal counts only when it gives the scores of the file again.
 * @param scores what the file says of each date.
 * @returns undefined when no goal does.
 */
export function goalFromScores(
  habit: Tracked,
  scores: ReadonlyMap<LocalDate, number>,
): Pick<Numeric, 'direction' | 'target'> | undefined {
  for (const direction of ['atLeast', 'atMost'] as const) {
    const estimates = targetsIn(habit, scores, direction).sort((a, b) => a - b);
    const middle = estimates[Math.floor(estimates.length / 2)];
    if (middle === undefined) continue;
    for (let digits = 1; digits <= 6; digits++) {
      const target = Number(middle.toPrecision(digits));
      const goal: Numeric = { kind: 'numeric', direction, target, unit: '' };
      if (target > 0 && givesAgain(goal, habit, scores)) return { direction, target };
    }
  }
  return undefined;
}

function targetsIn(
  { entries, frequency }: Tracked,
  scores: ReadonlyMap<LocalDate, number>,
  direction: Numeric['direction'],
): number[] {
  const { times, days } = repetition(frequency);
  const kept = 0.5 ** (Math.sqrt(times / days) / 13);
  const amounts = new Map(entries.map((entry) => [epochDayOf(entry.on), 'value' in entry ? entry.value : 0]));
  const first = epochDayOf(entries[0]?.on ?? '1970-01-01');
  const byDay = new Map([...scores].map(([on, value]) => [epochDayOf(on), value]));
  const targets: number[] = [];
  for (const entry of entries) {
    const day = epochDayOf(entry.on);
    const before = day === first ? (direction === 'atMost' ? 1 : 0) : byDay.get(day - 1);
    const after = byDay.get(day);
    if ('skipped' in entry || before === undefined || after === undefined) continue;
    const share = (after - before * kept) / (1 - kept);
    let sum = 0;
    for (let back = 0; back < days; back++) sum += amounts.get(day - back) ?? 0;
    if (share < 0.02 || share > 0.98 || sum <= 0) continue;
    targets.push(direction === 'atMost' ? sum / (2 - share) : sum / share);
    if (targets.length >= ESTIMATES) break;
  }
  return targets;
}

/** Compared on dates spread over all of them. */
function givesAgain(
  goal: Numeric,
  { entries, frequency }: Tracked,
  scores: ReadonlyMap<LocalDate, number>,
): boolean {
  const calendar = entries.reduce(
    (all, entry) => withEntry(all, entry.on, 'skipped' in entry ? 'skip' : entry.value),
    emptyCalendar,
  );
  const dates = [...scores.keys()].filter((on) => on >= (entries[0]?.on ?? '')).sort();
  const step = Math.max(1, Math.floor(dates.length / CHECKED_DATES));
  return dates
    .filter((_, index) => index % step === 0 || index === dates.length - 1)
    .every((on) => {
      const { value } = score({ goal, frequency, calendar }, on);
      return Math.abs(value - (scores.get(on) ?? Number.NaN)) <= ROUNDED_BY;
    });
}
