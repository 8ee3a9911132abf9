import { fork } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Log } from '#services/platform/process/log.ts';
import type { Reading } from './brought.ts';
import type { DateOrder } from './files/dates.ts';
import { READ_DEADLINE_MS, READ_HEAP_MB } from './limits.ts';

/** Reads files that people send, each in a process of its own. */
export type FileReader = {
  /**
   * @param chosen how dates are meant, if the person was asked.
   * @returns `tookTooLong` also when the process died of the file: out of memory, or killed at the deadline.
   */
  read(bytes: Uint8Array, chosen?: DateOrder): Promise<Reading>;
};

const PROGRAM = fileURLToPath(new URL('./read-process.ts', import.meta.url));

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
 * it is read by a process without our settings, with a bounded heap, that is killed at a deadline; the event loop of the bot
 * goes on meanwhile.
 */
export function openFileReader(log: Log, deadlineMs = READ_DEADLINE_MS): FileReader {
  return {
    async read(bytes, chosen) {
      const folder = await mkdtemp(join(tmpdir(), 'habitstream-import-'));
      try {
        const path = join(folder, 'sent');
        await writeFile(path, bytes);
        const said = await inOwnProcess(chosen === undefined ? [path] : [path, chosen], deadlineMs);
        if (said.kind !== 'failed') return said;
        log.warn({ at: said.at }, 'a file that was sent could not be read');
        return { kind: 'refused', why: 'unknown' };
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

function inOwnProcess(parameters: string[], deadlineMs: number): Promise<z.infer<typeof Said>> {
  const { promise, resolve, reject } = Promise.withResolvers<z.infer<typeof Said>>();
  const child = fork(PROGRAM, parameters, {
    env: {},
    execArgv: [`--max-old-space-size=${READ_HEAP_MB}`, '--no-warnings'],
    // Dates and maps are sent as they are, and large readings faster than as JSON.
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), deadlineMs);
  child.once('message', (message) => {
    const said = Said.safeParse(message);
    if (said.success) resolve(said.data);
    else reject(new Error('the reading process sent no reading'));
  });
  child.once('error', reject);
  child.once('exit', () => {
    clearTimeout(timer);
    // After a message this is too late to matter.
    resolve({ kind: 'refused', why: 'tookTooLong' });
  });
  return promise;
}
