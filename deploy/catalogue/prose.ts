import { partitionOf, UserId } from '#contracts/ids.ts';

/* What the page says between its tables. */

const SAMPLE_USER = UserId.parse('700100');

export const INTRODUCTION = `
# The catalogue

Everything that stands in the streams of Habitstream: what it means, its fields, its units, since when, with examples.
This page, the JSON Schemas in [\`schemas/\`](schemas) and the AsyncAPI 3 document [\`asyncapi.json\`](asyncapi.json) are
written from the code by \`npm run catalogue\`; do not edit them.

Habitstream is a habit tracker in Telegram. A person has one **account** and up to 500 **habits**; a habit has reminders, and at most
one **entry** for each date. Whatever a person decides is an event in the stream EVENTS, which is kept for ever. What became of each
reminder is a message in DELIVERIES. The other streams are the way from one to the other: nobody needs them to know what happened.
All tables for analysis are made from EVENTS and DELIVERIES alone. Questions that services ask one another are stored nowhere, and are no
part of this.

## Streams
`;

export const SUBJECTS = `
## Subjects

A subject says which stream a message is in, whose it is and, for events, which account or habit it is about. The body of an
event never repeats whose it is: forgetting a person means deleting their subjects. \`nats stream get EVENTS --last-for events.61.700100.account\`
reads the last event of one account, and a consumer with the filter \`events.61.>\` gets one partition.
`;

export const PARTITIONS = `
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

export const ORDER = `
## Order, sequences and times

- The server gives each message of a stream a **sequence**: it only rises, and it has gaps, because messages of forgotten people are
  deleted. It is the one order of all events. Of two events of one account or habit, the one with the lower sequence was decided
  first, and the later one was decided knowing it.
- A sequence belongs to its stream. Those of EVENTS and of DELIVERIES are not comparable, and nothing says in which order messages of
  both came but their times.
- \`at\` is when something happened, by the clock of the process that saw it. The server's own time of storing (\`time\` in
  \`nats stream get\`) is a little later. Order by sequence, and date by \`at\`.
- Fields that end in \`At\` (and \`at\` of a body) are instants in UTC, ISO 8601. \`on\` and fields that end in \`On\` are dates on the person's
  calendar, without a zone; \`at\` beside an \`on\` is a time on their clock. Which zone that is, the last TimezoneChanged of their account
  before it says. Fields that end in \`Ms\` are milliseconds.
- Events of one decision are stored together, all or none, with sequences that follow one another.
- An event is stored once, whatever is retried: two events never have the same \`id\`.
`;

export const VERSIONS = `
## Versions

Each event says in \`version\` in which form its \`data\` is. Only the newest is written; older ones stay in the log as they were written
and are read as the newest, by the rule that stands with each event. Nothing that was ever stored becomes unreadable: a change that
would make it so is refused when the catalogue is written, and by the tests. Fields may come with a new version: leave alone what you
do not know. There is a JSON Schema for each version in [\`schemas/events/\`](schemas/events).
`;

export const STORY = `
## How it goes

What one person's first days leave behind, from their first tap on. Everything but the delivery is in EVENTS.
`;

export const DAYS = `
## What a day holds

The entry of a habit on a date is what the last of these says, by sequence: HabitCheckedIn and HabitSkipped put it there, EntryCleared
takes it away, and EntriesImported puts several at once where there was none. There is no other event that changes it: DayClosed ends
the reminders of a day and leaves its amount, EntryNoted stands beside it.

- A person may answer for an earlier date, and change an answer as often as they like: one date may have many events.
- Whether a day is kept is not stored. It follows from the goal that the habit has now, and from its frequency: a changed goal holds for
  the days of before too. A yes is 1 and a no is 0; an amount is kept by \`direction\` and \`target\`.
- The date of an entry is the person's own: after midnight and before their DayStartChanged it is still the date before.
- HabitDeleted takes all days of the habit away. HabitArchived takes none.
`;
