import fc from 'fast-check';
import type { z } from 'zod';
import { asUserId } from '#test/support/ids.ts';

/*
 * Values at the edges of what a schema lets through. What a string or a number may be is found by trying: all
 * candidates that the schema takes are used, and a candidate that Postgres refuses is here so that a schema must.
 */

const FORMS = [
  ...[
    '0000-01-01',
    '0001-01-01',
    '0999-12-31',
    '1582-10-10',
    '2024-02-29',
    '2026-11-25',
    '9999-12-31',
    '10000-01-01',
  ],
  ...['-0001-01-01', '+010000-01-01', 'infinity', 'today', 'now', 'epoch', '2026-W48-3'],
  ...['00:00', '06:00', '08:00', '23:59', '24:00', '23:59:60'],
  ...['0000-01-01T00:00:00Z', '0001-01-01T00:00:00Z', '1969-12-31T23:59:59Z', '1970-01-01T00:00Z'],
  ...[
    '2026-11-25T08:00:00.000Z',
    '2026-11-25T08:00:00.123456789Z',
    `2026-11-25T08:00:00.${'1'.repeat(200)}Z`,
  ],
  ...['6052-12-31T23:59:59.999999999Z', '6054-01-01T00:00:00Z', '9999-12-31T23:59:59.999999999Z'],
  ...[
    'Europe/Berlin',
    'America/Argentina/ComodRivadavia',
    'Etc/GMT+12',
    `A${'/'.repeat(63)}`,
    'No/Such_Zone',
  ],
  ...['aaaaaaaaaaaaa', '7777777777777', 'aaaaaaaaaaaa', 'AAAAAAAAAAAAA'],
  ...[
    '1',
    '7',
    '4503599627370495',
    '9007199254740991',
    '9007199254740992',
    '9999999999999999',
    '0',
    '-1',
    '1e3',
  ],
];
const TEXTS = [
  ...[
    '',
    ' ',
    'Read',
    'a\0b',
    '\0',
    '\ud800',
    'half \ude00 of one',
    '🏃🏽‍♀️',
    '"',
    "'; --",
    '\\',
    '{a,b}',
    'NULL',
    '\n',
  ],
  ...[
    '\ufffe',
    '\u202e',
    'é'.repeat(64),
    '\u{10ffff}'.repeat(32),
    'x'.repeat(24),
    'x'.repeat(128),
    '\0'.repeat(512),
  ],
  ...['\ud800'.repeat(64)],
];
const NUMBERS = [
  ...[
    0,
    -0,
    1,
    -1,
    0.5,
    7,
    180,
    366,
    1440,
    32_767,
    32_768,
    65_536,
    2_147_483_647,
    2_147_483_648,
    1e9,
    1e9 + 1,
  ],
  ...[Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER, 2 ** 53, 5e-324, -5e-324, 1e-300, 1e308],
  ...[Number.POSITIVE_INFINITY, Number.NaN],
];

/** Values that the schema lets through, many of them at its edges. @throws when none of the candidates is. */
export function extremesOf<S extends z.ZodType>(schema: S): fc.Arbitrary<z.output<S>> {
  const built = arbitraryOf(schema as unknown as z.core.$ZodTypes);
  return built.filter((value): value is z.output<S> => schema.safeParse(value).success);
}

function arbitraryOf(schema: z.core.$ZodTypes): fc.Arbitrary<unknown> {
  const { def } = schema._zod;
  const inner = (type: z.core.$ZodType) => arbitraryOf(type as z.core.$ZodTypes);
  switch (def.type) {
    case 'string':
      return candidates(schema, [...FORMS, ...TEXTS]);
    case 'number':
      return candidates(schema, NUMBERS);
    case 'boolean':
      return fc.boolean();
    case 'literal':
      return fc.constantFrom(...def.values);
    case 'enum':
      return fc.constantFrom(...Object.values(def.entries));
    case 'optional':
      return fc.oneof(fc.constant(undefined), inner(def.innerType));
    case 'nullable':
      return fc.oneof(fc.constant(null), inner(def.innerType));
    case 'union':
      return fc.oneof(...def.options.map(inner));
    case 'array':
      return arrayOf(schema, inner(def.element));
    case 'object':
      return fc.record(
        Object.fromEntries(Object.entries(def.shape).map(([key, type]) => [key, inner(type)])),
      );
    default:
      throw new Error(`no values are known for a schema of type ${def.type}`);
  }
}

function candidates(schema: z.core.$ZodTypes, all: readonly unknown[]): fc.Arbitrary<unknown> {
  const taken = all.filter((value) => isTaken(schema, value));
  if (taken.length === 0) throw new Error(`no candidate fits ${JSON.stringify(schema._zod.def)}`);
  return fc.constantFrom(...taken);
}

/** Few elements as a rule, and every weekday or a full message now and then. */
function arrayOf(schema: z.core.$ZodTypes, element: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const week = [[1], [7], [1, 2, 3, 4, 5, 6, 7]].filter((days) => isTaken(schema, days));
  return week.length > 0 ? fc.constantFrom(...week) : fc.array(element, { maxLength: 25, size: 'max' });
}

function isTaken(schema: z.core.$ZodTypes, value: unknown): boolean {
  const result = schema['~standard'].validate(value);
  return !(result instanceof Promise) && result.issues === undefined;
}

/** People at the edges of ids. */
export const PEOPLE = ['1', '7', '4503599627370495', '9007199254740991'].map(asUserId);
