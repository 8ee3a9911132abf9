/*
 * A stream as a log that others remember: which one it is, and up to where they know it.
 */

/**
 * The stream's metadata that says which log it is: the instant of its first creation. It is kept by backups, also where
 * the server counts the creation of a restored stream from then on. A stream that was never provisioned with it is known by its own
 * instant of creation, which is the same until then.
 */
export const LOG_ID = 'habitstream_log';

/** Up to where tables were made from a log, and by what they know it again. */
export type LogPosition = {
  /** Sequence of the last message in them; 0 before the first. */
  sequence: number;
  /** Which log it was. Null for tables of a version that did not keep it. */
  logId: string | null;
  /** The last of them that was there to be seen. Null before the first, and where it was not kept. */
  seen: SeenMessage | null;
};

/** A message of a log, told from any other that may come to have its sequence. `storedAtMs` is epoch ms. */
export type SeenMessage = { sequence: number; storedAtMs: number };
