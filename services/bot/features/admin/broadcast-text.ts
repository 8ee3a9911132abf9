import { BroadcastText, MAX_BROADCAST_BYTES, MAX_BROADCAST_ENTITIES } from '#contracts/broadcasts.ts';
import type { Input } from '../../incoming.ts';

/** What is too much in a text for everybody, so that the admin knows what to shorten. */
export type TooMuch =
  | { of: 'entities'; count: number; most: number }
  | { of: 'bytes'; kilobytes: number; most: number };

/**
 * The text for everybody that an admin typed, as it will be stored: Telegram bounds the characters, but lets each of a
 * hundred links be two thousand bytes long, which is more than BROADCASTS takes.
 * @returns undefined for no text at all.
 */
export function readBroadcastText({
  text,
  entities = [],
}: Extract<Input, { kind: 'text' }>): BroadcastText | TooMuch | undefined {
  const read = BroadcastText.safeParse({ text, entities }).data;
  return read && (excessOf(read) ?? read);
}

/** @returns undefined for a text that can be sent. */
export function excessOf(text: BroadcastText): TooMuch | undefined {
  const count = text.entities.length;
  if (count > MAX_BROADCAST_ENTITIES) return { of: 'entities', count, most: MAX_BROADCAST_ENTITIES };
  const bytes = Buffer.byteLength(JSON.stringify(text));
  if (bytes <= MAX_BROADCAST_BYTES) return undefined;
  return { of: 'bytes', kilobytes: Math.ceil(bytes / 1024), most: MAX_BROADCAST_BYTES / 1024 };
}
