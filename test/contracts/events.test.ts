import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { EventDefinition } from '#contracts/event-definition.ts';
import {
  domainEvent,
  EventMetadata,
  type EventType,
  envelopeOf,
  eventCatalogue,
  parseEvent,
  UnreadableEvent,
} from '#contracts/events.ts';
import { habitEvents } from '#contracts/habit-events.ts';
import { ACCOUNT } from '#contracts/ids.ts';
import { eventSubject } from '#contracts/subjects.ts';
import { asHabitId, asUserId } from '../support/ids.ts';
import { extremesOf } from './extremes.ts';

const Stored = z.object({
  subject: z.string(),
  body: z.looseObject({ id: z.string(), type: z.string(), version: z.int(), data: z.unknown() }),
  /** Of an older version: its data as it is read today. */
  readAs: z.unknown().optional(),
});
const folder = new URL('../../contracts/examples/events/', import.meta.url);
const examples = readdirSync(folder).map((file) => ({
  file,
  stored: Stored.parse(JSON.parse(readFileSync(new URL(file, folder), 'utf8'))),
}));
const types = Object.keys(eventCatalogue) as EventType[];
const metadata = { correlationId: 'update-1', causationId: 'update-1', at: '2026-11-25T08:00:00.000Z' };
const habitPaused = () => {
  const found = examples.find(({ file }) => file === 'HabitPaused.v1.json');
  if (!found) throw new Error('HabitPaused.v1.json is missing');
  return structuredClone(found.stored);
};

describe('upcasts', () => {
  const asVersion = (version: number, data: unknown) => ({ ...habitPaused().body, version, data });
  const read = (body: unknown) => parseEvent(habitPaused().subject, body, 1);

  test('a pause of version 1 begins on the date of its instant in UTC; one of version 2 on its own', () => {
    expect(read(asVersion(1, {}))).toMatchObject({ version: 1, data: { on: '2026-11-25' } });
    expect(read(asVersion(2, { on: '2026-11-26' }))).toMatchObject({
      version: 2,
      data: { on: '2026-11-26' },
    });
  });

  test('what is read by an upcast is that of its version, and nothing of a later one', () => {
    expect(read(asVersion(1, { on: '1999-01-01' })).data).toEqual({ on: '2026-11-25' });
    expect(() => read(asVersion(1, null))).toThrow(UnreadableEvent);
  });

  test('whatever an older version let through is read', () => {
    const isOfHabit = (type: EventType) => type in habitEvents;
    for (const type of types) {
      const { versions }: EventDefinition = eventCatalogue[type];
      for (const [i, { upcast }] of versions.entries()) {
        if (!upcast) continue;
        const stored = fc.record({ about: extremesOf(EventMetadata), data: extremesOf(upcast.from) });
        for (const { about, data } of fc.sample(stored, { numRuns: 50, seed: 20261128 })) {
          const body = { id: 'e', type, version: i + 1, ...about, data };
          const subject = eventSubject(asUserId('7'), isOfHabit(type) ? asHabitId('aaaaaaaaaaaaa') : ACCOUNT);
          expect(parseEvent(subject, body, 1)).toMatchObject({ type, version: i + 1 });
        }
      }
    }
  });

  test('each version of each type is known, the newest last, and only older ones have an upcast', () => {
    for (const type of types) {
      const { version, versions }: EventDefinition = eventCatalogue[type];
      expect(versions, type).toHaveLength(version);
      expect(versions.at(-1)?.upcast, type).toBeUndefined();
    }
  });
});

describe('stored events', () => {
  test('every version of every type that was ever stored has an example', () => {
    const expected = types.flatMap((type) =>
      Array.from({ length: eventCatalogue[type].version }, (_, i) => `${type}.v${i + 1}`),
    );
    const found = examples.map(({ stored: { body } }) => `${body.type}.v${body.version}`);
    expect([...new Set(found)].toSorted()).toEqual(expected.toSorted());
  });

  test.each(examples)('$file can be read for ever', ({ file, stored: { subject, body, readAs } }) => {
    expect(file).toMatch(new RegExp(`^${body.type}\\.v${body.version}(\\.[a-zA-Z]+)?\\.json$`));
    const event = parseEvent(subject, body, 7);
    const { id, at, correlationId, causationId } = body;
    const { version } = body;
    expect(event).toMatchObject({
      sequence: 7,
      version,
      id,
      at,
      correlationId,
      causationId,
      userId: '700100',
    });
    const isOld = version < eventCatalogue[event.type].version;
    expect(readAs !== undefined, 'an example of an older version says as what it is read').toBe(isOld);
    expect({ type: event.type, data: event.data }).toEqual({
      type: body.type,
      data: isOld ? readAs : body.data,
    });
  });

  test.each(examples)(
    '$file is what is written today, if its version is',
    ({ stored: { subject, body } }) => {
      const event = parseEvent(subject, body, 1);
      if (body.version !== eventCatalogue[event.type].version) return;
      expect(envelopeOf(event, event.id, event)).toEqual(body);
      expect(JSON.parse(JSON.stringify(envelopeOf(event, event.id, event)))).toEqual(body);
    },
  );
});

describe('what is not an event of ours', () => {
  const refused = (change: (stored: z.infer<typeof Stored>) => void) => {
    const stored = habitPaused();
    change(stored);
    expect(() => parseEvent(stored.subject, stored.body, 9)).toThrow(UnreadableEvent);
  };

  test('is refused with one kind of error', () => {
    refused((stored) => Object.assign(stored, { body: null }));
    refused((stored) => Object.assign(stored, { body: 'text' }));
    refused((stored) => Object.assign(stored.body, { type: 'HabitExploded' }));
    refused((stored) => Object.assign(stored.body, { type: 'toString' }));
    refused((stored) => Object.assign(stored.body, { type: '__proto__' }));
    refused((stored) => Object.assign(stored.body, { version: 99 }));
    refused((stored) => Object.assign(stored.body, { version: 0 }));
    refused((stored) => Object.assign(stored.body, { id: '' }));
    refused((stored) => Object.assign(stored.body, { at: 'yesterday' }));
    refused((stored) => Object.assign(stored.body, { causationId: undefined }));
    refused((stored) => Object.assign(stored.body, { data: null }));
    refused((stored) => Object.assign(stored.body, { version: 2 })); // which has a date
    refused((stored) => Object.assign(stored, { subject: 'events.1.700100.account' }));
    refused((stored) => Object.assign(stored, { subject: 'updates.1.700100' }));
  });

  test('an event of a habit is none of the account, and the other way round', () => {
    refused((stored) => Object.assign(stored, { subject: eventSubject(asUserId('700100'), ACCOUNT) }));
    refused((stored) => Object.assign(stored.body, { type: 'BotBlocked' }));
  });

  test('data beside its schema is dropped, and wrong data refused', () => {
    expect(domainEvent({ type: 'HabitArchived', data: { more: 1 } })).toEqual({
      type: 'HabitArchived',
      data: {},
    });
    for (const on of ['2026-02-30', '2026-1-1', 'today', 20261125, null])
      expect(() => domainEvent({ type: 'HabitSkipped', data: { on } })).toThrow(UnreadableEvent);
    for (const at of ['24:00', '9:00', '09.30', '09:60', '', null])
      expect(() => domainEvent({ type: 'ReminderUnscheduled', data: { at } })).toThrow(UnreadableEvent);
    for (const weekdays of [[], [0], [8], [2, 1], [1, 1], [1.5], 'all'])
      expect(() => domainEvent({ type: 'ReminderScheduled', data: { at: '08:00', weekdays } })).toThrow(
        UnreadableEvent,
      );
  });

  test('whatever stands in a body, it is read or refused, and nothing else', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...types), (data, type) => {
        const stored = habitPaused();
        try {
          const event = parseEvent(stored.subject, { ...stored.body, type, data }, 1);
          expect(parseEvent(stored.subject, envelopeOf(event, 'id', metadata), 1).data).toEqual(event.data);
        } catch (error) {
          expect(error).toBeInstanceOf(UnreadableEvent);
        }
      }),
      { numRuns: 500 },
    );
  });
});
