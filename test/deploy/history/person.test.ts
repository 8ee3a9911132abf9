import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { eventCatalogue, parseEvent, type RecordedEvent } from '#contracts/events.ts';
import { ACCOUNT } from '#contracts/ids.ts';
import { DeliveryOutcome } from '#contracts/messages.ts';
import type { HistoryMessage } from '#deploy/history/person/diary.ts';
import { historyOf } from '#deploy/history/person/person.ts';
import { parseDelivery, type RecordedDelivery } from '#projections/engine/delivery.ts';
import * as account from '#services/bot/domain/account.ts';
import { decide as decideHabit } from '#services/bot/domain/habit.ts';
import * as habitState from '#services/bot/domain/habit-state.ts';
import { localDateAt } from '#services/platform/local-time/local-time.ts';
import { commandOf } from './command-of.ts';

const UNTIL_MS = Date.parse('2026-11-28T00:00:00Z');
const settings = { seed: 20261128, days: 90, untilMs: UNTIL_MS };
const PEOPLE = 900;

type PersonLog = { events: RecordedEvent[]; deliveries: RecordedDelivery[] };

/** As they are read back from the two streams. */
function readBack(messages: readonly HistoryMessage[]): PersonLog {
  const log: PersonLog = { events: [], deliveries: [] };
  for (const { stream, subject, body } of messages) {
    if (stream === 'EVENTS') log.events.push(parseEvent(subject, JSON.parse(body), log.events.length + 1));
    else log.deliveries.push(parseDelivery(subject, JSON.parse(body), log.deliveries.length + 1));
  }
  return log;
}

let people: PersonLog[];
beforeAll(() => {
  people = Array.from({ length: PEOPLE }, (_, index) => readBack(historyOf(index, settings)));
});

test('every event and every outcome there is occurs', () => {
  const types = new Set(people.flatMap(({ events }) => events.map(({ type }) => type)));
  expect([...types].toSorted()).toEqual(Object.keys(eventCatalogue).toSorted());
  const outcomes = new Set(people.flatMap(({ deliveries }) => deliveries.map(({ outcome }) => outcome)));
  expect([...outcomes].toSorted()).toEqual(DeliveryOutcome.options.toSorted());
});

test('a person depends on their number and the seed alone', () => {
  const once = historyOf(7, settings);
  historyOf(8, settings);
  expect(historyOf(7, settings)).toEqual(once);
  expect(historyOf(7, { ...settings, seed: 2 })).not.toEqual(once);
});

test('ids name one event each, and every instant follows those before it', () => {
  for (const { events, deliveries } of people) {
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
    for (const list of [events, deliveries])
      expect(list.map(({ at }) => at)).toEqual(list.map(({ at }) => at).toSorted());
  }
  const registered = people.flatMap(({ events }) => events.slice(0, 1).map(({ id }) => id));
  expect(new Set(registered).size).toBe(PEOPLE);
});

test('any person of any seed: each decision is one that the domain makes of what was before, and it changes something', () => {
  const anyone = fc.record({ index: fc.nat(1_000_000), seed: fc.nat(1_000_000) });
  fc.assert(
    fc.property(anyone, ({ index, seed }) => {
      refold(readBack(historyOf(index, { ...settings, seed })).events);
    }),
    { numRuns: 150 },
  );
});

/** Decides all of it again. @throws when an event is none that the domain would have made. */
function refold(events: readonly RecordedEvent[]): void {
  let own = account.initialState();
  const habits = new Map<string, habitState.State>();
  for (const decision of decisionsIn(events)) {
    const [first] = decision;
    if (!first) continue;
    const today = localDateAt(Date.parse(first.at), own.timezone ?? 'UTC', own.dayStartsAt);
    const before =
      first.aggregateId === ACCOUNT ? own : (habits.get(first.aggregateId) ?? habitState.initialState());
    const decided = decideAgain(decision, before, today);
    expect(decided).toEqual(decision.map(({ type, data }) => ({ type, data })));
    const after = decision.reduce<unknown>(
      (state, event) =>
        first.aggregateId === ACCOUNT
          ? account.evolve(state as account.State, event as never)
          : habitState.evolve(state as habitState.State, event as never),
      before,
    );
    expect(after).not.toEqual(before);
    if (first.aggregateId === ACCOUNT) own = after as account.State;
    else habits.set(first.aggregateId, after as habitState.State);
  }
}

/** Events of one cause are one decision: the last of them says what was asked for, and a definition is said by the first. */
function decisionsIn(events: readonly RecordedEvent[]): RecordedEvent[][] {
  const decisions = new Map<string, RecordedEvent[]>();
  for (const event of events) {
    const same = decisions.get(event.causationId);
    if (same) same.push(event);
    else decisions.set(event.causationId, [event]);
  }
  return [...decisions.values()];
}

function decideAgain(decision: RecordedEvent[], state: unknown, today: string) {
  const [first, ...more] = decision;
  const last = decision.at(-1);
  if (!first || !last) throw new Error('a decision without events');
  const when = { today, nowAt: first.at };
  if (first.aggregateId === ACCOUNT)
    return account.decide(commandOf(last, when) as never, state as account.State);
  const command = commandOf(first, when);
  const reminders = more.map(({ data }) => data);
  const whole =
    command.type === 'DefineHabit' ? { ...command, data: { ...command.data, reminders } } : command;
  return decideHabit(whole as never, state as habitState.State);
}

describe('deliveries', () => {
  test('nobody is reminded twice of one occurrence', () => {
    for (const { deliveries } of people) {
      const keys = deliveries.flatMap(({ minute, occurrences }) =>
        occurrences.map(({ habitId, on, at, snoozed }) => `${habitId} ${on} ${at} ${snoozed ? minute : ''}`),
      );
      expect(new Set(keys).size).toBe(keys.length);
    }
  });

  test('each is as late as its instant says, and at most two hours', () => {
    for (const { at, minute, latenessMs } of people.flatMap(({ deliveries }) => deliveries)) {
      expect(Date.parse(at) - minute * 60_000).toBe(latenessMs);
      expect(latenessMs).toBeGreaterThan(0);
      expect(latenessMs).toBeLessThanOrEqual(7_200_000);
    }
  });

  test('those who block the bot or say nothing for thirty days are left alone', () => {
    for (const { events, deliveries } of people) {
      const asked = deliveries.filter(({ outcome }) => outcome === 'asked');
      const recorded = events.filter(({ type }) => type === 'ContinuationAsked');
      expect(recorded.map(({ at }) => at)).toEqual(asked.map(({ at }) => at));
      const last = events.at(-1);
      if (last?.type !== 'BotBlocked' && last?.type !== 'ContinuationAsked') continue;
      expect(deliveries.filter(({ at, outcome }) => at > last.at && outcome !== 'suppressed')).toEqual([]);
    }
  });
});

describe('what is typical', () => {
  test('most answers to a reminder come within two hours', () => {
    let [soon, all] = [0, 0];
    for (const { events, deliveries } of people) {
      const checkIns = events.filter(({ type }) => type === 'HabitCheckedIn');
      for (const { at, outcome, occurrences } of deliveries) {
        const [one] = occurrences;
        if (outcome !== 'delivered' || !one) continue;
        const answered = checkIns.find((event) => {
          return (
            event.aggregateId === one.habitId &&
            'on' in event.data &&
            event.data.on === one.on &&
            event.at > at
          );
        });
        if (!answered) continue;
        all++;
        if (Date.parse(answered.at) - Date.parse(at) < 7_200_000) soon++;
      }
    }
    expect(soon / all).toBeGreaterThan(0.6);
  });

  test('most leave in the first weeks, and a tail stays', () => {
    const came = people.filter(({ events }) => Date.parse(events[0]?.at ?? '') < UNTIL_MS - 62 * 86_400_000);
    const share = (days: number) =>
      came.filter(({ events }) => {
        const from = Date.parse(events[0]?.at ?? '') + days * 86_400_000;
        return events.some(({ type, at }) => {
          const ms = Date.parse(at);
          return type === 'HabitCheckedIn' && ms >= from && ms < from + 7 * 86_400_000;
        });
      }).length / came.length;
    const [week, month, late] = [share(7), share(28), share(55)];
    expect(week).toBeLessThan(0.75);
    expect(month).toBeLessThan(week);
    expect(late).toBeLessThan(month);
    expect(late).toBeGreaterThan(0.1);
  });

  test('weekends are quieter', () => {
    const byWeekday = [0, 0, 0, 0, 0, 0, 0];
    for (const { type, data } of people.flatMap(({ events }) => events)) {
      if (type !== 'HabitCheckedIn') continue;
      const weekday = new Date(`${data.on}T00:00:00Z`).getUTCDay();
      byWeekday[weekday] = (byWeekday[weekday] ?? 0) + 1;
    }
    const [sunday = 0, monday = 0, tuesday = 0, wednesday = 0, thursday = 0, , saturday = 0] = byWeekday;
    const workday = (monday + tuesday + wednesday + thursday) / 4;
    expect(saturday).toBeLessThan(0.9 * workday);
    expect(sunday).toBeLessThan(0.9 * workday);
  });
});
