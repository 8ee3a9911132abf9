import { asUserId } from '#test/support/ids.ts';
import { whyNot } from './oracle.ts';
import type { World } from './role.ts';
import type { Departure } from './telegram.ts';

/** The rate limiter lets a slot be used so late. */
const LATENESS_MS = 32;
/** Until every process knows of a pause that was stored. */
const TOLD_MS = 10;
/** The sender reads the schedules for the last time at most so long before it sends (`readiness.ts`). */
const LOOKED_MS = 640 + LATENESS_MS;

/** G7: the requests of all processes together. */
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
    const isStepped = nats.steps.some((stepMs) => stepMs > (before ?? 0) && stepMs <= atMs);
    if (before !== undefined && atMs - before < 1_000 - LATENESS_MS && !isStepped)
      problems.push(`G7: ${atMs - before} ms between two messages to ${chatId}`);
    lastOf.set(chatId, atMs);
  }
  for (const { atMs, untilMs, serverAheadMs } of nats.limiter.pauses) {
    if (nats.steps.some((stepMs) => stepMs >= atMs && stepMs < untilMs - serverAheadMs)) continue;
    const during = departures.filter(
      (departure) => departure.atMs > atMs + TOLD_MS && departure.atMs < untilMs - serverAheadMs - TOLD_MS,
    );
    if (during.length > 0)
      problems.push(`G7: ${during.length} messages during the pause of ${new Date(atMs).toISOString()}`);
  }
  return problems;
}

/** G8 and G9: whether a reminder was still to be sent, by what its process could know then. */
export function departureProblems({ telegram, nats, tables }: World): string[] {
  const expiry = new Map<string, number>();
  for (const { userId, due, expiresAt } of nats.reminders.everQueued)
    for (const { habitId, on, at } of due) {
      const name = `${userId} ${habitId} ${on} ${at}`;
      expiry.set(name, Math.max(expiry.get(name) ?? 0, Date.parse(expiresAt)));
    }
  const problems: string[] = [];
  for (const { atMs, clockMs, chatId, occurrences, wasFrozen } of telegram.departures) {
    if (wasFrozen) continue;
    const [from, to] = [tables.sequenceAt(atMs - LOOKED_MS), tables.sequenceAt(atMs)];
    for (const occurrence of occurrences) {
      const name = `${chatId} ${occurrence.habitId} ${occurrence.on} ${occurrence.at}`;
      const lateMs = clockMs - LOOKED_MS - (expiry.get(name) ?? 0);
      if (lateMs > 0) problems.push(`G9: sent ${lateMs} ms after it had expired: ${name}`);
      const reasons = nats.diary
        .between(asUserId(chatId), from, to)
        .map((state) => whyNot(state, occurrence));
      if (reasons.every((reason) => reason !== undefined))
        problems.push(`G8: sent although known to be ${reasons[0]}: ${name}`);
    }
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
