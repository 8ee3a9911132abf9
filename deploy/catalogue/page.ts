import { accountEvents } from '#contracts/account-events.ts';
import { type Channel, channels, SUBJECT_TOKENS } from '#contracts/channels.ts';
import { entryEvents } from '#contracts/entry-events.ts';
import type { EventDefinition } from '#contracts/event-definition.ts';
import { EventEnvelope, type EventType, eventCatalogue } from '#contracts/events.ts';
import { habitEvents } from '#contracts/habit-events.ts';
import { partitionOf, UserId } from '#contracts/ids.ts';
import { buckets, type StreamName, streams } from '#contracts/streams.ts';
import type { Examples } from './async-api.ts';
import { fieldTable } from './fields.ts';
import { dataIn, jsonSchemaOf, messageSchema } from './json-schema.ts';
import { eventPath, messagePath, type Schemas } from './schemas.ts';
import type { Example } from './stored.ts';

const DAY_MS = 86_400_000;
const SAMPLE_USER = UserId.parse('700100');

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

const INTRODUCTION = `
# The catalogue

Everything that stands in the streams of Habitstream: what it means, its fields, its units, since when, with examples.
This page, the JSON Schemas in [\`schemas/\`](schemas) and the AsyncAPI 3 document [\`asyncapi.json\`](asyncapi.json) are
written from the code by \`npm run catalogue\`; do not edit them.

Habitstream is a habit tracker in Telegram. A person has one **account** and up to 500 **habits**; a habit has reminders, and at most
one **entry** for each date. Whatever a person decides is an event in the stream EVENTS, which is kept for ever. What became of each
reminder is a message in DELIVERIES. The other streams are the way from one to the other: nobody needs them to know what happened.
All tables for analysis are made from EVENTS and DELIVERIES alone.

## Streams
`;

const SUBJECTS = `
## Subjects

A subject says which stream a message is in, whose it is and, for events, which account or habit it is about. The body of an
event never repeats whose it is: forgetting a person means deleting their subjects. \`nats stream get EVENTS --last-for events.61.700100.account\`
reads the last event of one account, and a consumer with the filter \`events.61.>\` gets one partition.
`;

const PARTITIONS = `
### Partitions

The partition is FNV-1a with 32 bits over the decimal digits of the user id, modulo 64. It is fixed for life, and nats-server
computes the same by \`{{partition(64,1)}}\` in a subject mapping. User ${SAMPLE_USER} has partition ${partitionOf(SAMPLE_USER)}:

\`\`\`python
def partition(user_id: str) -> int:
    hash = 0x811C9DC5
    for byte in user_id.encode():
        hash = ((hash ^ byte) * 0x01000193) % 2**32
    return hash % 64
\`\`\`
`;

const ORDER = `
## Order, sequences and times

- The server gives each message of a stream a **sequence**: it only rises, and it has gaps, because messages of forgotten people are
  deleted. It is the one order of all events. Of two events of one account or habit, the one with the lower sequence was decided
  first, and the later one was decided knowing it.
- A sequence belongs to its stream. Those of EVENTS and of DELIVERIES are not comparable, and nothing says in which order messages of
  both came but their times.
- \`at\` is when something happened, by the clock of the process that decided it. The server's own time of storing (\`time\` in
  \`nats stream get\`) is a little later. Order by sequence, and date by \`at\`.
- Fields that end in \`At\` (and \`at\` of a body) are instants in UTC, ISO 8601. \`on\` and fields that end in \`On\` are dates on the person's
  calendar, without a zone; \`at\` beside an \`on\` is a time on their clock. Which zone that is, the last TimezoneChanged of their account
  before it says. Fields that end in \`Ms\` are milliseconds.
- Events of one decision are stored together, all or none, with sequences that follow one another.
- An event is stored once, whatever is retried: two events never have the same \`id\`.
`;

const VERSIONS = `
## Versions

Each event says in \`version\` in which form its \`data\` is. Only the newest is written; older ones stay in the log as they were written
and are read as the newest, by the rule that stands with each event. Nothing that was ever stored becomes unreadable: a change that
would make it so is refused when the catalogue is written, and by the tests. Fields may come with a new version: leave alone what you
do not know. There is a JSON Schema for each version in [\`schemas/events/\`](schemas/events).
`;

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
    'Headers that begin with `Nats-` say what the writer asked of the server. They are no part of the event.',
  ].join('\n\n');
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
    const about = `**${message.name}**: ${message.meaning}`;
    if (!schema) return about;
    return [
      `${about} [JSON Schema](${messagePath(message.name)})`,
      fieldTable(schema),
      jsonBlock(shown.map(({ body: stored }) => JSON.stringify(stored)).join('\n')),
    ].join('\n\n');
  });
  return [`On \`${address}\`. ${meaning}`, ...each].join('\n\n');
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
