import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { armDeadman } from '#deploy/local/deadman.ts';
import { resolveNatsServer } from '#deploy/local/nats-binary.ts';
import { startPostgres } from '#deploy/local/postgres.ts';
import { PROJECT_FOLDER } from '#deploy/local/project-folder.ts';
import { faults } from './catalogue.ts';
import { type FaultRow, failuresOf } from './fault.ts';
import { type Result, record, table } from './results.ts';

/*
 * `npm run test:faults [-- name ...] [--runs N] [--seed S] [--record]`: the full versions; README.md describes the
 * options.
 */

const { values, positionals } = parseArgs({
  options: {
    runs: { type: 'string' },
    seed: { type: 'string' },
    record: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});
const seed = Number(values.seed ?? Math.floor(Math.random() * 1e6));
const chosen = faults.filter(
  ({ name }) => positionals.length === 0 || positionals.some((wanted) => isMeant(wanted, name)),
);
if (chosen.length === 0 || !Number.isInteger(seed)) {
  console.error(`No such fault. There are:\n${faults.map(({ name }) => `  ${name}`).join('\n')}`);
  process.exit(1);
}

const folder = await mkdtemp(join(tmpdir(), 'habitstream-faults-'));
await chmod(folder, 0o711); // Postgres's account passes through when we are root
const disarm = armDeadman({ folder });
const dataDir = join(PROJECT_FOLDER, 'node_modules/.cache/habitstream');
const natsBinary = await resolveNatsServer({ dataDir, log: console.error });
const postgres = await startPostgres({
  dataDir: join(folder, 'postgres'),
  port: 0,
  database: 'postgres',
  ephemeral: true,
});
const servers = { natsBinary, postgresUrl: postgres.url, folder };
const machine = `${cpus().length} x ${cpus()[0]?.model}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`;
console.log(`${machine}, seed ${seed}\n`);

const results: Result[] = [];
const failures: string[] = [];
for (const { name, fullRuns, run, impossible } of chosen) {
  const why = impossible?.();
  if (why !== undefined) {
    console.log(`${name}: skipped, ${why}`);
    continue;
  }
  const beganMs = performance.now();
  try {
    const row: FaultRow = await run({ servers, seed, runs: Number(values.runs ?? fullRuns) });
    results.push({ ...row, date: new Date().toISOString().slice(0, 10), machine });
    failures.push(...failuresOf(row));
    const took = Math.round((performance.now() - beganMs) / 1000);
    console.log(`${name}: ${row.runs} runs, ${row.reminders} reminders, ${took} s`);
  } catch (error) {
    failures.push(`${name}, seed ${seed}: ${error instanceof Error ? error.stack : error}`);
    console.log(failures.at(-1));
  }
}
await postgres.stop();
await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
disarm();

console.log(`\n${table(results)}\n`);
await mkdir(join(PROJECT_FOLDER, 'test-results'), { recursive: true });
const file = join(
  PROJECT_FOLDER,
  'test-results',
  `faults-${new Date().toISOString().replaceAll(':', '-')}.json`,
);
await writeFile(file, `${JSON.stringify(results, undefined, 2)}\n`);
if (values.record) await record(results);
for (const failure of failures) console.log(`FAILED ${failure}`);
// Senders that a fault killed inside this process would keep it alive.
process.exit(failures.length > 0 ? 1 : 0);

/** The whole name of a fault selects that fault alone, any part of it all that contain it. */
function isMeant(wanted: string, name: string): boolean {
  return faults.some((fault) => fault.name === wanted) ? wanted === name : name.includes(wanted);
}
