import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { NatsConnection } from '@nats-io/transport-node';
import { type ExportRequest, exportLog } from '#deploy/events/export.ts';
import { storeHistory } from '#deploy/history/generate.ts';
import { provision } from '#deploy/provision/provision.ts';
import type { SourceName } from '#projections/engine/projection.ts';
import { lastSequence, readLog } from '#services/projector/read-log.ts';
import { startTestNats } from '#test/support/nats.ts';
import { testFolder } from '#test/support/run-folder.ts';

export type StoredMessage = { sequence: number; subject: string; body: Record<string, unknown> };

export type ExportFixture = Awaited<ReturnType<typeof startExportFixture>>;

/** A log of a few generated people, and folders to export it to. */
export async function startExportFixture() {
  const root = await testFolder('export');
  const server = await startTestNats();
  const nats = await server.connection();
  await provision(nats, { shardCount: 1 });
  await generate(nats, 0);
  let folders = 0;
  const newFolder = () => join(root, `to-${++folders}`);
  return {
    server,
    nats,
    newFolder,
    generate: (first: number) => generate(nats, first),

    /** A request for a folder of its own. */
    request: (wanted: Partial<ExportRequest> = {}): ExportRequest => ({
      ...{ stream: 'EVENTS', format: 'parquet', selection: {}, rowsPerFile: 100, folder: newFolder() },
      ...wanted,
    }),

    bring: (request: ExportRequest, signal = new AbortController().signal) =>
      exportLog({ nats, signal, onRead() {} }, request),

    /** What the log has, read by other code. */
    async stored(stream: SourceName): Promise<StoredMessage[]> {
      const found: StoredMessage[] = [];
      const range = { after: 0, upTo: await lastSequence(nats, stream) };
      for await (const { messages } of readLog(nats, stream, range, 1_000))
        for (const { sequence, subject, data } of messages)
          found.push({ sequence, subject, body: JSON.parse(Buffer.from(data).toString()) });
      return found;
    },

    stop: () => server.stop(),
  };
}

/** Eight people from a number on. */
async function generate(nats: NatsConnection, first: number): Promise<void> {
  const history = { seed: 3, days: 30, untilMs: Date.parse('2026-11-28T00:00:00Z'), people: 8, first };
  const unwatched = { signal: new AbortController().signal, onGenerated() {}, onStored() {} };
  await storeHistory(nats, history, unwatched);
}

export async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
    .toSorted();
}
