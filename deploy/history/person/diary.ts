import { type DomainEvent, envelopeOf } from '#contracts/events.ts';
import { ACCOUNT, type AggregateId, type HabitId, type UserId } from '#contracts/ids.ts';
import type { Delivery } from '#contracts/messages.ts';
import { isOwnDoing } from '#contracts/own-doing.ts';
import { deliverySubject, eventSubject } from '#contracts/subjects.ts';
import type { LocalDate } from '#contracts/time.ts';
import * as account from '#services/bot/domain/account.ts';
import { decide as decideHabit } from '#services/bot/domain/habit.ts';
import * as habitState from '#services/bot/domain/habit-state.ts';
import { Refusal } from '#services/bot/domain/refusal.ts';
import type { AddressedCommand } from '#services/bot/person.ts';
import { localDateAt } from '#services/platform/local-time/local-time.ts';

/** A message of one of the two streams, and the instant that it tells of. */
export type HistoryMessage = { atMs: number; stream: 'EVENTS' | 'DELIVERIES'; subject: string; body: string };

/**
 * What one generated person did and was sent, and how things stand with them. Every event is a decision of the bot's own
 * domain on the state that the events before it left: what the domain refuses, or what is so already, leaves no event.
 */
export type Diary = {
  readonly userId: UserId;
  account(): account.State;
  /** Those deleted too. */
  habits(): ReadonlyMap<HabitId, habitState.State>;
  /** Their local date, by their own day start. */
  today(nowMs: number): LocalDate;
  /** The person's last sign of life. */
  lastDoingMs(): number;
  /** They were asked whether to go on, and gave no sign of life since. */
  isAsked(): boolean;
  /** The last check-in or skip, of any habit. */
  lastAnsweredMs(): number | undefined;
  /** Number of the next update of theirs, which nobody else's has. */
  nextUpdateId(): number;
  /** Carries out one command. @returns the events that were recorded. */
  carryOut(nowMs: number, addressed: AddressedCommand, cause?: string): readonly DomainEvent[];
  deliver(nowMs: number, delivery: Omit<Delivery, 'userId' | 'at'>): void;
  /** In the order in which they happened. */
  messages(): readonly HistoryMessage[];
};

/** Of one person. No generated life comes near it. */
const UPDATES_EACH = 100_000;

export function openDiary(index: number, userId: UserId): Diary {
  let state = account.initialState();
  const habits = new Map<HabitId, habitState.State>();
  const messages: HistoryMessage[] = [];
  let updates = 0;
  let lastDoingMs = 0;
  let askedMs = 0;
  let lastAnsweredMs: number | undefined;

  function decide(addressed: AddressedCommand): DomainEvent[] {
    if (addressed.to === 'account') {
      const events = account.decide(addressed.command, state);
      state = events.reduce(account.evolve, state);
      return events;
    }
    const before = habits.get(addressed.habitId) ?? habitState.initialState();
    const events = decideHabit(addressed.command, before);
    if (events.length > 0) habits.set(addressed.habitId, events.reduce(habitState.evolve, before));
    return events;
  }

  function record(nowMs: number, aggregateId: AggregateId, events: readonly DomainEvent[], cause: string) {
    const at = new Date(nowMs).toISOString();
    const metadata = { correlationId: cause, causationId: cause, at };
    for (const [n, event] of events.entries()) {
      const id = `${cause}.${aggregateId}.${n}`;
      const body = JSON.stringify(envelopeOf(event, id, metadata));
      messages.push({ atMs: nowMs, stream: 'EVENTS', subject: eventSubject(userId, aggregateId), body });
      if (isOwnDoing(event)) lastDoingMs = nowMs;
      if (event.type === 'ContinuationAsked') askedMs = nowMs;
      if (event.type === 'HabitCheckedIn' || event.type === 'HabitSkipped') lastAnsweredMs = nowMs;
    }
  }

  return {
    userId,
    account: () => state,
    habits: () => habits,
    today: (nowMs) => localDateAt(nowMs, state.timezone ?? 'UTC', state.dayStartsAt),
    lastDoingMs: () => lastDoingMs,
    isAsked: () => askedMs > lastDoingMs,
    lastAnsweredMs: () => lastAnsweredMs,
    nextUpdateId: () => index * UPDATES_EACH + updates + 1,
    carryOut(nowMs, addressed, cause = `update-${index * UPDATES_EACH + ++updates}`) {
      const events = unlessRefused(() => decide(addressed));
      record(nowMs, addressed.to === 'account' ? ACCOUNT : addressed.habitId, events, cause);
      return events;
    },
    deliver(nowMs, delivery) {
      const body = JSON.stringify({ userId, ...delivery, at: new Date(nowMs).toISOString() });
      const subject = deliverySubject(delivery.outcome, userId);
      messages.push({ atMs: nowMs, stream: 'DELIVERIES', subject, body });
    },
    messages: () => messages,
  };
}

function unlessRefused(decide: () => DomainEvent[]): DomainEvent[] {
  try {
    return decide();
  } catch (error) {
    if (error instanceof Refusal) return [];
    throw error;
  }
}
