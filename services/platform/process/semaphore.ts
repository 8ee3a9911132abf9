/** Runs work when a place is free. */
export type Semaphore = <T>(work: () => Promise<T>) => Promise<T>;

/** At most `permits` works run at once; the others wait in the order they came. */
export function openSemaphore(permits: number): Semaphore {
  const waiting: (() => void)[] = [];
  let free = permits;

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
