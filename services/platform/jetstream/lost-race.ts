import type { Clock } from '../process/clock.ts';

/** More than two seconds in all: by then the leader has stored what it took, or has stepped down. */
const MOST_PAUSES = 50;
const PAUSE_MS = { first: 1, longest: 50 } as const;

/**
 * Reads what stands where a write was just refused because another was quicker. A replicated stream refuses it from the
 * moment at which it takes the quicker write, before that is stored: till then its leader still answers with what stood
 * before, which says nothing of how the race ended.
 * @param hasMoved whether what was read stands beyond what the refused write expected.
 * @returns what was read last. It has not moved where the quicker write was dropped with its leader, or the key has
 * expired or was put back since: nothing may be concluded from it but what to expect of the next write.
 */
export async function readAfterLostRace<T>(
  clock: Pick<Clock, 'sleep'>,
  read: () => Promise<T>,
  hasMoved: (found: T) => boolean,
): Promise<T> {
  let found = await read();
  let pauseMs: number = PAUSE_MS.first;
  for (let pauses = 0; !hasMoved(found) && pauses < MOST_PAUSES; pauses++) {
    await clock.sleep(pauseMs);
    pauseMs = Math.min(2 * pauseMs, PAUSE_MS.longest);
    found = await read();
  }
  return found;
}
