import { randomBytes, randomUUID } from 'node:crypto';
import { appendFile, chown, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type Account, assertNamedUser } from './postgres-account.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';
import { wayTo } from './reach.ts';
import { spawnServer } from './server-process.ts';
import { StartupProblem, systemCode } from './startup-problem.ts';

/** What is in a data folder of ours. */
export type ClusterFiles = {
  /** The PGDATA folder, owned by the account Postgres runs as. */
  cluster: string;
  /** The superuser's password, readable by us only. */
  password: string;
  /** Who runs it. */
  note: string;
};

export function clusterFiles(dataDir: string): ClusterFiles {
  return {
    cluster: join(dataDir, 'cluster'),
    password: join(dataDir, 'password'),
    note: join(dataDir, 'running.json'),
  };
}

const INITDB_MS = 120_000;

/** The environment of every Postgres program: nothing of ours, so that no PG… or LC_… setting changes it. */
export const POSTGRES_ENV = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/** For people to change: these stand in postgresql.conf, once, when the cluster is made. */
const SETTINGS = `
# Habitstream: a server for one machine.
max_connections = 200
shared_buffers = 128MB
work_mem = 16MB
maintenance_work_mem = 128MB
max_wal_size = 2GB
effective_io_concurrency = 16
random_page_cost = 1.1
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
log_min_duration_statement = 1000
`;

/**
 * Makes the cluster if there is none yet: whole or not at all, so an interrupted start leaves nothing behind
 * that the next one would take for data.
 * @returns the superuser's password.
 * @throws StartupProblem when initdb fails, or the password of an existing cluster is missing.
 */
export async function ensureCluster(
  files: ClusterFiles,
  binaries: PostgresBinaries,
  account: Account | undefined,
  durable: boolean,
): Promise<string> {
  if (await isCluster(files.cluster)) return readPassword(files);
  assertNamedUser();
  await removeUnfinished(files.cluster);
  const staging = `${files.cluster}.${randomUUID()}`;
  const secret = `${staging}.password`;
  const password = randomBytes(24).toString('base64url');
  try {
    await mkdir(staging, { mode: 0o700 });
    await writeFile(secret, password, { mode: 0o600 });
    await give(staging, account);
    await give(secret, account);
    await initdb(binaries.initdb, staging, secret, account, durable);
    await appendFile(join(staging, 'postgresql.conf'), SETTINGS);
    await writeFile(files.password, password, { mode: 0o600 });
    await rename(staging, files.cluster);
    return password;
  } finally {
    await rm(secret, { force: true });
    await rm(staging, { recursive: true, force: true });
  }
}

/** What an earlier start was making when it was killed. Nobody else is making one: the data is claimed. */
async function removeUnfinished(cluster: string): Promise<void> {
  const parent = dirname(cluster);
  const names = (await readdir(parent)).filter((name) => name.startsWith(`${basename(cluster)}.`));
  for (const name of names) await rm(join(parent, name), { recursive: true, force: true });
}

async function isCluster(folder: string): Promise<boolean> {
  const version = await readFile(join(folder, 'PG_VERSION'), 'utf8').catch(() => undefined);
  return version !== undefined;
}

async function readPassword(files: ClusterFiles): Promise<string> {
  try {
    return (await readFile(files.password, 'utf8')).trim();
  } catch (error) {
    const code = systemCode(error) ?? 'unknown error';
    throw new StartupProblem(
      `The database's password in ${files.password} cannot be read (${code}): restore that file, or move the data folder away to begin anew.`,
      { cause: error },
    );
  }
}

async function give(path: string, account: Account | undefined): Promise<void> {
  if (account === undefined) return;
  try {
    await chown(path, account.uid, account.gid);
  } catch (error) {
    throw new StartupProblem(
      `Postgres cannot run as root, and this root may not give files to user ${account.uid}: start as an ordinary user.`,
      { cause: error },
    );
  }
}

async function initdb(
  program: string,
  folder: string,
  secret: string,
  account: Account | undefined,
  durable: boolean,
): Promise<void> {
  await using way = await wayTo([folder, secret], account);
  const [pgdata = folder, pwfile = secret] = way.paths;
  const child = await spawnServer({
    command: program,
    args: [
      `--pgdata=${pgdata}`,
      `--pwfile=${pwfile}`,
      '--username=postgres',
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      // Built into Postgres: sorts the same on every machine, whatever locales it has.
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      ...(durable ? [] : ['--no-sync']),
    ],
    env: POSTGRES_ENV,
    ...(account === undefined ? {} : { account }),
    descriptors: way.descriptors,
    stopSignal: 'TERM',
    deadlineMs: INITDB_MS,
    onLine: () => {},
  });
  const { code } = await child.exited;
  if (code !== 0) throw new StartupProblem(`initdb failed. Its last lines:\n${child.lastLines().join('\n')}`);
}
