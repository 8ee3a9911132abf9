import type { KV } from '@nats-io/kv';
import type { z } from 'zod';
import { isLostRace } from './errors.ts';

/** `revision` is what the next write replaces. `value` is undefined for a key without one, or with an unreadable one. */
export type KvRecord<T> = { value: T | undefined; unreadable: boolean; revision: number };

/** Raised when another process wrote in between: read again and decide again. */
export class RecordMoved extends Error {
  override name = 'RecordMoved';
}

/** Reads a key by its schema. What other code wrote in another form counts as unreadable, never as an error. */
export async function readRecord<T>(kv: KV, key: string, schema: z.ZodType<T>): Promise<KvRecord<T>> {
  const entry = await kv.get(key);
  if (!entry) return { value: undefined, unreadable: false, revision: 0 };
  const { revision } = entry;
  if (entry.operation !== 'PUT') return { value: undefined, unreadable: false, revision };
  try {
    return { value: schema.parse(entry.json()), unreadable: false, revision };
  } catch {
    return { value: undefined, unreadable: true, revision };
  }
}

/**
 * Writes a key if it still stands at `revision`.
 * @throws {RecordMoved} if it does not.
 */
export async function writeRecord(kv: KV, key: string, value: unknown, revision: number): Promise<void> {
  const body = JSON.stringify(value);
  try {
    await (revision === 0 ? kv.create(key, body) : kv.update(key, body, revision));
  } catch (cause) {
    if (!isLostRace(cause)) throw cause;
    throw new RecordMoved(`key ${key} has moved on from ${revision}`, { cause });
  }
}
