import { isDeepStrictEqual } from 'node:util';
import { type JsonSchema, type OneType, optionsOf } from './json-schema.ts';

/**
 * Why a value that fits `before` may not fit `after`, or loses something there: a line for each place, none when everything
 * that was ever stored is read as it was. It knows the keywords that our schemas use.
 */
export function narrowings(before: JsonSchema, after: JsonSchema, at = 'it'): string[] {
  const wider = optionsOf(after);
  return optionsOf(before).flatMap((option) => {
    const tries = wider.map((each) => optionNarrowings(option, each, at));
    if (tries.some((reasons) => reasons.length === 0)) return [];
    // The alternative that is meant is the one that takes its tag, or the only one.
    const meant = wider.findIndex((each) => isDeepStrictEqual(tagsOf(each), tagsOf(option)));
    return tries[meant] ?? [`${at} no longer takes ${nameOf(option)}`];
  });
}

function optionNarrowings(before: OneType, after: OneType, at: string): string[] {
  if (before.type !== after.type && !(before.type === 'integer' && after.type === 'number'))
    return after.type === undefined ? [] : [`${at} was ${before.type ?? 'anything'} and is ${after.type}`];
  return [
    ...valueNarrowings(before, after, at),
    ...boundNarrowings(before, after, at),
    ...itemNarrowings(before, after, at),
    ...fieldNarrowings(before, after, at),
  ];
}

/** What tells an alternative from others: its constant fields, and whether it is null. */
const tagsOf = (option: OneType): unknown[] => [
  option.type === 'null',
  ...Object.values(option.properties ?? {}).flatMap(({ const: value }) => value ?? []),
];

const nameOf = (option: OneType): string => {
  const [, ...tags] = tagsOf(option);
  return tags.length > 0 ? tags.map((tag) => JSON.stringify(tag)).join(', ') : (option.type ?? 'anything');
};

/** Whether two schemas take the same values, whatever they say in words and in which order. */
export function isSameForm(one: JsonSchema, other: JsonSchema): boolean {
  return isDeepStrictEqual(withoutWords(one), withoutWords(other));
}

const WORDS = new Set(['$schema', 'title', 'description', 'x-unit', 'x-enumDescriptions']);

/** Of an object's properties each is a name, also one that is called like a keyword. */
function withoutWords(schema: JsonSchema): object {
  const { properties, ...rest } = schema;
  const kept = Object.entries(rest).filter(([key]) => !WORDS.has(key));
  const fields = Object.entries(properties ?? {}).map(([name, field]) => [name, withoutWords(field)]);
  const nested = kept.map(([key, value]) => [key, nestedWithoutWords(value)]);
  return { ...Object.fromEntries(nested), ...(properties && { properties: Object.fromEntries(fields) }) };
}

function nestedWithoutWords(value: unknown): unknown {
  // Alternatives, members of enums and names of fields have no order.
  if (Array.isArray(value)) return value.map(nestedWithoutWords).toSorted(byText);
  return typeof value === 'object' && value !== null ? withoutWords(value) : value;
}

const byText = (one: unknown, other: unknown): number =>
  JSON.stringify(one) < JSON.stringify(other) ? -1 : 1;

const valuesOf = (schema: OneType): unknown[] =>
  schema.enum ?? (schema.const === undefined ? [] : [schema.const]);

function valueNarrowings(before: OneType, after: OneType, at: string): string[] {
  const taken = valuesOf(after);
  if (taken.length === 0) return [];
  const were = valuesOf(before);
  if (were.length === 0) return [`${at} was any ${before.type} and is one of ${taken.join(', ')}`];
  const gone = were.filter((value) => !taken.includes(value));
  return gone.map((value) => `${at} no longer takes ${JSON.stringify(value)}`);
}

const LOWER = ['minLength', 'minItems'] as const;
const UPPER = ['maximum', 'maxLength', 'maxItems'] as const;
const FORMS = ['format', 'pattern', 'contentEncoding'] as const;

function boundNarrowings(before: OneType, after: OneType, at: string): string[] {
  const raised = LOWER.filter(
    (key) => (after[key] ?? Number.NEGATIVE_INFINITY) > (before[key] ?? Number.NEGATIVE_INFINITY),
  );
  const lowered = UPPER.filter(
    (key) => (after[key] ?? Number.POSITIVE_INFINITY) < (before[key] ?? Number.POSITIVE_INFINITY),
  );
  const [low, lowest] = [lowerBound(before), lowerBound(after)];
  const changed = FORMS.filter((key) => after[key] !== undefined && after[key] !== before[key]);
  return [
    ...(lowest > low ? [`${at} was from ${low} and is from ${lowest}`] : []),
    ...[...raised, ...lowered, ...changed].map(
      (key) => `${at} had ${key} ${before[key] ?? 'none'} and has ${after[key]}`,
    ),
  ];
}

/** The least number taken; of an exclusive bound the next one. */
function lowerBound({ type, minimum = Number.NEGATIVE_INFINITY, exclusiveMinimum }: OneType): number {
  if (exclusiveMinimum === undefined) return minimum;
  return Math.max(minimum, exclusiveMinimum + (type === 'integer' ? 1 : Number.MIN_VALUE));
}

function itemNarrowings(before: OneType, after: OneType, at: string): string[] {
  return after.items ? narrowings(before.items ?? {}, after.items, `each of ${at}`) : [];
}

function fieldNarrowings(before: OneType, after: OneType, at: string): string[] {
  const [were, are] = [before.properties ?? {}, after.properties ?? {}];
  const reasons = Object.entries(were).flatMap(([name, field]) => {
    const now = are[name];
    return now ? narrowings(field, now, fieldAt(at, name)) : [`${fieldAt(at, name)} is gone`];
  });
  const wanted = (after.required ?? []).filter((name) => !before.required?.includes(name));
  const isClosed = after.additionalProperties === false && before.additionalProperties !== false;
  return [
    ...reasons,
    ...wanted.map((name) => `${fieldAt(at, name)} is required, and was not always there`),
    ...(isClosed ? [`${at} no longer takes other fields`] : []),
  ];
}

const fieldAt = (at: string, name: string): string => (at === 'it' ? name : `${at}.${name}`);
