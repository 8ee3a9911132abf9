/**
 * Resolves when the event loop has read its sockets once. Node runs due timers before it reads sockets: after a
 * standstill, a slot's instant would come before a 429 or a pause that arrived long before it.
 */
export function readArrived(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Knows how fresh is what this process has read. */
export type News = {
  /** Reads sockets meanwhile, so that it need not be waited for later: on a busy machine a turn of the loop is long. */
  prepare(): void;
  /**
   * Resolves when what had arrived {@link UNREAD_MS} ago is read: at once as a rule, after a standstill when the
   * sockets were read.
   */
  read(): Promise<void>;
};

/**
 * Waited for always, it would make most slots of a busy process be missed: where a turn of the event loop takes 50 ms, two
 * thirds of those that are used otherwise (measured).
 */
const UNREAD_MS = 200;
/** One that was under way may have begun before the standstill. */
const MOST_READS = 2;

/** @param nowMs milliseconds of any clock */
export function newsOf(readOnce: () => Promise<void>, nowMs: () => number): News {
  let readMs = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;

  function read(): Promise<void> {
    const askedMs = nowMs();
    reading ??= readOnce().then(() => {
      readMs = askedMs;
      reading = undefined;
    });
    return reading;
  }

  return {
    prepare: () => void read(),
    async read() {
      for (let reads = 0; reads < MOST_READS && nowMs() - readMs > UNREAD_MS; reads++) await read();
    },
  };
}
