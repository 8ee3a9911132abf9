import { type DomainEvent, envelopeOf } from '#contracts/events.ts';
import { ACCOUNT, type AggregateId, habitIdFrom, type UserId } from '#contracts/ids.ts';
import type { ReminderDue } from '#contracts/messages.ts';
import { eventSubject } from '#contracts/subjects.ts';
import { type EpochMinute, LocalDate, LocalTime } from '#contracts/time.ts';
import { asMinute, asUserId } from '#test/support/ids.ts';

/** People who live in UTC and have a habit each, due at one minute. */
export type HabitPeople = { userIds: readonly UserId[]; minute: EpochMinute };

const IDS_OF_A_GROUP = 10_000;
/** All of it has begun, and none of it has expired. */
const FIRST_MINUTE = Math.floor(Date.now() / 60_000) - 30;

/** @param group people of different groups have different ids and minutes. */
export function peopleFrom(group: number, count: number): HabitPeople {
  const first = 1_000_000 + group * IDS_OF_A_GROUP;
  return {
    userIds: Array.from({ length: count }, (_, i) => asUserId(first + i)),
    minute: asMinute(FIRST_MINUTE + group),
  };
}

/** What the bot stores when each of them registers and makes a habit. */
export function eventsOfPeople({ userIds, minute }: HabitPeople): { subject: string; body: string }[] {
  const { at } = whenUtc(minute);
  const made: DomainEvent[] = [
    {
      type: 'HabitDefined',
      data: { name: 'Read', goal: { kind: 'yesNo' }, frequency: { kind: 'daily' } },
    },
    { type: 'ReminderScheduled', data: { at, weekdays: [1, 2, 3, 4, 5, 6, 7] } },
  ];
  return userIds.flatMap((userId) => [
    stored(userId, ACCOUNT, { type: 'AccountRegistered', data: { locale: 'en' } }, 0),
    stored(userId, ACCOUNT, { type: 'TimezoneChanged', data: { timezone: 'UTC' } }, 1),
    ...made.map((event, n) => stored(userId, habitIdFrom(userId, 1), event, n)),
  ]);
}

/** What shards queue for each of them. */
export function remindersOf({ userIds, minute }: HabitPeople): ReminderDue[] {
  const expiresAt = new Date((minute + 120) * 60_000).toISOString();
  return userIds.map((userId) => ({
    ...{ userId, minute, tier: 'regular', expiresAt },
    due: [{ habitId: habitIdFrom(userId, 1), ...whenUtc(minute) }],
  }));
}

function whenUtc(minute: EpochMinute): { on: LocalDate; at: LocalTime } {
  const instant = new Date(minute * 60_000).toISOString();
  return { on: LocalDate.parse(instant.slice(0, 10)), at: LocalTime.parse(instant.slice(11, 16)) };
}

function stored(userId: UserId, aggregateId: AggregateId, event: DomainEvent, n: number) {
  const causationId = `update-${userId}`;
  const metadata = { at: new Date().toISOString(), correlationId: causationId, causationId };
  const body = JSON.stringify(envelopeOf(event, `${causationId}.${aggregateId}.made.${n}`, metadata));
  return { subject: eventSubject(userId, aggregateId), body };
}
