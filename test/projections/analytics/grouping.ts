export function groups<T>(list: readonly T[], keyOf: (each: T) => string): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const each of list) found.set(keyOf(each), [...(found.get(keyOf(each)) ?? []), each]);
  return found;
}

export const peopleIn = (list: readonly { userId: string }[]): number =>
  new Set(list.map(({ userId }) => userId)).size;

/** A share, or a median, as the views round it. */
export const round4 = (share: number): number => Number(share.toFixed(4));
