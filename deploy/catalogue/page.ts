import { accountEvents } from '#contracts/account-events.ts';
import { type Channel, SUBJECT_TOKENS } from '#contracts/channel-definition.ts';
import { channels } from '#contracts/channels.ts';
import { entryEvents } from '#contracts/entry-events.ts';
import type { EventDefinition } from '#contracts/event-definition.ts';
import { EventEnvelope, type EventType, eventCatalogue } from '#contracts/events.ts';
import { habitEvents } from '#contracts/habit-events.ts';
import { buckets, type StreamName, streams } from '#contracts/streams.ts';
import type { Examples } from './async-api.ts';
import { fieldTable } from './fields.ts';
import { dataIn, jsonSchemaOf, messageSchema } from './json-schema.ts';
import { DAYS, INTRODUCTION, ORDER, PARTITIONS, STORY, SUBJECTS, VERSIONS } from './prose.ts';
import { ENVELOPE_PATH, eventPath, messagePath, type Schemas } from './schemas.ts';
import type { Example } from './stored.ts';

const DAY_MS = 86_400_000;

/** The catalogue in words, for readers who have never seen the code. */
export function page(schemas: Schemas, examples: Examples): string {
  return [
    INTRODUCTION,
    streamTable(),
    SUBJECTS,
    tokenTable(),
    PARTITIONS,
    ORDER,
    body(examples.events),
    VERSIONS,
    story(examples),
    DAYS,
    eventList(),
    ...eventSections(schemas, examples.events),
    '## Messages of the other streams',
    ...(Object.entries(channels) as [StreamName, readonly Channel[]][])
      .filter(([stream]) => stream !== 'EVENTS')
      .map(([stream, list]) => streamSection(stream, list, examples.messages)),
    bucketTable(),
  ]
    .map((section) => section.trim())
    .join('\n\n')
    .concat('\n');
}

const since = (maxAgeMs: number): string => (maxAgeMs === 0 ? 'for ever' : `${maxAgeMs / DAY_MS} days`);

function streamTable(): string {
  const lines = streams.map(({ name, description, maxAgeMs }) => {
    const [{ writtenBy, readBy } = { writtenBy: '', readBy: '' }] = channels[name];
    return `| [\`${name}\`](#${anchor(name)}) | ${description} | ${since(maxAgeMs)} | ${writtenBy} | ${readBy} |`;
  });
  return ['| Stream | Holds | Kept | Written by | Read by |', '|---|---|---|---|---|', ...lines].join('\n');
}

const anchor = (name: StreamName): string =>
  name === 'EVENTS' ? 'events-of-the-account' : name.toLowerCase();

function tokenTable(): string {
  const addresses = Object.values(channels)
    .flat()
    .map(({ address }) => address);
  const lines = Object.entries(SUBJECT_TOKENS).map(([token, meaning]) => `| \`{${token}}\` | ${meaning} |`);
  return ['```text', ...addresses, '```', '', '| Token | Is |', '|---|---|', ...lines].join('\n');
}

function body(examples: Examples['events']): string {
  const [example] = examples.get('HabitCheckedIn.v1') ?? [];
  return [
    '## The body of an event',
    `A message of EVENTS on \`${example?.subject}\`:`,
    jsonBlock(JSON.stringify(example?.body, null, 2)),
    fieldTable(jsonSchemaOf(EventEnvelope)),
    `The JSON Schema of all events is [EventEnvelope](${ENVELOPE_PATH}); each version of each has one of its own.`,
    'Headers that begin with `Nats-` say what the writer asked of the server. They are no part of the event.',
  ].join('\n\n');
}

/** What one person did in their first days. */
const CHAPTERS = [
  'AccountRegistered.v1',
  'TimezoneChanged.v1.berlin',
  'HabitDefined.v2.yesNo',
  'ReminderScheduled.v2',
  'Delivery.delivered',
  'HabitCheckedIn.v1.yes',
  'EntryCleared.v1',
  'HabitSkipped.v1',
  'HabitPaused.v2',
];

function story({ events, messages }: Examples): string {
  const all = [...events.values(), ...messages.values()].flat();
  const lines = CHAPTERS.map((chapter) => {
    const found = all.find(({ of, variant }) => [of, variant].filter(Boolean).join('.') === chapter);
    if (!found) throw new Error(`there is no example ${chapter}`);
    const { type = found.of, data } = found.body as { type?: string; data?: unknown };
    return `| \`${found.subject}\` | ${type} | \`${JSON.stringify(data ?? found.body)}\` |`;
  });
  return [STORY.trim(), ['| Subject | Message | Data |', '|---|---|---|', ...lines].join('\n')].join('\n\n');
}

function eventList(): string {
  const lines = (Object.keys(eventCatalogue) as EventType[]).map((type) => {
    const { meaning, version }: EventDefinition = eventCatalogue[type];
    return `| [${type}](#${type.toLowerCase()}) | ${version} | ${meaning.split(/(?<=\.) /)[0]} |`;
  });
  return ['## All events', ['| Event | Version | Happens when |', '|---|---|---|', ...lines].join('\n')].join(
    '\n\n',
  );
}

function eventSections(schemas: Schemas, examples: Examples['events']): string[] {
  const section = (type: string) => eventSection(type as EventType, schemas, examples);
  const ofHabits = Object.keys(habitEvents).filter((type) => !(type in entryEvents));
  return [
    '## Events of the account',
    'On the subject of a person whose last token is `account`.',
    ...Object.keys(accountEvents).map(section),
    '## Events of a habit',
    'On the subject of a person whose last token is the id of the habit.',
    ...ofHabits.map(section),
    "## Events of a habit's days",
    'On the subject of the habit, too.',
    ...Object.keys(entryEvents).map(section),
  ];
}

function eventSection(type: EventType, schemas: Schemas, examples: Examples['events']): string {
  const { version, versions, meaning }: EventDefinition = eventCatalogue[type];
  const path = eventPath(type, version);
  const history = versions.map(({ since, change, upcast }, i) => {
    const own = `Version ${i + 1}, since ${since}${change ? `: ${change}` : '.'}`;
    if (i + 1 === version) return `- ${own}`;
    const reading = upcast ? 'It is made version' : 'It is read as version';
    return `- ${own} ${reading} ${i + 2}.`;
  });
  const shown = examples.get(`${type}.v${version}`) ?? [];
  const older = versions.slice(0, -1).flatMap((_, i) => examples.get(`${type}.v${i + 1}`) ?? []);
  return [
    `### ${type}`,
    meaning,
    history.join('\n'),
    fieldTable(dataIn(schemas.get(path) ?? {})),
    dataBlock(shown),
    ...(older.length > 0 ? ['In older versions:', dataBlock(older)] : []),
  ].join('\n\n');
}

/** What differs between examples of an event is their data; the rest was shown once. */
function dataBlock(examples: readonly Example[]): string {
  const lines = examples.map(({ body }) => JSON.stringify((body as { data: unknown }).data));
  return jsonBlock(lines.join('\n'));
}

const jsonBlock = (text: string): string => `\`\`\`json\n${text}\n\`\`\``;

function streamSection(stream: StreamName, list: readonly Channel[], examples: Examples['messages']): string {
  return [`### ${stream}`, ...list.map((channel) => channelSection(channel, examples))].join('\n\n');
}

function channelSection({ address, meaning, messages }: Channel, examples: Examples['messages']): string {
  const each = messages.map((message) => {
    const schema = messageSchema(message);
    const shown = examples.get(message.name) ?? [];
    const about = `**${message.name}**, since ${message.since}: ${message.meaning}`;
    if (!schema) return about;
    return [
      `${about} [JSON Schema](${messagePath(message.name)})`,
      fieldTable(schema),
      jsonBlock(shown.map(({ body: stored }) => JSON.stringify(stored)).join('\n')),
    ].join('\n\n');
  });
  const isSaid = messages.some((message) => message.meaning === meaning);
  return [`On \`${address}\`.${isSaid ? '' : ` ${meaning}`}`, ...each].join('\n\n');
}

function bucketTable(): string {
  const lines = buckets.map(
    ({ name, description, ttlMs }) => `| \`${name}\` | ${description} | ${lifetime(ttlMs)} |`,
  );
  return [
    '## Buckets',
    'Key-value buckets hold what services work with. Their values are private to the service that writes them.',
    ['| Bucket | Holds | A key is kept |', '|---|---|---|', ...lines].join('\n'),
  ].join('\n\n');
}

function lifetime(ttlMs: number): string {
  if (ttlMs === 0) return 'until it is deleted';
  return ttlMs < DAY_MS ? `${ttlMs / 60_000} minutes` : `${ttlMs / DAY_MS} days`;
}
