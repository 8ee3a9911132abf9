import { DIGEST, type UserId } from '#contracts/ids.ts';
import type { Occurrence, ReminderDue } from '#contracts/messages.ts';
import { occurrenceKey } from '#contracts/subjects.ts';
import { beginOfMinuteMs } from '#contracts/time.ts';
import type { CardItem } from '#services/platform/messages/card-item.ts';
import { reminderCard } from '#services/platform/messages/reminder-card.ts';
import type { Clock } from '#services/platform/process/clock.ts';
import { type Check, type DeliveryResult, type Item, isSame, type Work } from '../delivery/work.ts';
import type { MayAsk } from './continuation.ts';
import { continuationCard } from './continuation-card.ts';
import { digestCard, weekBefore } from './digest-card.ts';
import type { ReadFacts } from './facts.ts';
import { decideSend, type WantedOccurrence } from './send-policy.ts';
import type { ReadWeek } from './week.ts';

export type ReminderPorts = { readFacts: ReadFacts; readWeek: ReadWeek; mayAsk: MayAsk; clock: Clock };

/** Buttons of more habits would not fit one message. */
export const HABITS_IN_A_MESSAGE = 20;

/** A reminder as the delivery engine takes it: its occurrences, by messages, and what is still wanted of them. */
export function reminderWork(ports: ReminderPorts, due: ReminderDue): Work {
  const { userId, minute, tier } = due;
  const items = due.due.map((occurrence): Item => {
    return { key: occurrenceKey(userId, occurrence, occurrence.snoozed && minute), occurrence };
  });
  return {
    ...{ due, userId, minute, tier, expiresAtMs: Date.parse(due.expiresAt) },
    // A digest is a message of its own: the buttons of a reminder would change it.
    messages: [
      ...inMessages(items.filter((one) => !isDigest(one))),
      ...items.filter(isDigest).map((one) => [one]),
    ],
    check: (left, index) => check(ports, due, left, index === 0),
  };
}

const isDigest = ({ occurrence }: Item): boolean => occurrence?.habitId === DIGEST;

function inMessages(items: readonly Item[]): Item[][] {
  return Array.from({ length: Math.ceil(items.length / HABITS_IN_A_MESSAGE) }, (_, i) =>
    items.slice(i * HABITS_IN_A_MESSAGE, (i + 1) * HABITS_IN_A_MESSAGE),
  );
}

/** @param isFirst only the first message of a reminder may ask whether to go on. */
async function check(
  { readFacts, readWeek, mayAsk, clock }: ReminderPorts,
  { userId, minute, expiresAt }: ReminderDue,
  items: readonly Item[],
  isFirst: boolean,
): Promise<Check> {
  if (clock.now() >= Date.parse(expiresAt)) return none(items, { outcome: 'expired' });
  const occurrences = items.flatMap(({ occurrence }) => occurrence ?? []);
  const facts = await readFacts({ userId, minute, occurrences });
  // A clock that is behind must not send into the quiet hours that end with this minute.
  const { wanted, suppressed, isSilent } = decideSend(facts, Math.max(clock.now(), beginOfMinuteMs(minute)));
  const unwanted = suppressed.map(({ occurrence, reason }) => ({
    item: itemOf(items, occurrence),
    result: { outcome: 'suppressed', reason } as const,
  }));
  const still = wanted.map((one) => itemOf(items, one));
  if (!isSilent || wanted.length === 0) {
    const [digest] = wanted.filter(({ habitId }) => habitId === DIGEST);
    const compose = digest ? await digestOf(readWeek, userId, digest) : remindOf(wanted);
    return { wanted: still, unwanted, compose };
  }
  if (isFirst && (await mayAsk(userId, minute)))
    return { wanted: still, unwanted, compose: askWhether(wanted) };
  const silent = none(still, { outcome: 'suppressed', reason: 'silent' });
  return { ...silent, unwanted: [...unwanted, ...silent.unwanted] };
}

function none(items: readonly Item[], result: DeliveryResult): Check {
  return {
    wanted: [],
    unwanted: items.map((item) => ({ item, result })),
    compose: () => {
      throw new Error('nothing is to be sent');
    },
  };
}

function itemOf(items: readonly Item[], one: Occurrence): Item {
  const found = items.find(({ occurrence }) => occurrence && isSame(occurrence, one));
  if (!found) throw new Error(`facts of another occurrence: ${one.habitId} on ${one.on} at ${one.at}`);
  return found;
}

const remindOf =
  (wanted: readonly WantedOccurrence[]): Check['compose'] =>
  (items) => {
    const shown = wanted.filter((one) =>
      items.some(({ occurrence }) => occurrence && isSame(occurrence, one)),
    );
    const { text, entities, reply_markup } = reminderCard(shown[0]?.locale ?? 'en', cardItems(shown));
    return { items, text, options: { entities, reply_markup }, outcome: 'delivered' };
  };

async function digestOf(
  readWeek: ReadWeek,
  userId: UserId,
  { on, locale }: WantedOccurrence,
): Promise<Check['compose']> {
  const week = weekBefore(on);
  const { text, entities, reply_markup } = digestCard(locale, week, await readWeek(userId, week));
  return (items) => ({ items, text, options: { entities, reply_markup }, outcome: 'delivered' });
}

const askWhether =
  (wanted: readonly WantedOccurrence[]): Check['compose'] =>
  (items) => {
    const { text, entities, reply_markup } = continuationCard(wanted[0]?.locale ?? 'en');
    return { items, text, options: { entities, reply_markup }, outcome: 'asked' };
  };

/** A habit stands in a message once for each date: a snooze and a reminder, or two that quiet hours delayed, may come together. */
function cardItems(wanted: readonly WantedOccurrence[]): CardItem[] {
  const first = new Map<string, CardItem>();
  for (const { habitId, on, at, name, goal, value } of wanted) {
    const key = `${habitId}/${on}`;
    const held = value === undefined ? {} : { value };
    if (!first.has(key)) first.set(key, { habitId, on, at, name, goal, state: 'open', ...held });
  }
  return [...first.values()].sort((a, b) => a.name.localeCompare(b.name));
}
