import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { groupSchema } from './chats/group.ts';
import { chatMessageSchema } from './chats/message.ts';
import { personSchema } from './chats/person.ts';
import { invoiceSchema, paymentSchema, subscriptionSchema } from './payments/payment.ts';

/** One line of the journal. Later lines replace earlier ones about the same thing. */
const journalEntrySchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('person'), person: personSchema }),
  z.object({ kind: z.literal('group'), group: groupSchema }),
  z.object({ kind: z.literal('message'), chatId: z.int(), message: chatMessageSchema }),
  z.object({ kind: z.literal('deleted'), chatId: z.int(), messageId: z.int() }),
  z.object({
    kind: z.literal('update'),
    atMs: z.number(),
    update: z.looseObject({ update_id: z.int() }),
    type: z.string(),
    chatId: z.int().optional(),
  }),
  z.object({ kind: z.literal('confirmed'), updateIds: z.array(z.int()) }),
  z.object({ kind: z.literal('numbers'), nextUpdateId: z.int(), nextMessageId: z.int() }),
  z.object({ kind: z.literal('invoice'), invoice: invoiceSchema }),
  z.object({ kind: z.literal('payment'), payment: paymentSchema }),
  z.object({ kind: z.literal('subscription'), subscription: subscriptionSchema }),
  z.object({ kind: z.literal('bot'), profile: z.record(z.string(), z.unknown()) }),
]);
export type JournalEntry = z.infer<typeof journalEntrySchema>;

/** Keeps the chats over a restart of the simulator: an append-only file, one JSON object a line. */
export type Journal = { append(entry: JournalEntry): void; close(): void };

const FILE_NAME = 'chats.ndjson';

/** What an earlier run wrote. Torn and unknown lines are left out: a killed process may leave half a line. */
export function readJournal(dataDir: string): JournalEntry[] {
  const path = join(dataDir, FILE_NAME);
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.flatMap((line) => {
    const parsed = journalEntrySchema.safeParse(parseJson(line));
    return parsed.success ? [parsed.data] : [];
  });
}

/**
 * Opens the journal with `current` as its whole content, which also drops what was replaced meanwhile.
 * The rename makes it all or nothing. Writes reach the kernel at once, so they outlive kill -9 of the process,
 * though not a power cut.
 */
export function openJournal(dataDir: string | undefined, current: readonly JournalEntry[]): Journal {
  if (dataDir === undefined) return { append: () => {}, close: () => {} };
  mkdirSync(dataDir, { recursive: true });
  const path = join(dataDir, FILE_NAME);
  writeFileSync(`${path}.new`, current.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  renameSync(`${path}.new`, path);
  const file = openSync(path, 'a');
  let open = true;
  let unwritten = Buffer.alloc(0);
  return {
    append(entry) {
      if (open)
        unwritten = writeAll(file, Buffer.concat([unwritten, Buffer.from(`${JSON.stringify(entry)}\n`)]));
    },
    close() {
      if (open) closeSync(file);
      open = false;
    },
  };
}

/** @returns what does not fit a full disk: it goes before the next entry, so that no line is torn or lost. */
function writeAll(file: number, bytes: Buffer<ArrayBuffer>): Buffer<ArrayBuffer> {
  let rest = bytes;
  try {
    while (rest.length > 0) rest = rest.subarray(writeSync(file, rest));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
  }
  return rest;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
