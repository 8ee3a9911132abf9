import type { DeadLetter } from '#contracts/messages.ts';
import type { StoredLetter } from '#services/platform/jetstream/stored-letters.ts';

/** Control characters in a person's text could drive an operator's terminal. */
const CONTROL = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;
const ERROR_WIDTH = 100;

/** A letter in one line: what an operator chooses by. */
export function letterLine({ id, letter }: StoredLetter): string {
  const { at, consumer, stream, sequence, deliveries, error } = letter;
  const place = `${stream} ${sequence}`;
  const tries = deliveries === 1 ? '1 try' : `${deliveries} tries`;
  return [
    String(id).padStart(7),
    at,
    consumer.padEnd(14),
    place.padEnd(18),
    tries.padEnd(8),
    cut(error),
  ].join('  ');
}

/** A letter as a line of JSON, without the content of its message, which `show` prints. */
export function letterJson({ id, letter }: StoredLetter): string {
  const { payload: _, ...about } = letter;
  return JSON.stringify({ id, ...about });
}

/** Everything about a letter, its message decoded. */
export function letterPage({ id, letter }: StoredLetter): string {
  const { consumer, stream, sequence, subject, deliveries, error, at } = letter;
  return [
    `dead letter    ${id}`,
    `dead-lettered  ${at} by ${consumer}, after ${deliveries}`,
    `message        ${stream} ${sequence} on ${subject}`,
    `error          ${plain(error)}`,
    '',
    contentOf(letter),
  ].join('\n');
}

function contentOf({ payload }: DeadLetter): string {
  const text = Buffer.from(payload, 'base64').toString();
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return plain(text);
  }
}

function cut(error: string): string {
  const line = plain(error);
  return line.length > ERROR_WIDTH ? `${line.slice(0, ERROR_WIDTH - 1)}…` : line;
}

const plain = (text: string): string => text.replace(CONTROL, ' ');
