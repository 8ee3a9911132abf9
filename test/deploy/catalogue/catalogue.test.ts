import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { channels } from '#contracts/channels.ts';
import type { EventDefinition } from '#contracts/event-definition.ts';
import { EventId, EventMetadata, eventCatalogue } from '#contracts/events.ts';
import { DeliveryOutcome, Tier } from '#contracts/messages.ts';
import * as subjects from '#contracts/subjects.ts';
import { catalogueFiles, schemasIn } from '#deploy/catalogue/files.ts';
import { dataIn, type JsonSchema, optionsOf } from '#deploy/catalogue/json-schema.ts';
import {
  currentSchemas,
  ENVELOPE_PATH,
  EVENT_TYPES,
  eventPath,
  messagePath,
  refusalsOf,
} from '#deploy/catalogue/schemas.ts';
import { committedFiles, examplesIn } from '#deploy/catalogue/stored.ts';
import { asBroadcastId, asMinute, asUserId } from '#test/support/ids.ts';
import { extremesOf } from '../../contracts/extremes.ts';
import { openValidator } from './validator.ts';
import { variantsWithout } from './variants.ts';

const committed = committedFiles();
const schemas = schemasIn(committed);
const examples = { events: examplesIn('events'), messages: examplesIn('messages') };
const ajv = openValidator();
const messages = Object.values(channels)
  .flat()
  .flatMap((channel) =>
    channel.messages.filter(({ schema }) => schema).map((message) => ({ channel, ...message })),
  );

describe('contracts/catalogue', () => {
  test('what is stored would be read as it was', () => {
    expect(refusalsOf(schemas, currentSchemas())).toEqual([]);
  });

  test('is what "npm run catalogue" writes, to the letter', () => {
    const written = catalogueFiles();
    for (const [path, text] of written)
      expect(committed.get(path), `${path}: run "npm run catalogue"`).toBe(text);
    const versions = EVENT_TYPES.flatMap((type) => {
      const { version }: EventDefinition = eventCatalogue[type];
      return Array.from({ length: version }, (_, i) => eventPath(type, i + 1));
    });
    expect([...committed.keys()].toSorted()).toEqual(
      [...new Set([...written.keys(), ...versions])].toSorted(),
    );
  });
});

/** Fields without a meaning, numbers without a unit, members of enums that do not say what they are. */
function unexplained(schema: JsonSchema, at: string): string[] {
  return optionsOf(schema).flatMap((option) => {
    const members = Object.keys(option['x-enumDescriptions'] ?? {});
    const silent = (option.enum ?? []).filter((member) => !members.includes(String(member)));
    const isNumber = option.type === 'number' || option.type === 'integer';
    const unit = option['x-unit'] ?? schema['x-unit'];
    return [
      ...silent.map((member) => `${at}: ${member} has no meaning`),
      ...(isNumber && option.const === undefined && !unit ? [`${at} has no unit`] : []),
      ...(option.items ? unexplained(option.items, `${at}[]`) : []),
      ...Object.entries(option.properties ?? {}).flatMap(([name, field]) => [
        ...(meaningOf(field, option) ? [] : [`${at}.${name} has no meaning`]),
        ...unexplained(field, `${at}.${name}`),
      ]),
    ];
  });
}

/** The field that tells alternatives apart means what its alternative does. */
const meaningOf = (field: JsonSchema, option: JsonSchema): string | undefined =>
  field.description ?? (typeof field.const === 'string' ? option.description : undefined);

describe('meaning', () => {
  test('each event and message, each field and each member of an enum says what it means, each number its unit', () => {
    const all = [...currentSchemas()].flatMap(([path, schema]) => [
      ...(schema.description ? [] : [`${path} has no meaning`]),
      ...unexplained(schema, path),
    ]);
    expect(all).toEqual([]);
  });

  test('a field without one would be noticed', () => {
    const field: JsonSchema = { type: 'object', properties: { amount: { type: 'number' } } };
    expect(unexplained({ anyOf: [field, { type: 'null' }] }, 'it')).toEqual([
      'it.amount has no meaning',
      'it.amount has no unit',
    ]);
  });
});

describe('JSON Schemas', () => {
  test('take whatever our own schemas let through', () => {
    for (const type of EVENT_TYPES) {
      const { version, data }: EventDefinition = eventCatalogue[type];
      const schema = schemas.get(eventPath(type, version)) ?? expect.unreachable(type);
      const body = fc.record({
        id: extremesOf(EventId),
        about: extremesOf(EventMetadata),
        data: extremesOf(data),
      });
      for (const { about, ...rest } of fc.sample(body, { numRuns: 50, seed: 20261128 })) {
        const stored = JSON.parse(JSON.stringify({ ...rest, ...about, type, version }));
        for (const fits of [schema, schemas.get(ENVELOPE_PATH) ?? {}])
          expect(
            ajv.validate(fits, stored),
            `${type}: ${ajv.errorsText()} in ${JSON.stringify(stored)}`,
          ).toBe(true);
      }
    }
  });
});

describe('examples', () => {
  const ofEvents = [...examples.events.values()].flat();
  const ofMessages = [...examples.messages.values()].flat();

  test.each(ofEvents)('$of $variant fits the JSON Schema of its version', ({ of, body }) => {
    const schema = schemas.get(`schemas/events/${of}.json`);
    expect(ajv.validate(schema ?? expect.unreachable(), body), ajv.errorsText()).toBe(true);
  });

  test.each(ofMessages)('$of $variant is read, and fits its JSON Schema and its subject', (example) => {
    const { of, subject, body } = example;
    const { schema, channel } =
      messages.find(({ name }) => name === of) ?? expect.unreachable(`no message ${of}`);
    expect(schema?.parse(body)).toEqual(body);
    expect(ajv.validate(schemas.get(messagePath(of)) ?? expect.unreachable(), body), ajv.errorsText()).toBe(
      true,
    );
    const pattern = channel.address.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^.]+');
    expect(subject).toMatch(new RegExp(`^${pattern}$`));
  });

  test('their subjects are as our own code builds them', () => {
    const user = asUserId('700100');
    const minute = asMinute(29_926_560);
    const broadcast = asBroadcastId('nbswy3dpeb3w6');
    const what = ['requested', 'tested', 'progressed', 'cancelled'] as const;
    const built = new Set([
      ...Tier.options.map((tier) => subjects.reminderSubject(tier, user, minute)),
      ...DeliveryOutcome.options.map((outcome) => subjects.deliverySubject(outcome, user)),
      ...what.map((each) => subjects.broadcastSubject(broadcast, each)),
      subjects.broadcastDueSubject(broadcast, user),
      subjects.TICK_SUBJECT,
      subjects.updateSubject(user),
      subjects.movingSubject(user),
      subjects.forgettingSubject(user),
      subjects.tombstoneSubject('3q2-7wTS1tq0c5m5u0V0mYpGz8dQmYw2m0eU0m2n1aE'),
      subjects.deadSubject('projection-analytics-events'),
      subjects.redriveSubject('sender', 'sender-engaged'),
    ]);
    expect(ofMessages.filter(({ subject }) => !built.has(subject))).toEqual([]);
  });

  /** No shard queues a reminder in the tier of broadcasts. */
  const never = ['ReminderDue.tier: none is "broadcast"'];

  test('there is one of every variant of every event and message', () => {
    const events = EVENT_TYPES.flatMap((type) => {
      const { version } = eventCatalogue[type];
      const bodies = (examples.events.get(`${type}.v${version}`) ?? []).map(({ body }) => body);
      const data = bodies.map((body) => (body as { data: unknown }).data);
      return variantsWithout(ajv, dataIn(schemas.get(eventPath(type, version)) ?? {}), data, type);
    });
    const others = messages.flatMap(({ name }) => {
      const bodies = (examples.messages.get(name) ?? []).map(({ body }) => body);
      return variantsWithout(ajv, schemas.get(messagePath(name)) ?? {}, bodies, name);
    });
    expect([...events, ...others]).toEqual(never);
  });
});
