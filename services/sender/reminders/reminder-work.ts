import { DIGEST, type HabitId, type UserId } from '#contracts/ids.ts';
import type { Occurrence, ReminderDue } from '#contracts/messages.ts';
import { occurrenceKey } from '#contracts/subjects.ts';
import { beginOfMinuteMs } from '#contracts/time.ts';
import type { CardItem } from '#services/platform/messages/card-item.ts';
import { reminderCard } from '#services/platform/messages/reminder-card.ts';
import type { Clock } from '#services/platform/process/clock.ts';
import {
  type Check,
  type Compose,
  type DeliveryResult,
  type Item,
  isSame,
  type Work,
} from '../delivery/work.ts';
import type { MayAsk } from './continuation.ts';
import { continuationCard } from './continuation-card.ts';
import { digestCard, weekBefore } from './digest-card.ts';
import type { ReadFacts } from './facts.ts';
import type { ReadOrder } from './order.ts';
import { decideSend, type WantedOccurrence } from './send-policy.ts';
import type { ReadStreak } from './streaks.ts';
import type { ReadWeek } from './week.ts';

export type ReminderPorts = {
  readFacts: ReadFacts;
  readStreak: ReadStreak;
  readOrder: ReadOrder;
  readWeek: ReadWeek;
  mayAsk: MayAsk;
  clock: Clock;
};

/** Buttons of more habits would not fit one message. */
export const HABITS_IN_A_MESSAGE = 20;

/** A reminder as the delivery engine takes it: its occurrences, by messages, and what is still wanted of them. */
export function reminderWork(ports: ReminderPorts, due: ReminderDue): Work {
  const { userId, minute, tier } = due;
  const keyOf = (one: Occurrence) => occurrenceKey(userId, one, one.snoozed && minute);
  const besides = due.due.map(keyOf);
  const items = due.due.map((occurrence): Item => {
    // The buttons of a reminder would change a digest.
    const isAlone = occurrence.habitId === DIGEST && { isAlone: true as const };
    return { key: keyOf(occurrence), minute, tier, occurrence, besides, ...isAlone };
  });
  return {
    ...{ due, userId, minute, tier, expiresAtMs: Date.parse(due.expiresAt) },
    messages: [
      ...inMessages(items.filter((one) => !one.isAlone)),
      ...items.filter((one) => one.isAlone).map((one) => [one]),
    ],
    room: HABITS_IN_A_MESSAGE,
    async check(left, index, others = []) {
      const own = await check(ports, due, left.filter(isOf(due)), index === 0);
      const more = others.flatMap((other) => ('broadcastId' in other.due ? [] : other.due));
      const theirs = more.map((other) => check(ports, other, left.filter(isOf(other)), false));
      return together([own, ...(await Promise.all(theirs))]);
    },
  };
}

const isOf =
  ({ minute }: ReminderDue) =>
  (item: Item): boolean =>
    item.minute === minute;

function inMessages(items: readonly Item[]): Item[][] {
  return Array.from({ length: Math.ceil(items.length / HABITS_IN_A_MESSAGE) }, (_, i) =>
    items.slice(i * HABITS_IN_A_MESSAGE, (i + 1) * HABITS_IN_A_MESSAGE),
  );
}

/** What is still wanted of one due message, and how a message about it, and about more, is made. */
type Found = Pick<Check, 'unwanted'> & { wanted: readonly WantedItem[]; composer: Composer };
type WantedItem = { item: Item; occurrence: Shown };
type Shown = WantedOccurrence & { streak?: number };
type Composer = (wanted: readonly WantedItem[]) => Promise<Compose>;

/** One message about all that is wanted; the first due message decides what it is. */
function together([own, ...others]: readonly [Found, ...Found[]]): Check {
  const all = [own, ...others];
  const wanted = all.flatMap((found) => found.wanted);
  return {
    wanted: wanted.map(({ item }) => item),
    unwanted: all.flatMap((found) => found.unwanted),
    composer: () => own.composer(wanted),
  };
}

const NO_ORDER: readonly HabitId[] = [];

/** In the order in which lists of a day show habits, each with the streak that its date can continue. */
async function withStreaks(
  { readStreak, readOrder }: ReminderPorts,
  userId: UserId,
  wanted: readonly WantedItem[],
): Promise<WantedItem[]> {
  const [order, ...streaks] = await Promise.all([
    wanted.length > 1 ? readOrder(userId) : NO_ORDER,
    ...wanted.map(({ occurrence: { habitId, on } }) => readStreak({ userId, habitId, on })),
  ]);
  const placeOf = ({ occurrence }: WantedItem) => order.indexOf(occurrence.habitId);
  return wanted
    .map(({ item, occurrence }, i) => ({ item, occurrence: { ...occurrence, streak: streaks[i] ?? 0 } }))
    .sort((a, b) => placeOf(a) - placeOf(b) || a.occurrence.on.localeCompare(b.occurrence.on));
}

/** @param isFirst only the first message of a reminder may ask whether to go on. */
async function check(
  ports: ReminderPorts,
  { userId, minute, expiresAt }: ReminderDue,
  items: readonly Item[],
  isFirst: boolean,
): Promise<Found> {
  const { readFacts, readWeek, mayAsk, clock } = ports;
  const reminds = { composer: reminderComposer(ports, userId) };
  const none = { wanted: [], ...reminds };
  if (clock.now() >= Date.parse(expiresAt))
    return { ...none, unwanted: ended(items, { outcome: 'expired' }) };
  const occurrences = items.flatMap(({ occurrence }) => occurrence ?? []);
  const facts = await readFacts({ userId, minute, occurrences });
  // A clock that is behind must not send into the quiet hours that end with this minute.
  const decision = decideSend(facts, Math.max(clock.now(), beginOfMinuteMs(minute)));
  const unwanted = decision.suppressed.map(({ occurrence, reason }) => ({
    item: itemOf(items, occurrence),
    result: { outcome: 'suppressed', reason } as const,
  }));
  const wanted = decision.wanted.map((occurrence) => ({ item: itemOf(items, occurrence), occurrence }));
  if (!decision.isSilent || wanted.length === 0) {
    const digest = decision.wanted.find(({ habitId }) => habitId === DIGEST);
    return {
      wanted,
      unwanted,
      ...(digest ? { composer: digestComposer(readWeek, userId, digest) } : reminds),
    };
  }
  if (isFirst && (await mayAsk(userId, minute))) return { wanted, unwanted, composer: askWhether };
  const silent = wanted.map(({ item }) => item);
  return { ...none, unwanted: [...unwanted, ...ended(silent, { outcome: 'suppressed', reason: 'silent' })] };
}

const ended = (items: readonly Item[], result: DeliveryResult): Check['unwanted'] =>
  items.map((item) => ({ item, result }));

function itemOf(items: readonly Item[], one: Occurrence): Item {
  const found = items.find(({ occurrence }) => occurrence && isSame(occurrence, one));
  if (!found) throw new Error(`facts of another occurrence: ${one.habitId} on ${one.on} at ${one.at}`);
  return found;
}

const occurrencesOf = (wanted: readonly WantedItem[], items: readonly Item[]): Shown[] =>
  wanted.flatMap(({ item, occurrence }) => (items.includes(item) ? [occurrence] : []));

function reminderComposer(ports: ReminderPorts, userId: UserId): Composer {
  return async (wanted) => {
    const inOrder = await withStreaks(ports, userId, wanted);
    return (items) => {
      const shown = occurrencesOf(inOrder, items);
      const { text, entities, reply_markup } = reminderCard(shown[0]?.locale ?? 'en', cardItems(shown));
      return { items, text, options: { entities, reply_markup }, outcome: 'delivered' };
    };
  };
}

function digestComposer(readWeek: ReadWeek, userId: UserId, { on, locale }: WantedOccurrence): Composer {
  return async () => {
    const week = weekBefore(on);
    const { text, entities, reply_markup } = digestCard(locale, week, await readWeek(userId, week));
    return (items) => ({ items, text, options: { entities, reply_markup }, outcome: 'delivered' });
  };
}

const askWhether: Composer = async (wanted) => (items) => {
  const [first] = occurrencesOf(wanted, items);
  const { text, entities, reply_markup } = continuationCard(first?.locale ?? 'en');
  return { items, text, options: { entities, reply_markup }, outcome: 'asked' };
};

/** A habit stands in a message once for each date: a snooze and a reminder, or two that were delayed, may come together. */
function cardItems(wanted: readonly Shown[]): CardItem[] {
  const first = new Map<string, CardItem>();
  for (const { habitId, on, at, name, goal, value, streak } of wanted) {
    const key = `${habitId}/${on}`;
    const held = { ...(value !== undefined && { value }), ...(streak !== undefined && { streak }) };
    if (!first.has(key)) first.set(key, { habitId, on, at, name, goal, state: 'open', ...held });
  }
  return [...first.values()];
}
