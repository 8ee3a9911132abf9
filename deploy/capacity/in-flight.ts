/** The reminders of one tier that have a slot and are not acked yet. `max_ack_pending` bounds them. */
export type InFlight = ReturnType<typeof openInFlight>;

/** @param most how many there may be. Reminders must be put in the order in which they are acked. */
export function openInFlight(most: number) {
  const acksMs = new Float64Array(most);
  let first = 0;
  let size = 0;
  return {
    free: (): number => most - size,
    put(ackedAtMs: number): void {
      acksMs[(first + size) % most] = ackedAtMs;
      size++;
    },
    /** Forgets those that are acked by now. */
    release(nowMs: number): void {
      while (size > 0 && (acksMs[first] ?? 0) <= nowMs) {
        first = (first + 1) % most;
        size--;
      }
    },
    /** When the next one is acked. Infinity: there is none. */
    nextMs: (): number => (size === 0 ? Number.POSITIVE_INFINITY : (acksMs[first] ?? 0)),
  };
}
