import { expect, test } from 'vitest';
import { z } from 'zod';
import { isSameForm, narrowings } from '#deploy/catalogue/compatibility.ts';
import { schemasIn } from '#deploy/catalogue/files.ts';
import { type JsonSchema, jsonSchemaOf } from '#deploy/catalogue/json-schema.ts';
import { currentSchemas, eventPath, refusalsOf } from '#deploy/catalogue/schemas.ts';
import { committedFiles } from '#deploy/catalogue/stored.ts';

const committed = schemasIn(committedFiles());
const current = currentSchemas();

/** What is refused when the code has another schema of an event or message. */
function refusedWith(path: string, change: (schema: JsonSchema) => void): string[] {
  const schema = structuredClone(current.get(path) ?? expect.unreachable(path));
  change(schema);
  return refusalsOf(committed, new Map([...current, [path, schema]]));
}

const fieldsOf = (schema: JsonSchema) => schema.properties?.data?.properties ?? expect.unreachable();
const habit = eventPath('HabitDefined', 2);

test('a change of a version that is written already asks for a new one', () => {
  const to3 = (what: string) => [`HabitDefined version 2 has changed (${what}): make it version 3`];
  expect(refusedWith(habit, (schema) => delete fieldsOf(schema).emoji)).toEqual(to3('emoji is gone'));
  expect(
    refusedWith(habit, (schema) => Object.assign(fieldsOf(schema), { mood: { type: 'string' } })),
  ).toEqual(to3('new: mood is gone'));
  expect(refusedWith(habit, (schema) => schema.properties?.data?.required?.push('emoji'))).toEqual([
    ...to3('emoji is required, and was not always there'),
    'HabitDefined version 1 would not be read as it was: emoji is required, and was not always there',
  ]);
  const locale = eventPath('LocaleChanged', 1);
  expect(refusedWith(locale, (schema) => fieldsOf(schema).locale?.enum?.pop())).toEqual([
    'LocaleChanged version 1 has changed (locale no longer takes "ru"): make it version 2',
  ]);
  expect(refusedWith(locale, (schema) => fieldsOf(schema).locale?.enum?.push('de'))).toEqual([
    'LocaleChanged version 1 has changed (new: locale no longer takes "de"): make it version 2',
  ]);
});

test('what older versions stored must be read, and its schema be there', () => {
  const without = new Map([...committed].filter(([path]) => path !== eventPath('HabitDefined', 1)));
  expect(refusalsOf(without, current)).toEqual([
    'HabitDefined version 1 would not be read as it was: schemas/events/HabitDefined.v1.json is missing, which says what was stored',
  ]);
  const more = new Map([...committed, [eventPath('HabitVanished', 1), {}]]);
  expect(refusalsOf(more, current)).toEqual([
    'HabitVanished is gone from the catalogue: stored ones could not be read any more',
  ]);
  const other = new Map([...committed, ['schemas/messages/Delivered.json', {}]]);
  expect(refusalsOf(other, current)).toEqual([
    'schemas/messages/Delivered.json is gone from the catalogue: stored ones could not be read any more',
  ]);
  // Version 1 has no date and is read by its upcast, so that the newest may ask for one.
  const paused = structuredClone(committed.get(eventPath('HabitPaused', 1)) ?? expect.unreachable());
  Object.assign(paused.properties?.data ?? {}, { properties: { until: { type: 'string' } } });
  expect(refusalsOf(new Map([...committed, [eventPath('HabitPaused', 1), paused]]), current)).toEqual([
    'HabitPaused version 1 would not be read as it was: until is gone',
  ]);
});

test('a message may take more than before, never less', () => {
  const delivery = 'schemas/messages/Delivery.json';
  const fields = (schema: JsonSchema) => schema.properties ?? expect.unreachable();
  expect(refusedWith(delivery, (schema) => fields(schema).outcome?.enum?.push('seen'))).toEqual([]);
  expect(
    refusedWith(delivery, (schema) => Object.assign(fields(schema), { mood: { type: 'string' } })),
  ).toEqual([]);
  expect(refusedWith(delivery, (schema) => fields(schema).outcome?.enum?.shift())).toEqual([
    `${delivery}: outcome no longer takes "delivered". Stored messages would not be read any more`,
  ]);
  expect(refusedWith(delivery, (schema) => schema.required?.push('reason'))).toEqual([
    `${delivery}: reason is required, and was not always there. Stored messages would not be read any more`,
  ]);
});

test('words and their order are no change', () => {
  expect(refusedWith(habit, (schema) => schema.properties?.data?.required?.reverse())).toEqual([]);
  expect(
    refusedWith(habit, (schema) => Object.assign(fieldsOf(schema).name ?? {}, { description: 'x' })),
  ).toEqual([]);
  expect(isSameForm({ type: 'object', properties: { title: { type: 'string' } } }, { type: 'object' })).toBe(
    false,
  );
});

const narrowed: [before: z.ZodType, after: z.ZodType, reasons: string[]][] = [
  [z.string(), z.int(), ['it was string and is integer']],
  [z.number(), z.int(), ['it was number and is integer']],
  [z.string(), z.literal('a'), ['it was any string and is one of a']],
  [z.string().max(9), z.string().max(8), ['it had maxLength 9 and has 8']],
  [z.string().min(1), z.string().min(2), ['it had minLength 1 and has 2']],
  [z.string(), z.string().regex(/a/), ['it had pattern none and has a']],
  [z.int().min(0), z.int().positive(), ['it was from 0 and is from 1']],
  [z.array(z.string()), z.array(z.string()).max(3), ['it had maxItems none and has 3']],
  [z.array(z.object({ a: z.string() })), z.array(z.object({})), ['each of it.a is gone']],
  [z.string().nullable(), z.string(), ['it no longer takes null']],
  [z.object({}), z.strictObject({}), ['it no longer takes other fields']],
  [
    z.discriminatedUnion('k', [z.object({ k: z.literal('a') }), z.object({ k: z.literal('b') })]),
    z.discriminatedUnion('k', [z.object({ k: z.literal('a') })]),
    ['it no longer takes "b"'],
  ],
];

test.each(narrowed)('%#: what was taken before and is not any more is found', (before, after, reasons) => {
  expect(narrowings(jsonSchemaOf(before), jsonSchemaOf(after))).toEqual(reasons);
});

const widened: [before: z.ZodType, after: z.ZodType][] = [
  [z.int(), z.number()],
  [z.literal('a'), z.enum(['a', 'b'])],
  [z.enum(['a', 'b']), z.string()],
  [z.string().min(2).max(8), z.string().max(9)],
  [z.int().positive(), z.int().min(0)],
  [z.string(), z.string().nullable()],
  [z.object({ a: z.string() }), z.object({ a: z.string().optional(), b: z.int().optional() })],
  [
    z.object({ k: z.literal('a') }),
    z.union([z.object({ k: z.literal('a') }), z.object({ k: z.literal('b') })]),
  ],
];

test.each(widened)('%#: what takes more is no narrowing', (before, after) => {
  expect(narrowings(jsonSchemaOf(before), jsonSchemaOf(after))).toEqual([]);
  expect(narrowings(jsonSchemaOf(after), jsonSchemaOf(before))).not.toEqual([]);
});
