import { eventually } from '#test/support/eventually.ts';

/** Resolves with what `look` finds when it has risen above `before`. */
export function untilMoreThan(
  before: number,
  look: () => Promise<number>,
  timeoutMs = 60_000,
): Promise<number> {
  return eventually(
    async () => {
      const now = await look();
      if (now <= before) throw new Error(`nothing more than ${before} in ${timeoutMs} ms`);
      return now;
    },
    { timeoutMs },
  );
}
