import type { Tick } from '#contracts/messages.ts';
import { wrongTick } from '#contracts/ticks.ts';
import { beginOfMinuteMs, type EpochMinute } from '#contracts/time.ts';
import type { EventsHead } from './events-head.ts';

/** The first and the last sequence of TICKS; the first is one more than the last while it is empty. */
export type TicksEnd = { first: number; sequence: number };

/** A message of TICKS. `tick` is undefined when it cannot be read, `storedAtMs` is by the server's clock. */
export type StoredTick = { sequence: number; storedAtMs: number; tick: Tick | undefined };

/** A message of TICKS that is no right tick, and why. */
export type WrongTick = { sequence: number; reason: string };

/** `sequence` is the end of TICKS, and `minute` that of its last right tick: undefined while there is none. */
export type LastTick = { sequence: number; minute: EpochMinute | undefined };

/** Read at once, so that a look costs one round trip. */
const READ_AT_ONCE = 10;
/** Messages at the end that are looked through for a right tick. Without one, ticks begin with the minute that runs. */
const MOST_PASSED_OVER = 1000;

/**
 * How far a tick may lie ahead of the server's clock that was right when it was stored: the clock was stepped back.
 * Within REMINDERS' two days, minutes that were published early need not come again, and none is reminded of twice. A
 * clock that leapt further and came back must not keep ticks away until the year it had shown.
 */
const STEPPED_BACK_MS = 48 * 3_600_000;

/**
 * The last right tick. Ticks only rise, so it is the latest of the last ten messages that are right: one that stands
 * behind a later one was not published by a tick service, and nothing is made up for because of it.
 */
export async function lastRight(
  { first, sequence }: TicksEnd,
  head: EventsHead,
  read: (sequence: number) => Promise<StoredTick | undefined>,
): Promise<LastTick & { wrong: WrongTick[] }> {
  const oldest = Math.max(first, sequence - MOST_PASSED_OVER);
  const wrong: WrongTick[] = [];
  let latest: EpochMinute | undefined;
  for (let until = sequence; until >= oldest && latest === undefined; until -= READ_AT_ONCE) {
    const count = Math.min(READ_AT_ONCE, until - oldest + 1);
    const found = await Promise.all(Array.from({ length: count }, (_, i) => read(until - i)));
    for (const stored of found) {
      if (stored === undefined) continue;
      const checked = check(stored, head);
      if ('reason' in checked) wrong.push(checked);
      else if (latest === undefined || checked.minute > latest) latest = checked.minute;
    }
  }
  return { sequence, minute: latest, wrong };
}

function check(
  { sequence, storedAtMs, tick }: StoredTick,
  { nowMs, eventsSequence }: EventsHead,
): Tick | WrongTick {
  if (tick === undefined) return { sequence, reason: 'it is no tick' };
  const reason =
    beginOfMinuteMs(tick.minute) > nowMs + STEPPED_BACK_MS
      ? `minute ${tick.minute} lies more than two days ahead of the server's clock`
      : wrongTick(tick, { storedAtMs, eventsEnd: eventsSequence });
  return reason === undefined ? tick : { sequence, reason };
}
