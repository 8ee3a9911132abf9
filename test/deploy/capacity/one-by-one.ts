import { Temporal } from 'temporal-polyfill';
import { localTimeOf } from '#contracts/time.ts';
import { LAST_ANSWERED } from '#deploy/capacity/default-mix.ts';
import type { Distribution } from '#deploy/capacity/distribution.ts';
import { type Person, people } from '#deploy/capacity/people.ts';
import { REMINDER_TIERS } from '#deploy/capacity/population.ts';
import type { Settings } from '#deploy/capacity/settings.ts';
import { dueMinute, flexibleBy } from '#projections/schedules/due-minute.ts';
import { type QueuedRequest, slotQueue } from '#services/platform/rate-limit/slot-queue.ts';
import { bookSlots, initialState } from '#services/platform/rate-limit/slots.ts';
import { tierOf } from '#services/shards/reminders.ts';

/*
 * The days that simulate.ts plays, the plain way: an object for each message, instants from Temporal, every message in
 * the sender's own slot queue. It is slow and shares with the simulation only what decides: the people, due-minute.ts,
 * the tiers and the rate limiter.
 */

export type Message = { userId: string; tier: number; dueMs: number; sentMs?: number; expired?: true };

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** One message for each person and minute, in the order in which they become due. */
export function messagesOf(settings: Settings, distribution: Distribution): Message[] {
  const startMs = Date.parse(`${settings.from}T00:00:00Z`) - settings.deadlineMs;
  const endMs = startMs + settings.days * DAY_MS + 2 * settings.deadlineMs;
  const messages = new Map<string, Message>();
  for (const person of people(settings, distribution, LAST_ANSWERED)) {
    const tier = tierIndex(person);
    for (const dueMs of instants(person, settings, distribution[person.zone]?.timezone ?? '')) {
      if (dueMs >= startMs && dueMs <= endMs)
        messages.set(`${person.userId}/${dueMs}`, { userId: person.userId, tier, dueMs });
    }
  }
  return [...messages.values()].sort((a, b) => a.dueMs - b.dueMs);
}

function tierIndex({ recency }: Person): number {
  const days = LAST_ANSWERED[recency]?.daysAgo ?? null;
  return REMINDER_TIERS.indexOf(
    tierOf(days === null ? null : new Date(DAY_MS * (100 - days)).toISOString(), DAY_MS * 100),
  );
}

function* instants(person: Person, settings: Settings, timezone: string): Generator<number> {
  const first = Temporal.PlainDate.from(settings.from);
  for (const { minute, weekdays } of person.reminders) {
    const by = flexibleBy(person.userId, localTimeOf(minute), settings.windowMinutes);
    const due = dueMinute(minute, by, { dayStarts: 0, quiet: null });
    for (let day = -3; day <= settings.days + 3; day++) {
      const on = first.add({ days: day });
      if (!weekdays.includes(on.dayOfWeek)) continue;
      const at = on.toPlainDateTime({ hour: Math.floor(due / 60), minute: due % 60 });
      yield at.toZonedDateTime(timezone, { disambiguation: 'compatible' }).epochMilliseconds;
    }
  }
}

type InFlight = { message: Message; slotMs?: number };

/** Sends them all through one slot queue, and notes on each how it ended. */
export async function send(messages: readonly Message[], settings: Settings): Promise<void> {
  const rates = { whole: settings.sendRate, bulk: settings.bulkRate };
  const slots = slotQueue();
  const queues = REMINDER_TIERS.map((): Message[] => []);
  const inFlight = REMINDER_TIERS.map((): InFlight[] => []);
  let limiter = initialState((messages[0]?.dueMs ?? 0) - DAY_MS, rates);
  let readyAtMs = 0;
  let next = 0;

  const isExpired = ({ dueMs }: Message, nowMs: number) => nowMs >= dueMs + settings.deadlineMs;

  function enter(message: Message, into: InFlight[]): void {
    const entry: InFlight = { message };
    into.push(entry);
    void slots.enter({ lane: 'bulk', rank: message.tier }, undefined).then((slotMs) => {
      entry.slotMs = slotMs;
      if (isExpired(message, slotMs - 40)) message.expired = true;
      else message.sentMs = slotMs;
    });
  }

  function receive(nowMs: number): void {
    for (; (messages[next]?.dueMs ?? Number.POSITIVE_INFINITY) <= nowMs; next++) {
      const message = messages[next];
      if (message) queues[message.tier]?.push(message);
    }
    for (const [tier, entries] of inFlight.entries()) {
      const left = entries.filter(({ slotMs }) => slotMs === undefined || slotMs + settings.sendMs > nowMs);
      const queue = queues[tier] ?? [];
      while (queue[0] && (isExpired(queue[0], nowMs) || left.length < settings.inFlight)) {
        const message = queue.shift();
        if (message && isExpired(message, nowMs)) message.expired = true;
        else if (message) enter(message, left);
      }
      inFlight[tier] = left;
    }
  }

  async function book(nowMs: number): Promise<void> {
    const requests: QueuedRequest[] = slots.ready(nowMs, 512);
    const { state, grants } = bookSlots(
      limiter,
      nowMs,
      requests.map(({ lane }) => ({ lane })),
      rates,
    );
    if (requests.length > 0) limiter = state;
    slots.settle(requests, grants, nowMs, 0);
    for (const grant of grants) if ('againAtMs' in grant) readyAtMs = grant.againAtMs;
    // The slots are noted in then-callbacks, which run before the next macrotask.
    await new Promise<void>((resolve) => setImmediate(resolve));
  }

  /** The next instant at which something changes: a message is due, may ask for a slot, or one in flight is acked. */
  function soonest(nowMs: number): number {
    let at = messages[next]?.dueMs ?? Number.POSITIVE_INFINITY;
    for (const [tier, entries] of inFlight.entries()) {
      if (entries.some(({ slotMs }) => slotMs === undefined)) at = Math.min(at, readyAtMs);
      else if ((queues[tier]?.length ?? 0) > 0)
        at = Math.min(
          at,
          Math.max(readyAtMs, ...entries.slice(0, 1).map(({ slotMs }) => (slotMs ?? 0) + settings.sendMs)),
        );
    }
    // A booking takes two milliseconds, but a minute begins when it begins.
    return Math.min(Math.max(at, nowMs + 2), nextMinuteMs(nowMs));
  }

  let nowMs = messages[0]?.dueMs ?? 0;
  while (messages.some(({ sentMs, expired }) => sentMs === undefined && !expired)) {
    receive(nowMs);
    await book(nowMs);
    nowMs = soonest(nowMs);
  }
}

const nextMinuteMs = (nowMs: number): number => (Math.floor(nowMs / MINUTE_MS) + 1) * MINUTE_MS;
