import { epochMinuteAt, minutesAfter } from '#contracts/time.ts';
import { dueAt, type Population } from './population.ts';
import type { Settings } from './settings.ts';
import { emptyTally, type Tally } from './tally.ts';
import { openVirtualSender, type Watch } from './virtual-sender.ts';

const MINUTE_MS = 60_000;
const MINUTES_PER_DAY = 1440;

/**
 * Plays the days of `settings` minute by minute. It begins a deadline earlier and ends a deadline later, so that the
 * first and the last of the days' reminders meet the same queue as all others.
 * @returns what became of the reminders due in these days: each of them is delivered or expired.
 */
export function simulate(population: Population, settings: Settings, watch?: Watch): Tally {
  const from = epochMinuteAt(Date.parse(`${settings.from}T00:00:00Z`));
  const span = { from, to: minutesAfter(from, settings.days * MINUTES_PER_DAY) };
  const deadline = Math.ceil(settings.deadlineMs / MINUTE_MS);
  const tally = emptyTally(span);
  const sender = openVirtualSender(settings, (from - deadline) * MINUTE_MS, tally, watch);
  for (
    let minute = minutesAfter(from, -deadline);
    minute <= span.to + deadline;
    minute = minutesAfter(minute, 1)
  ) {
    sender.add(minute, dueAt(population, minute));
    const endMs = (minute + 1) * MINUTE_MS;
    for (let nowMs = minute * MINUTE_MS; nowMs < endMs; nowMs = sender.nextMs(nowMs)) sender.step(nowMs);
  }
  sender.end((span.to + deadline + 1) * MINUTE_MS);
  return tally;
}
