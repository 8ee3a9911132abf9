import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NatsConnection } from '@nats-io/transport-node';
import { exportLog } from '#deploy/events/export.ts';
import type { Format } from '#deploy/events/file-writer.ts';
import { storeHistory } from '#deploy/history/generate.ts';
import { provision } from '#deploy/provision/provision.ts';
import { lastSequence, readLog } from '#services/projector/read-log.ts';
import type { BenchRow } from './bench-row.ts';
import { perSecond } from './per-second.ts';
import { withStores } from './servers.ts';

/** Some 150,000 events. */
const PEOPLE = 3_000;
const UNTIL = '2026-11-28T00:00:00Z';
/** As the export reads. */
const BATCH = 5_000;
const ROWS_PER_FILE = 250_000;

/** Taking the log out in each format, beside reading the same messages and doing nothing with them. */
export async function benchExport(): Promise<BenchRow[]> {
  return withStores(async ({ nats }) => {
    await provision(nats, { shardCount: 1 });
    const { signal } = new AbortController();
    const history = { seed: 1, days: 60, untilMs: Date.parse(UNTIL), people: PEOPLE, first: 0 };
    await storeHistory(nats, history, { signal, onGenerated() {}, onStored() {} });
    const upTo = await lastSequence(nats, 'EVENTS');
    const raw = await perSecond(upTo, () => readAlone(nats, upTo));
    const rows: BenchRow[] = [];
    for (const format of ['parquet', 'ndjson'] as const) {
      const ours = await perSecond(upTo, () => exported(nats, format));
      const note = `${upTo} events; raw: read, and nothing else`;
      rows.push({ name: `export as ${format}`, ours, raw, unit: 'events/s', ratio: ours / raw, note });
    }
    return rows;
  });
}

async function readAlone(nats: NatsConnection, upTo: number): Promise<void> {
  let read = 0;
  for await (const { messages } of readLog(nats, 'EVENTS', { after: 0, upTo }, BATCH))
    read += messages.length;
  if (read !== upTo) throw new Error(`${read} of ${upTo} events were read`);
}

async function exported(nats: NatsConnection, format: Format): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'habitstream-bench-export-'));
  const { signal } = new AbortController();
  const request = { stream: 'EVENTS', format, selection: {}, folder, rowsPerFile: ROWS_PER_FILE } as const;
  try {
    await exportLog({ nats, signal, onRead() {} }, request);
  } finally {
    await rm(folder, { recursive: true });
  }
}
