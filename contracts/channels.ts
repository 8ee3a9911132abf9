import type { z } from 'zod';
import {
  BroadcastCancelled,
  BroadcastProgressed,
  BroadcastRequested,
  BroadcastTested,
} from './broadcasts.ts';
import { BroadcastDue, DeadLetter, Delivery, ReminderDue, StoredUpdate, Tick } from './messages.ts';
import { MovingJob } from './moving.ts';
import { PageUpdate } from './page.ts';
import type { StreamName } from './streams.ts';
import { STREAM_SUBJECTS } from './subjects.ts';

/*
 * What stands in the streams beside events, for everybody who reads them: the catalogue is made of it.
 */

/** What each token of a subject stands for. */
export const SUBJECT_TOKENS = {
  partition:
    "0 to 63: the partition of the user id, see below. It stands in the subject so that one consumer can have some people's messages",
  userId: "Telegram's numeric user id in decimal",
  aggregateId: '`account`, or the id of a habit: 13 characters of a to z and 2 to 7',
  minute: 'when it is due, in minutes since 1970-01-01T00:00Z',
  tier: 'by how recently the person answered: `engaged`, `regular` or `dormant`',
  outcome: 'how it ended: `delivered`, `asked`, `suppressed`, `expired`, `failed` or `uncertain`',
  broadcastId: 'the id of a broadcast: 13 characters of a to z and 2 to 7',
  consumer: 'the durable consumer that could not handle the message',
  role: 'the service that tries it again: `bot`, `shard` or `sender`',
} as const;
export type SubjectToken = keyof typeof SUBJECT_TOKENS;

/** A message without `schema` is private to the service that writes and reads it. */
export type MessageDefinition = { name: string; meaning: string; schema?: z.ZodType };

export type Channel = {
  /** The subject, with `{token}` where it varies. */
  address: string;
  meaning: string;
  /** The services that write and read it. */
  writtenBy: string;
  readBy: string;
  /** None for EVENTS: its messages are the event catalogue. */
  messages: readonly MessageDefinition[];
};

type About = Omit<Channel, 'address'>;

/** Fills the wildcards of a stream's subject with tokens, in order; another word stands there as it is. */
function addressIn(stream: StreamName, tokens: readonly string[]): string {
  const left = [...tokens];
  const filled = STREAM_SUBJECTS[stream].replaceAll('*', () => {
    const token = left.shift() ?? '*';
    return token in SUBJECT_TOKENS ? `{${token}}` : token;
  });
  if (left.length > 0 || filled.includes('*')) throw new Error(`${filled}: not the tokens of ${stream}`);
  return filled;
}

const channel = (stream: StreamName, tokens: readonly string[], about: About): Channel => ({
  address: addressIn(stream, tokens),
  ...about,
});

const PERSON = ['partition', 'userId'];

const broadcastChannel = (what: string, readBy: string, message: MessageDefinition): Channel =>
  channel('BROADCASTS', ['broadcastId', what], {
    meaning: message.meaning,
    writtenBy: what === 'progressed' ? 'sender' : 'bot',
    readBy,
    messages: [message],
  });

/** Every stream's subjects, and what is published on them. */
export const channels: Record<StreamName, readonly Channel[]> = {
  EVENTS: [
    channel('EVENTS', [...PERSON, 'aggregateId'], {
      meaning: 'What happened to one account or one habit: the source of truth.',
      writtenBy: 'bot',
      readBy: 'bot, projector',
      messages: [],
    }),
  ],
  DELIVERIES: [
    channel('DELIVERIES', ['outcome', ...PERSON], {
      meaning: 'How reminders, and the messages of broadcasts, ended.',
      writtenBy: 'sender',
      readBy: 'projector; bot (refusals and questions)',
      messages: [
        {
          name: 'Delivery',
          meaning:
            'One queued reminder, or some of the occurrences in it, ended: delivered, asked, suppressed, expired, failed or ' +
            'uncertain. What ended as `uncertain` may have a second one, `delivered`. With `broadcastId` it is the message ' +
            'of a broadcast to one person.',
          schema: Delivery,
        },
      ],
    }),
  ],
  REMINDERS: [
    channel('REMINDERS', ['tier', ...PERSON, 'minute'], {
      meaning: 'All that is due for one person at one minute, queued once in 48 hours.',
      writtenBy: 'shards',
      readBy: 'sender',
      messages: [
        {
          name: 'ReminderDue',
          meaning: 'The habits of which one person is to be reminded, in one message.',
          schema: ReminderDue,
        },
      ],
    }),
    channel('REMINDERS', ['broadcast', ...PERSON, 'broadcastId'], {
      meaning: "A broadcast's message to one person, queued behind all reminders.",
      writtenBy: 'sender',
      readBy: 'sender',
      messages: [
        {
          name: 'BroadcastDue',
          meaning: 'One person is to get the text of a broadcast.',
          schema: BroadcastDue,
        },
      ],
    }),
  ],
  TICKS: [
    channel('TICKS', [], {
      meaning: 'One message for each minute, without gaps; missed ones come later, in order.',
      writtenBy: 'tick',
      readBy: 'shards',
      messages: [{ name: 'Tick', meaning: 'A minute began.', schema: Tick }],
    }),
  ],
  UPDATES: [
    channel('UPDATES', PERSON, {
      meaning: "One person's updates in the order in which they came.",
      writtenBy: 'ingress',
      readBy: 'bot',
      messages: [
        {
          name: 'TelegramUpdate',
          meaning: 'What Telegram sent, untouched: the Bot API documents its other fields.',
          schema: StoredUpdate,
        },
        {
          name: 'PageChanged',
          meaning: 'A change that a person made on the calendar page, among their updates.',
          schema: StoredUpdate.extend({ page_change: PageUpdate.describe('The change.') }),
        },
      ],
    }),
  ],
  REPLIES: [
    channel('REPLIES', PERSON, {
      meaning: 'What one person is still to be answered, merged: the newest message alone is kept.',
      writtenBy: 'bot',
      readBy: 'bot',
      messages: [
        {
          name: 'PendingReplies',
          meaning: 'Screens to be shown, in a form that may change with every release of the bot.',
        },
      ],
    }),
  ],
  MOVING: [
    channel('MOVING', PERSON, {
      meaning: 'Files to be read or written for one person.',
      writtenBy: 'bot',
      readBy: 'bot',
      messages: [{ name: 'MovingJob', meaning: 'An import or export to be done.', schema: MovingJob }],
    }),
  ],
  BROADCASTS: [
    broadcastChannel('requested', 'sender, bot', {
      name: 'BroadcastRequested',
      meaning: 'An admin confirmed a message to everybody.',
      schema: BroadcastRequested,
    }),
    broadcastChannel('tested', 'sender', {
      name: 'BroadcastTested',
      meaning: "An admin wants the message alone, by the way that everybody's would take.",
      schema: BroadcastTested,
    }),
    broadcastChannel('progressed', 'sender, bot', {
      name: 'BroadcastProgressed',
      meaning: 'How far the message is queued: the newest one counts.',
      schema: BroadcastProgressed,
    }),
    broadcastChannel('cancelled', 'sender, bot', {
      name: 'BroadcastCancelled',
      meaning: 'Nobody gets the message from now on.',
      schema: BroadcastCancelled,
    }),
  ],
  DEAD: [
    channel('DEAD', ['consumer'], {
      meaning: 'Messages that a consumer could not handle, put aside.',
      writtenBy: 'every service',
      readBy: 'operators',
      messages: [
        {
          name: 'DeadLetter',
          meaning:
            'A message, with what was wrong with it. The server remembers its `Nats-Msg-Id` for an hour, so the same one is ' +
            'stored once.',
          schema: DeadLetter,
        },
      ],
    }),
  ],
  REPLAYS: [
    channel('REPLAYS', ['role', 'consumer'], {
      meaning: 'Dead letters that an operator gives back to their consumer.',
      writtenBy: 'operators (`habitstream dead`)',
      readBy: 'bot, shards, sender',
      messages: [
        { name: 'RedrivenLetter', meaning: 'The dead letter as it stood in DEAD.', schema: DeadLetter },
      ],
    }),
  ],
};
