import { dateOf, epochDayOf } from '#contracts/civil-date.ts';
import type { Pause } from '#contracts/history.ts';
import type { DateRange, LocalDate } from '#contracts/time.ts';

/*
 * Vacations and pauses of a batch, which does not know what is stored: what was planned and paused in it, and what became of a
 * stored one. Equal to the fold of the bot's domain, wherever the log is cut into batches.
 */

/** `planned` in the batch, without what was cancelled in it; stored ones end before `endBefore`. */
export type VacationsChange = { planned: readonly DateRange[]; endBefore?: LocalDate };
export type ChangeVacations = (before: VacationsChange) => VacationsChange;

export function planned({ planned: before, ...others }: VacationsChange, range: DateRange): VacationsChange {
  return { ...others, planned: [...before, range] };
}

export function cancelled({ planned: before, endBefore }: VacationsChange, on: LocalDate): VacationsChange {
  return {
    planned: before.flatMap((range) => endedBefore(on, range)),
    endBefore: endBefore !== undefined && endBefore < on ? endBefore : on,
  };
}

/**
 * `resumedOn` is when the first event ended a stored pause, absent where that event is a new pause; `over` are those of the
 * batch that ended; `last` is the one that it leaves.
 */
export type PausesChange = {
  resumedOn?: LocalDate;
  over: readonly DateRange[];
  last: Pause | null;
};
export type ChangePauses = (before: PausesChange | undefined) => PausesChange;

export function paused(
  before: PausesChange = { over: [], last: null },
  { on, until = null }: { on: LocalDate; until?: LocalDate | null | undefined },
): PausesChange {
  const { last } = before;
  const over = last && last.to !== null && last.from <= last.to ? [{ from: last.from, to: last.to }] : [];
  return { ...before, over: [...before.over, ...over], last: { from: on, to: until } };
}

export function resumed(before: PausesChange | undefined, on: LocalDate): PausesChange {
  if (!before) return { resumedOn: on, over: [], last: null };
  const over = before.last ? endedBefore(on, before.last) : [];
  return { ...before, over: [...before.over, ...over], last: null };
}

function endedBefore(on: LocalDate, { from, to }: Pause): DateRange[] {
  const last = to !== null && to < on ? to : dateOf(epochDayOf(on) - 1);
  return from <= last ? [{ from, to: last }] : [];
}

/** As Postgres reads a `datemultirange`. */
export const multirange = (ranges: readonly DateRange[]): string =>
  `{${ranges.map(({ from, to }) => `[${from},${to}]`)}}`;
