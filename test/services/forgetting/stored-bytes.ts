import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** A text as it may stand in a file: as it is, escaped in JSON, and in base64 at each of the three places in its groups. */
export function formsOf(text: string): Buffer[] {
  const escaped = JSON.stringify(text)
    .slice(1, -1)
    .replace(/[\u0080-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const bytes = Buffer.from(text);
  const encoded = [0, 1, 2].map((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    // The first and last group depend on what stands beside the text.
    return whole.slice(before === 0 ? 0 : 4, Math.floor((before + bytes.length) / 3) * 4);
  });
  return [text, escaped, ...encoded].map((each) => Buffer.from(each));
}

/** An id as Postgres keeps a `bigint` in a row of a table. */
export function bigintForm(id: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt(id));
  return bytes;
}

/** Files below the folders that hold one of the traces in one of its forms, each with the traces in it. */
export async function filesWith(
  folders: readonly string[],
  traces: Readonly<Record<string, readonly Buffer[]>>,
): Promise<Record<string, string[]>> {
  const forms = Object.entries(traces).flatMap(([name, all]) => all.map((form) => ({ name, form })));
  const found: Record<string, string[]> = {};
  for (const folder of folders) {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    for (const entry of entries.filter((each) => each.isFile())) {
      const path = join(entry.parentPath, entry.name);
      const names = await namesIn(path, forms);
      if (names.length > 0) found[path.slice(folder.length)] = names;
    }
  }
  return found;
}

type Form = { name: string; form: Buffer };

/** None of a file that its server has removed meanwhile. */
async function namesIn(path: string, forms: readonly Form[]): Promise<string[]> {
  const longest = Math.max(...forms.map(({ form }) => form.length));
  const names = new Set<string>();
  let rest: Buffer = Buffer.alloc(0);
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 4 * 1024 * 1024 })) {
      const bytes = Buffer.concat([rest, chunk]);
      for (const { name, form } of forms) if (bytes.includes(form)) names.add(name);
      rest = bytes.subarray(Math.max(0, bytes.length - longest));
    }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  return [...names].sort();
}
