import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  domainEvent,
  type EventType,
  envelopeOf,
  eventCatalogue,
  parseEvent,
  UnreadableEvent,
} from '#contracts/events.ts';
import { ACCOUNT } from '#contracts/ids.ts';
import { eventSubject } from '#contracts/subjects.ts';
import { asUserId } from '../support/ids.ts';

const Stored = z.object({
  subject: z.string(),
  body: z.looseObject({ id: z.string(), type: z.string(), version: z.int(), data: z.unknown() }),
});
const folder = new URL('./stored/', import.meta.url);
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

describe('stored events', () => {
  test('every version of every type that was ever stored has an example', () => {
    const expected = types.flatMap((type) =>
      Array.from({ length: eventCatalogue[type].version }, (_, i) => `${type}.v${i + 1}.json`),
    );
    expect(examples.map(({ file }) => file).toSorted()).toEqual(expected.toSorted());
  });

  test.each(examples)('$file can be read for ever', ({ file, stored: { subject, body } }) => {
    expect(file).toBe(`${body.type}.v${body.version}.json`);
    const event = parseEvent(subject, body, 7);
    const { id, at, correlationId, causationId } = body;
    expect(event).toMatchObject({ sequence: 7, id, at, correlationId, causationId, userId: '700100' });
    // An upcast example reads as its type's current version; one of that version reads as it was written.
    if (body.version === eventCatalogue[event.type].version)
      expect({ type: event.type, data: event.data }).toEqual({ type: body.type, data: body.data });
  });

  test.each(examples)(
    '$file is what is written today, if its version is',
    ({ stored: { subject, body } }) => {
      const { sequence: _, ...event } = parseEvent(subject, body, 1);
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
    refused((stored) => Object.assign(stored, { subject: 'events.1.700100.account' }));
    refused((stored) => Object.assign(stored, { subject: 'updates.1.700100' }));
  });

  test('an event of a habit is none of the account, and the other way round', () => {
    refused((stored) => Object.assign(stored, { subject: eventSubject(asUserId('700100'), ACCOUNT) }));
    refused((stored) => Object.assign(stored.body, { type: 'BotBlocked' }));
  });

  test('data beside its schema is dropped, and wrong data refused', () => {
    expect(domainEvent({ type: 'HabitPaused', data: { more: 1 } })).toEqual({
      type: 'HabitPaused',
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
