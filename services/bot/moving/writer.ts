import type { ExportForm } from '#contracts/moving.ts';
import type { Exported } from './export/exported.ts';
import { DEADLINE_MS } from './limits.ts';
import { runProgram } from './own-process.ts';

/** What the writing process is told. */
export type WriteRequest = { form: ExportForm; exported: Exported };

const SUFFIXES: Readonly<Record<ExportForm, string>> = {
  loopDb: 'Loop.db',
  loopZip: 'Loop.zip',
  csv: 'days.csv',
  json: 'everything.json',
};

/** `Habitstream-2026-11-28-Loop.db`: grammY writes it unquoted, so that it has no spaces. */
export const fileName = ({ form, exported }: WriteRequest): string =>
  `Habitstream-${exported.on}-${SUFFIXES[form]}`;

/**
 * Writes a file in a process of its own: twenty years of fifty habits take some seconds, and the event loop of the bot goes
 * on meanwhile.
 * @throws when the process died.
 */
export async function written(request: WriteRequest): Promise<Uint8Array> {
  const bytes = await runProgram({
    program: './write-process.ts',
    message: request,
    deadlineMs: DEADLINE_MS,
  });
  if (!(bytes instanceof Uint8Array)) throw new Error(`the ${request.form} file was not written`);
  return bytes;
}
