import {
  BroadcastCancelled,
  BroadcastProgressed,
  BroadcastRequested,
  BroadcastTested,
} from './broadcasts.ts';
import { type Channel, channel, type MessageDefinition } from './channel-definition.ts';
import { ForgettingRequested, Tombstone } from './forgetting.ts';
import { BroadcastDue, DeadLetter, Delivery, ReminderDue, StoredUpdate, Tick } from './messages.ts';
import { MovingJob } from './moving.ts';
import { PageUpdate } from './page.ts';
import type { StreamName } from './streams.ts';

/*
 * What stands in the streams beside events, for everybody who reads them: the catalogue is made of it.
 */

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
          since: '2026-11-25',
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
          since: '2026-11-25',
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
          since: '2026-11-25',
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
      messages: [{ name: 'Tick', since: '2026-11-25', meaning: 'A minute began.', schema: Tick }],
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
          since: '2026-11-25',
          meaning: 'What Telegram sent, untouched: the Bot API documents its other fields.',
          schema: StoredUpdate,
        },
        {
          name: 'PageChanged',
          since: '2026-11-28',
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
          since: '2026-11-27',
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
      messages: [
        {
          name: 'MovingJob',
          since: '2026-11-28',
          meaning: 'An import or export to be done.',
          schema: MovingJob,
        },
      ],
    }),
  ],
  BROADCASTS: [
    broadcastChannel('requested', 'sender, bot', {
      name: 'BroadcastRequested',
      since: '2026-11-25',
      meaning: 'An admin confirmed a message to everybody.',
      schema: BroadcastRequested,
    }),
    broadcastChannel('tested', 'sender', {
      name: 'BroadcastTested',
      since: '2026-11-28',
      meaning: "An admin wants the message alone, by the way that everybody's would take.",
      schema: BroadcastTested,
    }),
    broadcastChannel('progressed', 'sender, bot', {
      name: 'BroadcastProgressed',
      since: '2026-11-25',
      meaning: 'How far the message is queued: the newest one counts.',
      schema: BroadcastProgressed,
    }),
    broadcastChannel('cancelled', 'sender, bot', {
      name: 'BroadcastCancelled',
      since: '2026-11-25',
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
          since: '2026-11-25',
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
        {
          name: 'RedrivenLetter',
          since: '2026-11-25',
          meaning: 'The dead letter as it stood in DEAD.',
          schema: DeadLetter,
        },
      ],
    }),
  ],
  FORGETTING: [
    channel('FORGETTING', PERSON, {
      meaning:
        'Who is to be forgotten: as long as it is there, nothing of theirs is handled; erased in the end.',
      writtenBy: 'bot, operators (`habitstream forget`)',
      readBy: 'forgetting, bot',
      messages: [
        {
          name: 'ForgettingRequested',
          meaning: 'A person is to be forgotten.',
          since: '2026-11-28',
          schema: ForgettingRequested,
        },
      ],
    }),
  ],
  TOMBSTONES: [
    channel('TOMBSTONES', ['hash'], {
      meaning: 'That a person was forgotten, of whom nothing else is left.',
      writtenBy: 'forgetting',
      readBy: 'forgetting, operators',
      messages: [
        {
          name: 'Tombstone',
          meaning: 'A log that is put back loses the person again.',
          since: '2026-11-28',
          schema: Tombstone,
        },
      ],
    }),
  ],
};
