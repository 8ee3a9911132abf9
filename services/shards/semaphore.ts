/** Runs work when a place is free. */
export type Semaphore = <T>(work: () => Promise<T>) => Promise<T>;

/** At most `places` works run at once; the others wait in the order they came. */
export function openSemaphore(places: number): Semaphore {
  const waiting: (() => void)[] = [];
  let free = places;

  return async (work) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free++;
    }
  };
}
