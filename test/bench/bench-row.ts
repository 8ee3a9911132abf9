/**
 * One figure of `npm run bench`: ours beside the raw client doing the same work in the same run. `ratio` is ours
 * divided by raw; whether more or less is better follows from the unit.
 */
export type BenchRow = {
  name: string;
  ours: number;
  raw: number;
  unit: string;
  ratio: number;
  note?: string;
};
