import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Client, escapeIdentifier } from 'pg';
import { claimData, noteServer, releaseData } from './data-claim.ts';
import { ensureWritableFolder } from './data-folder.ts';
import { assertPortFree, freePort } from './ports.ts';
import { type Account, postgresAccount } from './postgres-account.ts';
import { postgresBinaries } from './postgres-binaries.ts';
import { type ClusterFiles, clusterFiles, ensureCluster, POSTGRES_ENV } from './postgres-cluster.ts';
import { clearStaleLock } from './postgres-lock.ts';
import { wayTo } from './reach.ts';
import { type Exit, type ServerProcess, spawnServer } from './server-process.ts';
import { StartupProblem } from './startup-problem.ts';

const HOST = '127.0.0.1';
const USER = 'postgres';
/** Recovery after a kill replays up to max_wal_size. */
const READY_MS = 120_000;
const STOP_MS = 30_000;
const PORT_TRIES = 3;
const LINES_SHOWN = 6;

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
  const dataDir = resolve(wishes.dataDir);
  const files = clusterFiles(dataDir);
  await ensureWritableFolder(dataDir);
  await claimData(files.note, 'The Postgres');
  try {
    await assertPortFree(wishes.port, 'Postgres');
    const account = await postgresAccount(files.cluster);
    const binaries = await postgresBinaries(account);
    const password = await ensureCluster(files, binaries, account, wishes.ephemeral !== true);
    await clearStaleLock(files.cluster);
    const { server, port } = await launch({ wishes, files, program: binaries.postgres, account });
    const url = (name: string) => `postgres://${USER}:${password}@${HOST}:${port}/${name}`;
    const database = wishes.database ?? 'habitstream';
    await ensureDatabase(server, url('postgres'), database);
    const { pid, exited, stop, kill } = server;
    return { url: url(database), port, pid, exited, stop, kill };
  } catch (error) {
    await releaseData(files.note);
    throw error;
  }
}

type Launch = { wishes: PostgresWishes; files: ClusterFiles; program: string; account: Account | undefined };

/** A free port may be taken by somebody else before Postgres has it, so try again with another one then. */
async function launch(launch: Launch): Promise<{ server: ServerProcess; port: number }> {
  const wished = launch.wishes.port;
  for (let left = wished === 0 ? PORT_TRIES : 1; ; left -= 1) {
    const port = wished === 0 ? await freePort() : wished;
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
  { wishes, files, program, account }: Launch,
  port: number,
): Promise<ServerProcess> {
  await using way = await wayTo([files.cluster], account);
  const server = await spawnServer({
    command: program,
    args: ['-D', ...way.paths, ...serverArgs(port, wishes.ephemeral === true)],
    env: POSTGRES_ENV,
    ...(account === undefined ? {} : { account }),
    descriptors: way.descriptors,
    stopSignal: 'INT',
    deadlineMs: STOP_MS,
    onLine: wishes.log ?? (() => {}),
    onExit: () => releaseData(files.note),
  });
  await noteServer(files.note, server.pid);
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
