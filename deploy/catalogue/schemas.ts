import { channels } from '#contracts/channels.ts';
import type { EventDefinition } from '#contracts/event-definition.ts';
import { type EventType, eventCatalogue } from '#contracts/events.ts';
import { isSameForm, narrowings } from './compatibility.ts';
import {
  dataIn,
  envelopeSchema,
  eventSchema,
  type JsonSchema,
  jsonSchemaOf,
  messageSchema,
} from './json-schema.ts';

/*
 * A JSON Schema for each version of each event, and for each message. Those of older versions are no longer made from the
 * code: the file stays as it was written when the version was the newest, and says what is stored.
 */

/** By path in the catalogue's folder. */
export type Schemas = ReadonlyMap<string, JsonSchema>;

export const EVENT_TYPES = Object.keys(eventCatalogue) as EventType[];

export const ENVELOPE_PATH = 'schemas/EventEnvelope.json';
export const eventPath = (type: string, version: number): string => `schemas/events/${type}.v${version}.json`;
export const messagePath = (name: string): string => `schemas/messages/${name}.json`;

/** As the code has them: events at their newest version, and all messages. */
export function currentSchemas(): Schemas {
  const events = EVENT_TYPES.map(
    (type) => [eventPath(type, eventCatalogue[type].version), eventSchema(type)] as const,
  );
  const messages = Object.values(channels)
    .flat()
    .flatMap((channel) => channel.messages)
    .flatMap((message) => {
      const schema = messageSchema(message);
      return schema ? [[messagePath(message.name), schema] as const] : [];
    });
  return new Map([[ENVELOPE_PATH, envelopeSchema()], ...events, ...messages]);
}

/**
 * What keeps the current schemas from taking the place of the committed ones: a line for each, with what to do. Data that was
 * stored by any version must be read as it was.
 */
export function refusalsOf(committed: Schemas, current: Schemas): string[] {
  const unversioned = [...current].filter(([path]) => !path.startsWith('schemas/events/'));
  return [
    ...EVENT_TYPES.flatMap((type) => versionRefusals(type, committed, current)),
    ...removals(committed, current),
    ...unversioned.flatMap(([path, schema]) =>
      narrowings(committed.get(path) ?? {}, committed.has(path) ? schema : {}).map(
        (reason) => `${path}: ${reason}. Stored messages would not be read any more`,
      ),
    ),
  ];
}

function versionRefusals(type: EventType, committed: Schemas, current: Schemas): string[] {
  const { version }: EventDefinition = eventCatalogue[type];
  const newest = current.get(eventPath(type, version)) ?? {};
  const written = committed.get(eventPath(type, version));
  const hasChanged = written !== undefined && !isSameForm(dataIn(written), dataIn(newest));
  const changed = hasChanged
    ? [
        `${type} version ${version} has changed (${differences(written, newest)}): make it version ${version + 1}`,
      ]
    : [];
  return [...changed, ...olderRefusals(type, committed, dataIn(newest))];
}

/** Data of each older version is read by its own upcast, or as that of the next version. */
function olderRefusals(type: EventType, committed: Schemas, newest: JsonSchema): string[] {
  const { version, versions }: EventDefinition = eventCatalogue[type];
  const refusals: string[] = [];
  let reader = newest;
  for (let older = version - 1; older > 0; older--) {
    const upcast = versions[older - 1]?.upcast;
    if (upcast) reader = jsonSchemaOf(upcast.from);
    const path = eventPath(type, older);
    const stored = committed.get(path);
    const reasons = stored
      ? narrowings(dataIn(stored), reader)
      : [`${path} is missing, which says what was stored`];
    refusals.push(
      ...reasons.map((reason) => `${type} version ${older} would not be read as it was: ${reason}`),
    );
  }
  return refusals;
}

function differences(written: JsonSchema, newest: JsonSchema): string {
  const narrowed = narrowings(dataIn(written), dataIn(newest));
  const widened = narrowings(dataIn(newest), dataIn(written)).map((reason) => `new: ${reason}`);
  return [...narrowed, ...widened].join('; ');
}

function removals(committed: Schemas, current: Schemas): string[] {
  const gone = [...committed.keys()].flatMap((path) => {
    const [, type] = /^schemas\/events\/(\w+)\.v\d+\.json$/.exec(path) ?? [];
    if (type) return type in eventCatalogue ? [] : [type];
    return current.has(path) ? [] : [path];
  });
  return [...new Set(gone)].map(
    (type) => `${type} is gone from the catalogue: stored ones could not be read any more`,
  );
}
