import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Client, escapeIdentifier } from 'pg';
import { claimData, recordServer, releaseData } from './data-claim.ts';
import { ensureWritableFolder } from './data-folder.ts';
import { assertPortFree, freePort } from './ports.ts';
import { type Account, postgresAccount } from './postgres-account.ts';
import { postgresBinaries } from './postgres-binaries.ts';
import { type ClusterFiles, clusterFiles, ensureCluster, POSTGRES_ENV } from './postgres-cluster.ts';
import { clearStaleLock } from './postgres-lock.ts';
import { reachablePaths } from './reachable-paths.ts';
import { type Exit, type ServerProcess, spawnServer } from './server-process.ts';
import { StartupProblem } from './startup-problem.ts';

const HOST = '127.0.0.1';
const USER = 'postgres';
/** Recovery after a kill replays up to max_wal_size. */
const READY_MS = 120_000;
const STOP_MS = 30_000;
const PORT_TRIES = 3;
const LINES_SHOWN = 6;

export type PostgresOptions = {
  /** Holds the cluster, its password (mode 600) and the claim of the process that runs it. */
  dataDir: string;
  /** 0: a free one. */
  port: number;
  /** Made if it is missing. The `url` leads to it. Default `habitstream`. */
  database?: string;
  /** No fsync: several times faster, but a power cut may destroy the data. For tests of anything but durability. */
  ephemeral?: boolean;
  log?: (line: string) => void;
};

export type Postgres = {
  /** With the superuser's name and password. */
  url: string;
  port: number;
  pid: number;
  exited: Promise<Exit>;
  /** Fast shutdown: open transactions are rolled back, the data is checkpointed. */
  stop(): Promise<void>;
  /** SIGKILL of the server; waits until its backends are gone too. The data can be started again. */
  kill(): Promise<void>;
};

/**
 * Starts Postgres on loopback with its data in `dataDir`, making the cluster at the first start, and returns
 * when it accepts queries. Started by root it runs under another account, wherever the project lies.
 * @throws {StartupProblem} when the port is taken, the folder cannot be written or is in use, or Postgres ends early.
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const dataDir = resolve(options.dataDir);
  const files = clusterFiles(dataDir);
  await ensureWritableFolder(dataDir);
  await claimData(files.claimFile, 'The Postgres');
  try {
    await assertPortFree(options.port, 'Postgres');
    const account = await postgresAccount(files.cluster);
    const binaries = await postgresBinaries(account);
    const durable = options.ephemeral !== true;
    const password = await ensureCluster({ files, binaries, account, durable });
    await clearStaleLock(files.cluster);
    const { server, port } = await launch({ options, files, program: binaries.postgres, account });
    const url = (name: string) => `postgres://${USER}:${password}@${HOST}:${port}/${name}`;
    const database = options.database ?? 'habitstream';
    await ensureDatabase(server, url('postgres'), database);
    const { pid, exited, stop, kill } = server;
    return { url: url(database), port, pid, exited, stop, kill };
  } catch (error) {
    await releaseData(files.claimFile);
    throw error;
  }
}

type Launch = {
  options: PostgresOptions;
  files: ClusterFiles;
  program: string;
  account: Account | undefined;
};

/** Another process may take a free port before Postgres does: then it is started again with another port. */
async function launch(launch: Launch): Promise<{ server: ServerProcess; port: number }> {
  const requestedPort = launch.options.port;
  for (let left = requestedPort === 0 ? PORT_TRIES : 1; ; left -= 1) {
    const port = requestedPort === 0 ? await freePort() : requestedPort;
    const server = await spawnPostgres(launch, port);
    if (await server.until(() => isReady(launch.files.cluster, server.pid), READY_MS))
      return { server, port };
    const tail = server.lastLines().slice(-LINES_SHOWN).join('\n');
    await server.kill();
    const taken = await assertPortFree(port, 'Postgres').then(
      () => false,
      () => true,
    );
    if (!taken || left === 1) throw new StartupProblem(`Postgres did not start. Its last lines:\n${tail}`);
  }
}

async function spawnPostgres(
  { options, files, program, account }: Launch,
  port: number,
): Promise<ServerProcess> {
  await using reachable = await reachablePaths([files.cluster], account);
  const server = await spawnServer({
    command: program,
    args: ['-D', ...reachable.paths, ...serverArgs(port, options.ephemeral === true)],
    env: POSTGRES_ENV,
    ...(account === undefined ? {} : { account }),
    descriptors: reachable.descriptors,
    stopSignal: 'INT',
    deadlineMs: STOP_MS,
    onLine: options.log ?? (() => {}),
    onExit: () => releaseData(files.claimFile),
  });
  await recordServer(files.claimFile, server.pid);
  return server;
}

function serverArgs(port: number, ephemeral: boolean): string[] {
  const settings = [`port=${port}`, `listen_addresses=${HOST}`, 'unix_socket_directories='];
  const unsafe = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];
  return [...settings, ...(ephemeral ? unsafe : [])].flatMap((setting) => ['-c', setting]);
}

/** The lock file's eighth line says "ready" once recovery is over; that is what pg_ctl waits for too. */
async function isReady(cluster: string, pid: number): Promise<true | undefined> {
  const lock = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '');
  const lines = lock.split('\n').map((line) => line.trim());
  return lines[0] === String(pid) && lines[7] === 'ready' ? true : undefined;
}

async function ensureDatabase(server: ServerProcess, url: string, name: string): Promise<void> {
  const client = new Client({ connectionString: url });
  try {
    await client.connect();
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name]);
    if (rowCount === 0) await client.query(`create database ${escapeIdentifier(name)}`);
  } catch (error) {
    await server.stop();
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartupProblem(`Postgres started, but database ${name} cannot be opened: ${reason}`, {
      cause: error,
    });
  } finally {
    await client.end().catch(() => {});
  }
}
