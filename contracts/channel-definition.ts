import type { z } from 'zod';
import type { StreamName } from './streams.ts';
import { STREAM_SUBJECTS } from './subjects.ts';

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
  hash: 'HMAC-SHA256 of a user id by a key of the installation, in base64url',
  role: 'the service that tries it again: `bot`, `shard` or `sender`',
} as const;
export type SubjectToken = keyof typeof SUBJECT_TOKENS;

/** `since` is a date. A message without `schema` is private to the service that writes and reads it. */
export type MessageDefinition = { name: string; since: string; meaning: string; schema?: z.ZodType };

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

export const channel = (stream: StreamName, tokens: readonly string[], about: About): Channel => ({
  address: addressIn(stream, tokens),
  ...about,
});
