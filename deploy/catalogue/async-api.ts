import {
  type Channel,
  type MessageDefinition,
  SUBJECT_TOKENS,
  type SubjectToken,
} from '#contracts/channel-definition.ts';
import { channels } from '#contracts/channels.ts';
import type { EventDefinition } from '#contracts/event-definition.ts';
import { eventCatalogue } from '#contracts/events.ts';
import { type StreamName, streams } from '#contracts/streams.ts';
import { eventTitle } from './json-schema.ts';
import { EVENT_TYPES, eventPath, messagePath } from './schemas.ts';
import type { Example } from './stored.ts';

const DRAFT_07 = 'application/schema+json;version=draft-07';

/** A message as AsyncAPI has it. */
type Message = { name: string; title: string; description: string; payload?: unknown; examples?: unknown[] };

export type Examples = { events: ReadonlyMap<string, Example[]>; messages: ReadonlyMap<string, Example[]> };

/** The AsyncAPI 3 document of all streams. Its payloads are the schemas beside it. */
export function asyncApi(examples: Examples): object {
  const all = Object.entries(channels) as [StreamName, readonly Channel[]][];
  const described = all.flatMap(([stream, list]) => list.map((channel) => ({ stream, channel })));
  const events = eventMessages(examples.events);
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Habitstream',
      version: '1.0.0',
      description:
        'What stands in the streams of NATS JetStream. README.md beside this file says it in words: subjects, partitions, ' +
        'order, versions.',
    },
    defaultContentType: 'application/json',
    channels: Object.fromEntries(
      described.map(({ stream, channel }) => [
        channelId(channel),
        channelOf(stream, channel, Object.keys(events)),
      ]),
    ),
    operations: Object.fromEntries(
      described.map(({ channel }) => [
        `publish.${channelId(channel)}`,
        {
          action: 'send',
          channel: ref('channels', channelId(channel)),
          summary: `Written by ${channel.writtenBy}; read by ${channel.readBy}.`,
        },
      ]),
    ),
    components: {
      messages: {
        ...events,
        ...Object.fromEntries(
          described.flatMap(({ channel }) =>
            channel.messages.map((message) => [message.name, messageOf(message, examples.messages)]),
          ),
        ),
      },
    },
  };
}

/** The words of a subject that never vary: `broadcasts.requested`. */
const channelId = ({ address }: Channel): string =>
  address
    .split('.')
    .filter((token) => !token.startsWith('{'))
    .join('.');

const ref = (...path: string[]) => ({ $ref: `#/${path.join('/')}` });

function channelOf(
  stream: StreamName,
  { address, meaning, messages }: Channel,
  events: readonly string[],
): object {
  const names = stream === 'EVENTS' ? events : messages.map(({ name }) => name);
  const { description } = streams.find(({ name }) => name === stream) ?? {};
  return {
    address,
    title: stream,
    description: `${meaning} Stream ${stream}: ${description}.`,
    parameters: parametersOf(address),
    messages: Object.fromEntries(names.map((name) => [name, ref('components', 'messages', name)])),
  };
}

function parametersOf(address: string): object {
  const tokens = [...address.matchAll(/\{(\w+)\}/g)].map(([, token]) => token as SubjectToken);
  return Object.fromEntries(tokens.map((token) => [token, { description: SUBJECT_TOKENS[token] }]));
}

function eventMessages(examples: Examples['events']): Record<string, Message> {
  const all = EVENT_TYPES.flatMap((type) => {
    const { meaning, versions }: EventDefinition = eventCatalogue[type];
    return versions.map(({ since, change }, i): [string, Message] => {
      const name = `${type}.v${i + 1}`;
      const added = change ? ` It has, other than the one before: ${change}` : '';
      return [
        name,
        {
          name,
          title: eventTitle(type, i + 1),
          description: `${meaning} Written since ${since}.${added}`,
          payload: payloadAt(eventPath(type, i + 1)),
          examples: examplesOf(examples.get(name)),
        },
      ];
    });
  });
  return Object.fromEntries(all);
}

function messageOf(
  { name, since, meaning, schema }: MessageDefinition,
  examples: Examples['messages'],
): Message {
  const about = { name, title: name, description: `${meaning} Written since ${since}.` };
  if (!schema) return about;
  return { ...about, payload: payloadAt(messagePath(name)), examples: examplesOf(examples.get(name)) };
}

const payloadAt = (path: string) => ({ schemaFormat: DRAFT_07, schema: { $ref: `./${path}` } });

const examplesOf = (examples: readonly Example[] = []) =>
  examples.map(({ of, variant, body }) => ({ name: variant || of, payload: body }));
