import { type Danger, type Difference, danger, describe } from './differences.ts';

/** One thing that was done: `{ target: 'UPDATES', change: 'max_age: 24h → 48h' }`. */
export type Change = { target: string; change: string };

/** A change that must not simply be made. */
export type RefusedChange = Change & Danger;

/** `differences` as operators read them. */
export function changesOf(target: string, differences: readonly Difference[]): Change[] {
  return differences.map((difference) => ({ target, change: describe(difference) }));
}

/** Those of `differences` that must not simply be applied to `target`. */
export function refusedChangesOf(target: string, differences: readonly Difference[]): RefusedChange[] {
  return differences.flatMap((difference) => {
    const found = danger(difference);
    return found ? [{ target, change: describe(difference), ...found }] : [];
  });
}
