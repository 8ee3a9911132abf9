import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { DomainEvent } from '#contracts/events.ts';
import { ACCOUNT, type AggregateId, type HabitId, habitIdFrom, type UserId } from '#contracts/ids.ts';
import { type EpochMinute, localTimeOf, minutesAfter } from '#contracts/time.ts';
import type { SimulatorClient } from '#deploy/telegram/client.ts';
import { eventEntry } from '#test/projections/histories.ts';
import { asUserId } from '#test/support/ids.ts';

/** A person who lives in UTC and has one habit, with one reminder a day, or two. */
export type DuePerson = {
  userId: UserId;
  habitId: HabitId;
  minute: EpochMinute;
  /** The minute of a second reminder. */
  again?: EpochMinute;
};

export const FIRST_ID = 1_000_000;
const AT_ONCE = 500;
const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];

/** `perMinute` people for each of `minutes` minutes from `firstMinute` on; a day at most, so that each is due once. */
export function peopleDue(firstMinute: EpochMinute, minutes: number, perMinute: number): DuePerson[] {
  return Array.from({ length: minutes * perMinute }, (_, i) => {
    const userId = asUserId(FIRST_ID + i);
    return {
      userId,
      habitId: habitIdFrom(userId, 1),
      minute: minutesAfter(firstMinute, Math.floor(i / perMinute)),
    };
  });
}

/** Makes people known to Telegram, and writes to EVENTS what the bot would have written. */
export async function register(
  people: readonly DuePerson[],
  nats: NatsConnection,
  telegram: SimulatorClient,
): Promise<void> {
  await telegram.crowd(FIRST_ID, people.length);
  const js = jetstream(nats);
  const entries = people.flatMap(eventsOf);
  for (let i = 0; i < entries.length; i += AT_ONCE) {
    await Promise.all(entries.slice(i, i + AT_ONCE).map(({ subject, body }) => js.publish(subject, body)));
  }
}

function eventsOf({ userId, habitId, minute, again }: DuePerson) {
  const at = new Date().toISOString();
  const entry = (aggregateId: AggregateId, event: DomainEvent, i: number) =>
    eventEntry({ userId, aggregateId, at, event }, `${userId}-${i}`);
  return [
    entry(ACCOUNT, { type: 'AccountRegistered', data: { locale: 'en' } }, 1),
    entry(ACCOUNT, { type: 'TimezoneChanged', data: { timezone: 'UTC' } }, 2),
    entry(
      habitId,
      {
        type: 'HabitDefined',
        data: { name: 'Stretch', goal: { kind: 'yesNo' }, frequency: { kind: 'daily' } },
      },
      3,
    ),
    entry(habitId, reminderAt(minute), 4),
    ...(again === undefined ? [] : [entry(habitId, reminderAt(again), 5)]),
  ];
}

const reminderAt = (minute: EpochMinute): DomainEvent => ({
  type: 'ReminderScheduled',
  data: { at: localTimeOf(minute % 1440), weekdays: EVERY_DAY },
});
