import { DeadLetter, Delivery, type DeliveryOutcome, Tick } from '#contracts/messages.ts';
import type { EpochMinute } from '#contracts/time.ts';
import type { FaultRow } from './fault.ts';
import type { FaultFixture } from './fixture.ts';
import type { DuePerson } from './people.ts';
import { stored } from './stored.ts';

export type Verdict = Pick<
  FaultRow,
  'reminders' | 'lost' | 'duplicated' | 'overBudget' | 'uncertain' | 'violations'
> & { outcomes: Partial<Record<DeliveryOutcome, number>> };

export type Expected = {
  /** Outcomes beside `delivered` and `uncertain` that this fault brings about. */
  outcomes?: readonly DeliveryOutcome[];
  /** Dead letters that this fault brings about. */
  dead?: number;
};

/**
 * Judges the reminders of all people whose minute has a tick, by what Telegram received and what DELIVERIES holds (G4,
 * G6, G7, G9, G10). Each person is due once.
 */
export async function verdictOf(
  fixture: FaultFixture,
  people: readonly DuePerson[],
  { outcomes: expected = [], dead: expectedDead = 0 }: Expected = {},
): Promise<Verdict> {
  const ticks = (await stored(fixture.connection, 'TICKS', Tick)).map(({ body }) => body.minute);
  const ticked = new Set(ticks);
  const due = people.filter(({ minute }) => ticked.has(minute));
  const deliveries = (await stored(fixture.connection, 'DELIVERIES', Delivery)).map(({ body }) => body);
  const deliveriesOf = groupBy(deliveries, ({ userId }) => userId);
  const sent = await messagesAtTelegram(fixture);
  const dead = await stored(fixture.connection, 'DEAD', DeadLetter);

  const isLost = ({ userId }: DuePerson) => {
    const [delivery] = deliveriesOf.get(userId) ?? [];
    return delivery === undefined || (delivery.outcome === 'delivered' && !sent.has(Number(userId)));
  };
  const isTwice = ({ userId }: DuePerson) =>
    (sent.get(Number(userId)) ?? 0) > 1 || (deliveriesOf.get(userId)?.length ?? 0) > 1;
  const outcomes = countBy(deliveries, ({ outcome }) => outcome);
  return {
    reminders: due.length,
    lost: due.filter(isLost).length,
    duplicated: due.filter(isTwice).length,
    overBudget: await fixture.overBudget(),
    uncertain: outcomes.uncertain ?? 0,
    outcomes,
    violations: [
      ...fixture.crashes(),
      ...gaps(ticks),
      ...Object.entries(outcomes)
        .filter(([outcome]) => !['delivered', 'uncertain', ...expected].includes(outcome))
        .map(([outcome, count]) => `${count} ended as ${outcome}`),
      ...(dead.length === expectedDead
        ? []
        : [`${dead.length} dead letters instead of ${expectedDead}: ${dead[0]?.body.error ?? ''}`]),
      ...notDueButReminded(deliveries, due),
    ],
  };
}

/** How many of the bot's messages each chat has. */
async function messagesAtTelegram({ telegram }: FaultFixture): Promise<Map<number, number>> {
  const sent = new Map<number, number>();
  for (const { chatId, applied } of await telegram.requests({ method: 'sendMessage' })) {
    if (applied && chatId !== undefined) sent.set(chatId, (sent.get(chatId) ?? 0) + 1);
  }
  return sent;
}

/** G4: one tick a minute, in order. */
function gaps(ticks: readonly EpochMinute[]): string[] {
  const wrong = ticks.filter((minute, i) => i > 0 && minute !== (ticks[i - 1] ?? 0) + 1);
  return wrong.length === 0 ? [] : [`${wrong.length} ticks do not follow the one before`];
}

function notDueButReminded(deliveries: readonly Delivery[], due: readonly DuePerson[]): string[] {
  const minutes = new Map(due.map(({ userId, minute }) => [userId, minute]));
  const wrong = deliveries.filter(({ userId, minute }) => minutes.get(userId) !== minute).length;
  return wrong === 0 ? [] : [`${wrong} reminders of another minute`];
}

function groupBy<T>(values: readonly T[], key: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) groups.set(key(value), [...(groups.get(key(value)) ?? []), value]);
  return groups;
}

function countBy<K extends string, T>(
  values: readonly T[],
  key: (value: T) => K,
): Partial<Record<K, number>> {
  const counts: Partial<Record<K, number>> = {};
  for (const value of values) counts[key(value)] = (counts[key(value)] ?? 0) + 1;
  return counts;
}
