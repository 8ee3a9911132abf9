/** An act at an instant, unless it is cancelled before. */
export type Timer = { atMs: number; order: number; act: (() => void) | undefined };

export type Engine = {
  /** Milliseconds since 1970, by the true time of the simulated world. */
  now(): number;
  after(ms: number, act: () => void): Timer;
  cancel(timer: Timer): void;
  /** Fires all timers up to an instant, each with everything that follows from it before the next. */
  run(untilMs: number): Promise<void>;
  /** Moves the clock without firing a timer: all timers move with it. */
  leap(ms: number): void;
  /** How many timers have fired. */
  count(): number;
  /** Drops all timers. */
  close(): void;
};

/** Virtual time. Timers of the same instant fire in the order in which they were set. */
export function openEngine(startMs: number): Engine {
  const heap: Timer[] = [];
  let nowMs = startMs;
  let planned = 0;
  let fired = 0;

  function step(untilMs: number, resolve: () => void, reject: (reason: unknown) => void): void {
    const next = heap[0];
    if (next === undefined || next.atMs > untilMs) {
      nowMs = untilMs;
      resolve();
      return;
    }
    take(heap);
    try {
      nowMs = next.atMs;
      fired++;
      next.act?.();
    } catch (error) {
      reject(error);
      return;
    }
    // A tick of Node begins when the microtasks are done, and with them everything that follows from this timer.
    queueMicrotask(() => process.nextTick(step, untilMs, resolve, reject));
  }

  return {
    now: () => nowMs,
    after(ms, act) {
      const timer = { atMs: nowMs + Math.max(0, ms), order: planned++, act };
      put(heap, timer);
      return timer;
    },
    cancel(timer) {
      timer.act = undefined;
    },
    run: (untilMs) =>
      new Promise((resolve, reject) => {
        process.nextTick(step, untilMs, resolve, reject);
      }),
    leap(ms) {
      nowMs += ms;
      for (const timer of heap) timer.atMs += ms;
    },
    count: () => fired,
    close() {
      heap.length = 0;
    },
  };
}

const isBefore = (one: Timer, other: Timer): boolean =>
  one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order);

function put(heap: Timer[], timer: Timer): void {
  let i = heap.length;
  heap.push(timer);
  while (i > 0) {
    const above = (i - 1) >> 1;
    const parent = heap[above];
    if (parent === undefined || !isBefore(timer, parent)) break;
    heap[i] = parent;
    i = above;
  }
  heap[i] = timer;
}

/** Removes the first. */
function take(heap: Timer[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let i = 0;
  for (;;) {
    const left = heap[2 * i + 1];
    const right = heap[2 * i + 2];
    const child = right !== undefined && left !== undefined && isBefore(right, left) ? 2 * i + 2 : 2 * i + 1;
    const least = heap[child];
    if (least === undefined || !isBefore(least, last)) break;
    heap[i] = least;
    i = child;
  }
  heap[i] = last;
}
