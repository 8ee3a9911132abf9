import { z } from 'zod';
import type { MessageDefinition } from '#contracts/channel-definition.ts';
import type { EventDefinition } from '#contracts/event-definition.ts';
import { EventEnvelope, type EventType, eventCatalogue } from '#contracts/events.ts';

/** What zod writes of our schemas, in JSON Schema draft-07. `x-unit` and the meanings of an enum's members are ours. */
export type JsonSchema = {
  $schema?: string;
  title?: string;
  description?: string;
  'x-unit'?: string;
  'x-enumDescriptions'?: Record<string, string>;
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: boolean | JsonSchema;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  items?: JsonSchema;
  minItems?: number;
  maxItems?: number;
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  contentEncoding?: string;
};

/** Fields beside the schema are let through, as `parseEvent` does. */
export function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { target: 'draft-7', io: 'input' }) as JsonSchema;
}

/** Of a message of EVENTS with an event at its newest version. */
export function eventSchema(type: EventType): JsonSchema {
  const { version, meaning, data }: EventDefinition = eventCatalogue[type];
  const { shape } = EventEnvelope;
  const body = EventEnvelope.extend({
    type: z.literal(type).describe(shape.type.description ?? ''),
    version: z.literal(version).describe(shape.version.description ?? ''),
    data: data.describe(shape.data.description ?? ''),
  });
  const { $schema, ...rest } = jsonSchemaOf(body);
  return { $schema, title: eventTitle(type, version), description: meaning, ...rest };
}

/** Of every message of EVENTS, whatever happened. */
export function envelopeSchema(): JsonSchema {
  const { $schema, ...rest } = jsonSchemaOf(EventEnvelope);
  return { $schema, title: 'EventEnvelope', description: 'What the body of every event has.', ...rest };
}

export const eventTitle = (type: string, version: number): string => `${type}, version ${version}`;

/** Undefined for a private message. */
export function messageSchema({ name, meaning, schema }: MessageDefinition): JsonSchema | undefined {
  if (!schema) return undefined;
  const { $schema, ...rest } = jsonSchemaOf(schema);
  return { $schema, title: name, description: meaning, ...rest };
}

/** Of an event's `data`. */
export function dataIn(schema: JsonSchema): JsonSchema {
  return schema.properties?.data ?? {};
}

/** A schema that is no choice between types. */
export type OneType = Omit<JsonSchema, 'type'> & { type?: string | undefined };

/** What a value of the schema may be: its alternatives, those of alternatives included, or itself alone. */
export function optionsOf(schema: JsonSchema): readonly OneType[] {
  const { type } = schema;
  if (Array.isArray(type))
    return type.map((each) => (each === 'null' ? { type: each } : { ...schema, type: each }));
  return (schema.anyOf ?? schema.oneOf)?.flatMap(optionsOf) ?? [{ ...schema, type }];
}
