import { readFile } from './read-file.ts';
import type { ReadRequest } from './reader.ts';

/*
 * The process in which one file is read (see reader.ts): it is told the bytes, tells its parent what it read, and ends.
 */
process.once('message', async ({ bytes, chosen }: ReadRequest) => {
  // What failed is told without its message: that may hold what the person wrote.
  const said = await readFile(bytes, chosen).catch((error: unknown) => ({
    kind: 'failed',
    at: error instanceof Error ? `${error.name} ${error.stack?.split('\n')[1]?.trim()}` : typeof error,
  }));
  process.send?.(said, () => process.disconnect());
});
