import type { Goal } from '#contracts/habit-events.ts';

/** A button of a counted habit: so much more, or all that the day holds then. */
export type QuickAmount = { action: 'add' | 'amount'; value: number };

/**
 * Amounts one tap away, from the goal: for eight glasses one more, four more, and all eight; for 10,000 steps 1,000 and
 * 5,000 more. For a limit: none, and one more. At most three.
 */
export function quickAmounts(goal: Goal): QuickAmount[] {
  if (goal.kind === 'yesNo') return [];
  const { target, direction } = goal;
  const step = stepOf(target);
  if (direction === 'atMost') return [{ action: 'amount', value: 0 }, more(step)];
  if (target === 0) return [more(1)];
  const half = rounded(Number.isInteger(target) ? Math.ceil(target / 2) : target / 2);
  const all: QuickAmount = { action: 'amount', value: target };
  const isSmall = half <= step || half >= target;
  return [...(step < target ? [more(step)] : []), ...(isSmall ? [] : [more(half)]), all];
}

/** 1, 2 or 5 times a power of ten: about a sixth of the target, and no part of one where whole ones are counted. */
function stepOf(target: number): number {
  const wanted = target / 6;
  if (Number.isInteger(target) && wanted <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(wanted));
  const first = [5, 2, 1].find((each) => each * power <= wanted * (1 + Number.EPSILON)) ?? 1;
  return Math.max(rounded(first * power), 0.001);
}

const more = (value: number): QuickAmount => ({ action: 'add', value });

/** Amounts are kept in thousandths. */
const rounded = (value: number): number => Math.round(value * 1000) / 1000;
