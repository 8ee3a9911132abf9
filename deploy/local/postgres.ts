import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, escapeIdentifier } from 'pg';
import { ensureWritableFolder } from './data-folder.ts';
import { endLeftover, forgetRunning, recordRunning } from './leftover.ts';
import { assertPortFree, freePort } from './ports.ts';
import { type Account, postgresAccount } from './postgres-account.ts';
import { type PostgresBinaries, postgresBinaries } from './postgres-binaries.ts';
import { type ClusterFiles, clusterFiles, ensureCluster, POSTGRES_ENV } from './postgres-cluster.ts';
import { clearStaleLock, untilNobodyIn } from './postgres-lock.ts';
import { wayTo } from './reach.ts';
import { type Exit, type ServerProcess, spawnServer } from './server-process.ts';
import { StartupProblem } from './startup-problem.ts';

const HOST = '127.0.0.1';
const USER = 'postgres';
/** Recovery after a kill replays up to max_wal_size. */
const READY_MS = 120_000;
const STOP_MS = 30_000;
const PORT_TRIES = 3;

export type PostgresWishes = {
  /** Holds the cluster, its password (mode 600), and the note of who runs it. */
  dataDir: string;
  /** 0 takes a free one. */
  port: number;
  /** Made if it is missing; the `url` leads to it. */
  database?: string;
  /** No fsync: several times faster, and a power cut may destroy it. For tests of anything but durability. */
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
 * when it accepts queries. As root it runs under another account, wherever the project lies.
 * @throws StartupProblem when the port is taken, the folder cannot be written or is in use, or it ends early.
 */
export async function startPostgres(wishes: PostgresWishes): Promise<Postgres> {
  const files = clusterFiles(wishes.dataDir);
  await ensureWritableFolder(wishes.dataDir);
  await endLeftover(files.note, 'The Postgres');
  await assertPortFree(wishes.port, 'Postgres');
  const account = await postgresAccount(files.cluster);
  const binaries = await postgresBinaries(account);
  const password = await ensureCluster(files, binaries, account, wishes.ephemeral !== true);
  await clearStaleLock(files.cluster);

  const { server, port } = await launch(wishes, files, binaries, account);
  const url = (database: string) => `postgres://${USER}:${password}@${HOST}:${port}/${database}`;
  const database = wishes.database ?? 'habitstream';
  try {
    await ensureDatabase(url('postgres'), database);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { url: url(database), port, ...server };
}

type Running = Omit<Postgres, 'url' | 'port'>;

/** A free port may be taken by somebody else before Postgres has it, so try again with another one then. */
async function launch(
  wishes: PostgresWishes,
  files: ClusterFiles,
  binaries: PostgresBinaries,
  account: Account | undefined,
): Promise<{ server: Running; port: number }> {
  for (let left = wishes.port === 0 ? PORT_TRIES : 1; ; left -= 1) {
    const port = wishes.port === 0 ? await freePort() : wishes.port;
    const server = await spawnPostgres(wishes, files, binaries, account, port);
    if (await untilReady(server, files.cluster)) return { server: await supervised(server, files), port };
    const tail = server.lastLines().slice(-6).join('\n');
    await server.kill();
    const taken = await assertPortFree(port, 'Postgres').then(
      () => false,
      () => true,
    );
    if (!taken || left === 1) throw new StartupProblem(`Postgres did not start. Its last lines:\n${tail}`);
  }
}

async function spawnPostgres(
  wishes: PostgresWishes,
  files: ClusterFiles,
  binaries: PostgresBinaries,
  account: Account | undefined,
  port: number,
): Promise<ServerProcess> {
  await using way = await wayTo([files.cluster], account);
  return spawnServer({
    command: binaries.postgres,
    args: ['-D', ...way.paths, ...serverArgs(port, wishes.ephemeral === true)],
    env: POSTGRES_ENV,
    ...(account === undefined ? {} : { account }),
    descriptors: way.descriptors,
    stopSignal: 'INT',
    deadlineMs: STOP_MS,
    onLine: wishes.log ?? (() => {}),
  });
}

function serverArgs(port: number, ephemeral: boolean): string[] {
  const settings = [`port=${port}`, `listen_addresses=${HOST}`, 'unix_socket_directories='];
  const unsafe = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];
  return [...settings, ...(ephemeral ? unsafe : [])].flatMap((setting) => ['-c', setting]);
}

/** The lock file's eighth line says "ready" once recovery is over; that is what pg_ctl waits for too. */
async function untilReady(server: ServerProcess, cluster: string): Promise<boolean> {
  let ended = false;
  server.exited.then(() => {
    ended = true;
  });
  const deadline = performance.now() + READY_MS;
  while (performance.now() < deadline && !ended) {
    const lock = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '');
    const lines = lock.split('\n').map((line) => line.trim());
    if (lines[0] === String(server.pid) && lines[7] === 'ready') return true;
    await delay(10);
  }
  return false;
}

async function supervised(server: ServerProcess, files: ClusterFiles): Promise<Running> {
  await recordRunning(files.note, server.pid);
  const exited = server.exited.finally(() => forgetRunning(files.note));
  const kill = async () => {
    await server.kill();
    await untilNobodyIn(files.cluster);
  };
  return { pid: server.pid, exited, stop: server.stop, kill };
}

async function ensureDatabase(url: string, name: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name]);
    if (rowCount === 0) await client.query(`create database ${escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}
