import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, loadavg, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { benchAppend } from './append.ts';
import type { BenchRow } from './bench-row.ts';
import { benchExport } from './export.ts';
import { benchIngress } from './ingress.ts';
import { benchMemory } from './memory.ts';
import { benchProjection } from './projection.ts';
import { benchRebuildScale } from './rebuild-scale.ts';
import { benchSend } from './send.ts';
import { benchTap } from './tap.ts';
import { benchTick } from './tick.ts';
import { benchViews } from './views.ts';

/*
 * `npm run bench [-- name ...] [-- --users 100000]`: each figure beside the raw client doing the same work in the same
 * run, as a table and as JSON in bench-results/. Ratios travel between machines, rates do not.
 */

const { values, positionals } = parseArgs({
  options: { users: { type: 'string', default: '20000' } },
  allowPositionals: true,
});

const benches: Record<string, () => Promise<BenchRow[]>> = {
  append: benchAppend,
  tick: () => benchTick(Number(values.users)),
  send: benchSend,
  ingress: benchIngress,
  projection: benchProjection,
  tap: benchTap,
  memory: () => benchMemory(),
  views: benchViews,
  export: benchExport,
};

/** Too long to run unless asked for. */
const longBenches: typeof benches = {
  'rebuild-scale': () => benchRebuildScale(Number(values.users)),
};

const all = { ...benches, ...longBenches };
const chosen = positionals.length > 0 ? positionals : Object.keys(benches);
const unknown = chosen.filter((name) => !Object.hasOwn(all, name));
if (unknown.length > 0) {
  console.error(`No benchmark ${unknown.join(', ')}; there are: ${Object.keys(all).join(', ')}`);
  process.exit(1);
}

const machine = `${cpus().length} x ${cpus()[0]?.model}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`;
console.log(`${machine}, load ${loadavg()[0]?.toFixed(1)} at the start\n`);
const results: Record<string, BenchRow[]> = {};
for (const name of chosen) {
  const rows = (await all[name]?.()) ?? [];
  results[name] = rows;
  console.table(rows.map(({ name: row, ...figures }) => ({ name: row, ...rounded(figures) })));
}
await mkdir('bench-results', { recursive: true });
const file = `bench-results/${new Date().toISOString().replaceAll(':', '-')}.json`;
await writeFile(file, `${JSON.stringify({ machine, results }, undefined, 2)}\n`);
console.log(`\nWritten to ${file}`);

function rounded({ ours, raw, unit, ratio, note = '' }: Omit<BenchRow, 'name'>) {
  const short = (n: number) => Number(n.toPrecision(4));
  return { ours: short(ours), raw: short(raw), unit, ratio: short(ratio), note };
}
