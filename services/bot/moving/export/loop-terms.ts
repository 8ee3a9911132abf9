import { createHash } from 'node:crypto';
import type { Frequency, Goal } from '#contracts/habit-events.ts';
import { type Entry, spanOf } from '#contracts/history.ts';
import type { HabitId } from '#contracts/ids.ts';
import type { Weekdays } from '#contracts/time.ts';
import type { State } from '../../domain/habit-state.ts';
import { nativeId } from '../gather.ts';

/*
 * Habits in Loop's terms, for both kinds of its files.
 */

/** Green, which Loop gives to a new habit. */
const NO_COLOR = 8;
/** Loop keeps values in 32 bits. */
const MOST = 2 ** 31 - 1;
const SKIP = 3;

export const colorOf = ({ brought }: State): number => brought.color ?? NO_COLOR;

/**
 * Loop's id of a habit: the one that it came with, else one made of ours, by which the habit is known again should the file
 * come back.
 */
export function loopUuid(habitId: HabitId, { brought }: Pick<State, 'brought'>): string {
  const own = createHash('sha256').update(habitId).digest('hex').slice(0, 32);
  return nativeId('loop', brought.origin) ?? own;
}

/** Loop knows "num times in den days" alone: chosen weekdays become as many times a week, a month thirty days. */
export function loopFrequency(frequency: Frequency): { times: number; days: number } {
  return frequency.kind === 'weekdays' ? { times: frequency.weekdays.length, days: 7 } : spanOf(frequency);
}

/** What a day holds, as Loop's code. The amount 0.003 would be a skip, so that it becomes 0.004. */
export function loopValue(entry: Entry, { kind }: Goal): number {
  if (entry === 'skip') return SKIP;
  if (kind === 'yesNo') return entry > 0 ? 2 : 0;
  const code = Math.min(MOST, Math.round(entry * 1000));
  return code === SKIP ? SKIP + 1 : code;
}

/** Bit 0 is Saturday. */
export const loopDays = (weekdays: Weekdays): number =>
  weekdays.reduce((mask, weekday) => mask | (1 << ((weekday + 1) % 7)), 0);
