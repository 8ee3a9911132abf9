import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { HistoryMessage } from './person/diary.ts';

/*
 * An external merge sort: people are generated one after the other, but a log tells of all of them in the order of time.
 * What they did is put aside in files, each in order, and these are read side by side. Memory holds one file's messages
 * while it is written, and one block of each file while they are merged.
 */

/** Messages of one file: about 15 MB of them in memory. */
const RUN_MESSAGES = 30_000;
const BLOCK_MESSAGES = 64;
const FASTEST = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** A file of messages in order, as blocks of compressed lines. */
type Run = { path: string; blocks: readonly { at: number; bytes: number }[] };

export type SortedRuns = {
  /** Messages of one person. Those of one instant stay in the order in which they are added. */
  add(messages: readonly HistoryMessage[]): Promise<void>;
  /** Everything that was added, in the order of time. */
  merged(): AsyncGenerator<HistoryMessage>;
};

/** @param folder an empty one; it is left to the caller to remove. */
export function openSortedRuns(folder: string): SortedRuns {
  const runs: Run[] = [];
  let waiting: HistoryMessage[] = [];

  async function write(): Promise<void> {
    const path = join(folder, `${runs.length}.zst`);
    const sorted = waiting.sort((a, b) => a.atMs - b.atMs);
    waiting = [];
    runs.push({ path, blocks: await writeBlocks(path, sorted) });
  }

  return {
    async add(messages) {
      for (const message of messages) waiting.push(message);
      if (waiting.length >= RUN_MESSAGES) await write();
    },
    async *merged() {
      if (waiting.length > 0) await write();
      yield* mergedRuns(runs);
    },
  };
}

async function writeBlocks(path: string, messages: readonly HistoryMessage[]): Promise<Run['blocks']> {
  const blocks: { at: number; bytes: number }[] = [];
  const file = await open(path, 'wx', 0o600);
  try {
    let at = 0;
    for (let first = 0; first < messages.length; first += BLOCK_MESSAGES) {
      const lines = messages.slice(first, first + BLOCK_MESSAGES).map(toLine);
      const block = zstdCompressSync(lines.join('\n'), FASTEST);
      await file.write(block);
      blocks.push({ at, bytes: block.length });
      at += block.length;
    }
  } finally {
    await file.close();
  }
  return blocks;
}

/** JSON has no tab and no line feed of its own. */
const toLine = ({ atMs, stream, subject, body }: HistoryMessage): string =>
  `${atMs}\t${stream}\t${subject}\t${body}`;

function fromLine(line: string): HistoryMessage {
  const [atMs, stream, subject = '', body = ''] = line.split('\t');
  return { atMs: Number(atMs), stream: stream === 'EVENTS' ? 'EVENTS' : 'DELIVERIES', subject, body };
}

async function* readRun({ path, blocks }: Run): AsyncGenerator<HistoryMessage[]> {
  const file = await open(path);
  try {
    for (const { at, bytes } of blocks) {
      const { buffer } = await file.read(Buffer.alloc(bytes), 0, bytes, at);
      yield zstdDecompressSync(buffer).toString().split('\n').map(fromLine);
    }
  } finally {
    await file.close();
    await rm(path);
  }
}

/** One of the runs while they are merged: what is left of its block. */
type Reading = {
  messages: HistoryMessage[];
  next: number;
  rest: AsyncGenerator<HistoryMessage[]>;
  run: number;
};

async function* mergedRuns(runs: readonly Run[]): AsyncGenerator<HistoryMessage> {
  const heap: Reading[] = [];
  try {
    for (const [run, each] of runs.entries()) {
      const rest = readRun(each);
      const first = await rest.next();
      if (!first.done) put(heap, { messages: first.value, next: 0, rest, run });
    }
    for (let first = heap[0]; first; first = heap[0]) {
      const message = first.messages[first.next++];
      if (message) yield message;
      if (first.next < first.messages.length) {
        sink(heap);
        continue;
      }
      const more = await first.rest.next();
      if (!more.done) Object.assign(first, { messages: more.value, next: 0 });
      else removeFirst(heap);
      sink(heap);
    }
  } finally {
    for (const { rest } of heap) await rest.return(undefined);
  }
}

/** Runs were written in the order of people, so of one instant the earlier run comes first. */
function isBefore(a: Reading, b: Reading): boolean {
  const difference = timeOf(a) - timeOf(b);
  return difference < 0 || (difference === 0 && a.run < b.run);
}

const timeOf = ({ messages, next }: Reading): number => messages[next]?.atMs ?? 0;

function put(heap: Reading[], reading: Reading): void {
  heap.push(reading);
  for (let child = heap.length - 1; child > 0; ) {
    const parent = (child - 1) >> 1;
    if (!swapIfBefore(heap, child, parent)) return;
    child = parent;
  }
}

function removeFirst(heap: Reading[]): void {
  const last = heap.pop();
  if (last && heap.length > 0) heap[0] = last;
}

/** Puts the first one where it belongs, after its time has changed. */
function sink(heap: Reading[]): void {
  for (let parent = 0; ; ) {
    const [left, right] = [2 * parent + 1, 2 * parent + 2];
    const [l, r] = [heap[left], heap[right]];
    const child = l && r && isBefore(r, l) ? right : left;
    if (!swapIfBefore(heap, child, parent)) return;
    parent = child;
  }
}

function swapIfBefore(heap: Reading[], child: number, parent: number): boolean {
  const [lower, upper] = [heap[child], heap[parent]];
  if (!lower || !upper || !isBefore(lower, upper)) return false;
  heap[child] = upper;
  heap[parent] = lower;
  return true;
}
