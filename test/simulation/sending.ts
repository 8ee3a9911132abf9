import type { World } from './role.ts';
import type { Departure } from './telegram.ts';

/** As the budget allows: a slot may be used so late. */
const LATENESS_MS = 32;
/** Until everybody knows of a pause that was stored. */
const TOLD_MS = 10;

/** G7: what left all processes together. */
export function sendingProblems({ telegram, scenario, nats }: World): string[] {
  const { departures } = telegram;
  const { whole, bulk } = scenario.rates;
  const problems = [
    ...windowProblems(departures, whole, 'all messages'),
    ...windowProblems(
      departures.filter(({ lane }) => lane === 'bulk'),
      bulk,
      'reminders',
    ),
  ];
  const lastOf = new Map<string, number>();
  for (const { chatId, atMs } of departures) {
    const before = lastOf.get(chatId);
    if (before !== undefined && atMs - before < 1_000 - LATENESS_MS)
      problems.push(`G7: ${atMs - before} ms between two messages to ${chatId}`);
    lastOf.set(chatId, atMs);
  }
  for (const { atMs, untilMs, serverAheadMs } of nats.pacer.pauses) {
    const during = departures.filter(
      (departure) => departure.atMs > atMs + TOLD_MS && departure.atMs < untilMs - serverAheadMs - TOLD_MS,
    );
    if (during.length > 0)
      problems.push(`G7: ${during.length} messages during the pause of ${new Date(atMs).toISOString()}`);
  }
  return problems;
}

function windowProblems(departures: readonly Departure[], rate: number, what: string): string[] {
  const most = Math.floor(rate * (1 + LATENESS_MS / 1_000)) + 1;
  let first = 0;
  for (const [i, { atMs }] of departures.entries()) {
    while ((departures[first]?.atMs ?? 0) <= atMs - 1_000) first++;
    if (i - first + 1 > most)
      return [
        `G7: ${i - first + 1} of ${what} in a second, of at most ${most}, at ${new Date(atMs).toISOString()}`,
      ];
  }
  return [];
}
