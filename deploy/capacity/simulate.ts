import { beginOfMinuteMs, epochMinuteAt, minutesAfter } from '#contracts/time.ts';
import type { OnSent } from './fleet.ts';
import { dueAt, type Population } from './population.ts';
import type { Settings } from './settings.ts';
import { emptyTally, type Tally } from './tally.ts';
import { openVirtualSender } from './virtual-sender.ts';

const MINUTE_MS = 60_000;
const MINUTES_PER_DAY = 1440;

/**
 * Plays the days of `settings` minute by minute. It begins a deadline earlier and ends a deadline later, so that the
 * first and the last of the days' reminders meet the same queue as all others.
 * @returns what became of the reminders due in these days: each of them is delivered or expired.
 */
export function simulate(population: Population, settings: Settings, onSent?: OnSent): Tally {
  const from = epochMinuteAt(Date.parse(`${settings.from}T00:00:00Z`));
  const to = minutesAfter(from, settings.days * MINUTES_PER_DAY);
  const deadline = Math.ceil(settings.deadlineMs / MINUTE_MS);
  const first = minutesAfter(from, -deadline);
  const end = minutesAfter(to, deadline + 1);
  const tally = emptyTally({ from, to });
  const sender = openVirtualSender(settings, beginOfMinuteMs(first), tally, onSent);
  for (let minute = first; minute < end; minute = minutesAfter(minute, 1)) {
    sender.add(minute, dueAt(population, minute));
    const endMs = beginOfMinuteMs(minutesAfter(minute, 1));
    for (let nowMs = beginOfMinuteMs(minute); nowMs < endMs; nowMs = sender.nextMs(nowMs)) sender.step(nowMs);
  }
  sender.end(beginOfMinuteMs(end));
  return tally;
}
