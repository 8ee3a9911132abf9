import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PROJECT_FOLDER } from '#deploy/local/project-folder.ts';

/** The commands of the `nats` CLI in the fenced blocks of a file, without their comments. */
export async function natsCommandsIn(file: string): Promise<string[]> {
  const text = await readFile(join(PROJECT_FOLDER, file), 'utf8');
  const blocks = [...text.matchAll(/^```sh\n(.*?)^```/gms)].map(([, block = '']) => block);
  const lines = blocks
    .flatMap((block) => block.split('\n'))
    .map((line) => line.replace(/\s+# .*$/, '').trim());
  return lines.filter((line) => /(^|[\s(])nats (?!permissions)/.test(line));
}

/** Those that server-check.test.ts runs, on servers that stand as each needs it. */
export const isServerCheck = (command: string): boolean => command.startsWith('nats server check');
