import { randomBytes, randomUUID } from 'node:crypto';
import { appendFile, chown, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type Account, assertNamedUser } from './postgres-account.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';
import { reachablePaths } from './reachable-paths.ts';
import { spawnServer } from './server-process.ts';
import { StartupProblem, systemCode } from './startup-problem.ts';

/** Paths in the data folder of Postgres. */
export type ClusterFiles = {
  /** The folder PGDATA, owned by the account that Postgres runs as. */
  cluster: string;
  /** The superuser's password, readable by the owner of the process alone. */
  password: string;
  /** Which process runs it. */
  claimFile: string;
};

export function clusterFiles(dataDir: string): ClusterFiles {
  return {
    cluster: join(dataDir, 'cluster'),
    password: join(dataDir, 'password'),
    claimFile: join(dataDir, 'running.json'),
  };
}

const INITDB_MS = 120_000;

/** Of every Postgres program. It inherits nothing, so that no PG… or LC_… variable changes what it does. */
export const POSTGRES_ENV = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/** Appended to postgresql.conf when the cluster is made; operators may change them there. */
const SETTINGS = `
# Habitstream: a server for one machine.
max_connections = 200
shared_buffers = 128MB
work_mem = 16MB
maintenance_work_mem = 128MB
max_wal_size = 2GB
# A recycled segment would keep what was in it, also of people who were forgotten.
wal_recycle = off
effective_io_concurrency = 16
random_page_cost = 1.1
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
log_min_duration_statement = 1000
`;

export type ClusterOptions = {
  files: ClusterFiles;
  binaries: PostgresBinaries;
  /** Undefined: that of this process. */
  account: Account | undefined;
  /** False: no fsync while it is made. */
  durable: boolean;
};

/**
 * Makes the cluster if there is none yet: whole or not at all, so that an interrupted start leaves nothing that the next
 * one would take for data.
 * @returns the superuser's password.
 * @throws {StartupProblem} when initdb fails, or the password of an existing cluster is missing.
 */
export async function ensureCluster(options: ClusterOptions): Promise<string> {
  const { files, account } = options;
  if (await isCluster(files.cluster)) return readPassword(files);
  assertNamedUser();
  await removeUnfinished(files.cluster);
  const staging = `${files.cluster}.${randomUUID()}`;
  const secret = `${staging}.password`;
  const password = randomBytes(24).toString('base64url');
  try {
    await mkdir(staging, { mode: 0o700 });
    await writeFile(secret, password, { mode: 0o600 });
    await giveTo(staging, account);
    await giveTo(secret, account);
    await initdb(options, staging, secret);
    await appendFile(join(staging, 'postgresql.conf'), SETTINGS);
    await writeFile(files.password, password, { mode: 0o600 });
    await rename(staging, files.cluster);
    return password;
  } finally {
    await rm(secret, { force: true });
    await rm(staging, { recursive: true, force: true });
  }
}

/** Removes what a killed start was making. No other process can be making a cluster here: the data is claimed. */
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
      `The database's password in ${files.password} cannot be read (${code}): restore that file, or move the data folder away to begin without data.`,
      { cause: error },
    );
  }
}

async function giveTo(path: string, account: Account | undefined): Promise<void> {
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
  { binaries, account, durable }: ClusterOptions,
  folder: string,
  secret: string,
): Promise<void> {
  await using reachable = await reachablePaths([folder, secret], account);
  const [pgdata = folder, pwfile = secret] = reachable.paths;
  const child = await spawnServer({
    command: binaries.initdb,
    args: [
      `--pgdata=${pgdata}`,
      `--pwfile=${pwfile}`,
      '--username=postgres',
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      // Built into Postgres: sorts the same on every machine, whatever locales are installed.
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      ...(durable ? [] : ['--no-sync']),
    ],
    env: POSTGRES_ENV,
    ...(account === undefined ? {} : { account }),
    descriptors: reachable.descriptors,
    stopSignal: 'TERM',
    deadlineMs: INITDB_MS,
    onLine: () => {},
  });
  const { code } = await child.exited;
  if (code !== 0) throw new StartupProblem(`initdb failed. Its last lines:\n${child.lastLines().join('\n')}`);
}
