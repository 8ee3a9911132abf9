import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { channels } from '#contracts/channels.ts';
import { streams } from '#contracts/streams.ts';
import { covers } from '#contracts/subject-pattern.ts';
import { CATALOGUE } from '#deploy/catalogue/stored.ts';
import { openValidator } from './validator.ts';

const Ref = z.object({ $ref: z.string() });
const Document = z.looseObject({
  channels: z.record(
    z.string(),
    z.looseObject({
      address: z.string(),
      title: z.string(),
      parameters: z.record(z.string(), z.object({ description: z.string() })),
      messages: z.record(z.string(), Ref),
    }),
  ),
  components: z.looseObject({
    messages: z.record(
      z.string(),
      z.looseObject({
        payload: z.object({ schemaFormat: z.string(), schema: Ref }).optional(),
        examples: z.array(z.looseObject({ payload: z.unknown() })).optional(),
      }),
    ),
  }),
});
const text = readFileSync(join(CATALOGUE, 'asyncapi.json'), 'utf8');
const document = Document.parse(JSON.parse(text));

/** Every `$ref` in a document. */
function refsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = Ref.safeParse(value);
  return [...(own.success ? [own.data.$ref] : []), ...Object.values(value).flatMap(refsIn)];
}

function resolves(ref: string): boolean {
  if (!ref.startsWith('#/')) return existsSync(join(CATALOGUE, ref));
  const path = ref.slice(2).split('/');
  return (
    path.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], document) !==
    undefined
  );
}

describe('contracts/catalogue/asyncapi.json', () => {
  test("fits the specification's own schema of AsyncAPI 3", () => {
    const ajv = new Ajv({ strict: false, validateFormats: true });
    formats.default(ajv);
    const specification = createRequire(import.meta.url)('@asyncapi/specs/schemas/3.0.0-without-$id.json');
    const validate = ajv.compile(specification);
    expect(validate(document), JSON.stringify(validate.errors?.slice(0, 3))).toBe(true);
    const [channel] = Object.keys(document.channels);
    const wrong = { ...document, channels: { [channel ?? '']: { address: 7 } } };
    expect(validate(wrong)).toBe(false);
  });

  test('every $ref leads somewhere', () => {
    const refs = refsIn(document);
    expect(refs.length).toBeGreaterThan(100);
    expect(refs.filter((ref) => !resolves(ref))).toEqual([]);
  });

  test('its channels are the subjects of the streams, each with its tokens', () => {
    const found = Object.values(document.channels);
    expect(found.map(({ address }) => address)).toEqual(
      Object.values(channels)
        .flat()
        .map(({ address }) => address),
    );
    for (const { address, title, parameters } of found) {
      const stream = streams.find(({ name }) => name === title) ?? expect.unreachable(`no stream ${title}`);
      const subject = address.replace(/\{\w+\}/g, 'x');
      expect(
        stream.subjects.some((pattern) => covers(pattern, subject)),
        address,
      ).toBe(true);
      expect(Object.keys(parameters)).toEqual([...address.matchAll(/\{(\w+)\}/g)].map(([, token]) => token));
    }
    expect(new Set(found.map(({ title }) => title))).toEqual(new Set(streams.map(({ name }) => name)));
  });

  test('its examples fit their payloads, and only private messages have none', () => {
    const ajv = openValidator();
    const without: string[] = [];
    for (const [name, { payload, examples = [] }] of Object.entries(document.components.messages)) {
      if (!payload || examples.length === 0) {
        without.push(name);
        continue;
      }
      const schema = JSON.parse(readFileSync(join(CATALOGUE, payload.schema.$ref), 'utf8'));
      for (const example of examples)
        expect(ajv.validate(schema, example.payload), ajv.errorsText()).toBe(true);
    }
    expect(without).toEqual(['PendingReplies']);
  });
});
