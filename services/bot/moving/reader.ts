import { z } from 'zod';
import type { Log } from '#services/platform/process/log.ts';
import type { Reading } from './brought.ts';
import type { DateOrder } from './files/dates.ts';
import { DEADLINE_MS } from './limits.ts';
import { runProgram } from './own-process.ts';

/** Reads files that people send, each in a process of its own. */
export type FileReader = {
  /**
   * @param chosen how dates are meant, if the person was asked.
   * @returns `tookTooLong` also when the process died of the file: out of memory, or killed at the deadline.
   */
  read(bytes: Uint8Array, chosen?: DateOrder): Promise<Reading>;
};

/** What the reading process is told. */
export type ReadRequest = { bytes: Uint8Array; chosen?: DateOrder };

const Failed = z.object({ kind: z.literal('failed'), at: z.string() });
/** The process is ours, so that what it read has the shape that it says. */
const Said = z.union([
  Failed,
  z.custom<Reading>(
    (value) => z.looseObject({ kind: z.enum(['read', 'asks', 'refused']) }).safeParse(value).success,
  ),
]);

/**
 * A file may be made to hold up or to kill what reads it: a compressed gigabyte, a query without end inside a database. So
 * it is read by a process of its own; the event loop of the bot goes on meanwhile.
 */
export function openFileReader(log: Log, deadlineMs = DEADLINE_MS): FileReader {
  return {
    async read(bytes, chosen) {
      const message: ReadRequest = chosen === undefined ? { bytes } : { bytes, chosen };
      const said = await runProgram({ program: './read-process.ts', message, deadlineMs });
      if (said === undefined) return { kind: 'refused', why: 'tookTooLong' };
      const reading = Said.parse(said);
      if (reading.kind !== 'failed') return reading;
      log.warn({ at: reading.at }, 'a file that was sent could not be read');
      return { kind: 'refused', why: 'unknown' };
    },
  };
}
