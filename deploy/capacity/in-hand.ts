/** The reminders of one tier that have a slot and are not acked yet: `max_ack_pending` bounds them. */
export type InHand = ReturnType<typeof openInHand>;

/** @param most how many there may be. They must be put in the order in which they end. */
export function openInHand(most: number) {
  const ends = new Float64Array(most);
  let first = 0;
  let size = 0;
  return {
    free: (): number => most - size,
    put(endsAtMs: number): void {
      ends[(first + size) % most] = endsAtMs;
      size++;
    },
    /** Forgets those that have ended. */
    release(nowMs: number): void {
      while (size > 0 && (ends[first] ?? 0) <= nowMs) {
        first = (first + 1) % most;
        size--;
      }
    },
    /** When the next one ends; Infinity when there is none. */
    nextMs: (): number => (size === 0 ? Number.POSITIVE_INFINITY : (ends[first] ?? 0)),
  };
}
