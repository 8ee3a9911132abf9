/** Counts marks within the half-open window (now - windowMs, now]: two marks exactly windowMs apart are not together. */
export type SlidingWindow = {
  /** How many marks the window ending at `now` holds. */
  count(now: number): number;
  /** Adds a mark and returns the count including it. Times must not decrease. */
  add(now: number): number;
  /** When the oldest mark leaves the window; `now` when the window is empty. */
  freeAt(now: number): number;
};

export function createSlidingWindow(windowMs: number): SlidingWindow {
  let marks: number[] = [];
  let head = 0;

  function forget(now: number): void {
    while (head < marks.length && (marks[head] ?? now) <= now - windowMs) head += 1;
    // Cutting only when half is stale keeps both the cost per mark and the memory constant.
    if (head > 64 && head * 2 > marks.length) {
      marks = marks.slice(head);
      head = 0;
    }
  }

  return {
    count(now) {
      forget(now);
      return marks.length - head;
    },
    add(now) {
      forget(now);
      marks.push(now);
      return marks.length - head;
    },
    freeAt(now) {
      forget(now);
      const oldest = marks[head];
      return oldest === undefined ? now : oldest + windowMs;
    },
  };
}
