import { DatabaseError } from 'pg';

/**
 * Works on all items at once, and where Postgres refuses their data, on each half of them, until a refused one stands
 * alone: it takes no other with it. `k` refused ones of `n` cost about `2k log2 n` more tries; none costs nothing.
 * @param work rejects with Postgres's error, and has then done nothing.
 * @param refused is told of each item that Postgres refuses for good, and why.
 * @throws every other error, with the items before it worked on.
 */
export async function inHalves<T>(
  items: readonly T[],
  work: (some: readonly T[]) => Promise<void>,
  refused: (item: T, error: unknown) => void,
): Promise<void> {
  const [first] = items;
  if (first === undefined) return;
  try {
    return await work(items);
  } catch (error) {
    if (!refusesData(error)) throw error;
    if (items.length === 1) return refused(first, error);
  }
  const middle = items.length >> 1;
  await inHalves(items.slice(0, middle), work, refused);
  await inHalves(items.slice(middle), work, refused);
}

/** Classes 22 (data exception) and 23 (constraint violation): trying again cannot help. */
function refusesData(error: unknown): boolean {
  return error instanceof DatabaseError && /^2[23]/.test(error.code ?? '');
}
