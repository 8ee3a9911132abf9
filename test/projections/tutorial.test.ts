import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { PROJECT_FOLDER } from '#deploy/local/project-folder.ts';
import { eventually } from '#test/support/eventually.ts';
import { queryOnce } from '#test/support/postgres.ts';
import { testProcesses } from '#test/support/processes.ts';
import { testFolder } from '#test/support/run-folder.ts';
import { type Block, blocksOf } from './tutorial.ts';

/*
 * The tutorial to the letter, in a copy of the project with everything running: files are written as it shows them, commands run as
 * they stand, and what it says they print is printed.
 */

const processes = testProcesses();
const COPIED = [
  'contracts',
  'projections',
  'services',
  'deploy',
  'test',
  'package.json',
  'tsconfig.json',
  'vitest.config.ts',
];

async function copyOfProject(): Promise<string> {
  const folder = await testFolder('tutorial');
  for (const name of COPIED) await cp(join(PROJECT_FOLDER, name), join(folder, name), { recursive: true });
  await symlink(join(PROJECT_FOLDER, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

const hasNpm = process.env.npm_execpath !== undefined;

test.runIf(hasNpm)('a projection of one’s own, as the tutorial makes it', { timeout: 300_000 }, async () => {
  const project = await copyOfProject();
  const blocks = blocksOf(await readFile(join(project, 'projections/TUTORIAL.md'), 'utf8'));
  const environment = { DATA_DIR: join(project, '.habitstream'), NATS_SERVER: inject('natsServerBinary') };
  const running = await processes.startScript(join(project, 'deploy/cli/habitstream.ts'), ['start'], {
    ...environment,
    ...{ PORT: '0', NATS_PORT: '0', POSTGRES_PORT: '0' },
  });
  await running.line(/^Ready/, 120_000);

  const runs: string[] = [];
  const run = async (command: string, prints: string) => {
    runs.push(command);
    const wanted = prints.split('\n');
    const attempt = async () => {
      const output = await shell(command, project, environment);
      for (const line of wanted) expect(output, command).toContain(line);
    };
    // As it says of a projection that has not read all yet.
    if (prints.includes('equals')) await eventually(attempt, { timeoutMs: 60_000 });
    else await attempt();
  };
  const query = async (sql: string) => {
    const { DATABASE_URL } = JSON.parse(await readFile(join(environment.DATA_DIR, 'running.json'), 'utf8'));
    const analyst = new URL(DATABASE_URL);
    await queryOnce(DATABASE_URL, "ALTER ROLE habitstream_analyst PASSWORD 'of-a-test'");
    Object.assign(analyst, { username: 'habitstream_analyst', password: 'of-a-test' });
    return queryOnce(analyst.href, sql);
  };
  for (const block of blocks) await follow(block, { project, run, query });

  expect(runs).toHaveLength(6);
  await running.stop();
  expect(await running.exited).toMatchObject({ code: 0 });
});

type Following = {
  project: string;
  run(command: string, prints: string): Promise<void>;
  query(sql: string): Promise<unknown[]>;
};

async function follow(
  { kind, text, file, prints }: Block,
  { project, run, query }: Following,
): Promise<void> {
  if (kind === 'run') return run(text, prints);
  if (kind === 'file') {
    await mkdir(dirname(join(project, file)), { recursive: true });
    return writeFile(join(project, file), text);
  }
  const [row] = (await query(text)) as Record<string, unknown>[];
  expect(Number(row?.people)).toBeGreaterThan(50);
  expect(Number(row?.late_share)).toBeGreaterThan(0);
  expect(Number(row?.late_share)).toBeLessThan(1);
}

/** What a command prints, on both outputs, whether it succeeds or not. */
async function shell(command: string, cwd: string, env: Record<string, string>): Promise<string> {
  const { PATH, HOME } = process.env;
  const child = spawn('sh', ['-c', command], {
    cwd,
    env: { PATH, HOME, NO_COLOR: '1', ...env },
    timeout: 90_000,
  });
  const chunks: string[] = [];
  for (const output of [child.stdout, child.stderr])
    output.on('data', (chunk) => void chunks.push(String(chunk)));
  await once(child, 'close');
  return chunks.join('');
}
