import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { claimData, noteServer, releaseData } from './data-claim.ts';
import { ensureWritableFolder } from './data-folder.ts';
import { assertPortFree } from './ports.ts';
import { type Exit, type ServerProcess, spawnServer } from './server-process.ts';
import { StartupProblem } from './startup-problem.ts';

const HOST = '127.0.0.1';
const READY_MS = 60_000;
const STOP_MS = 15_000;
const LINES_SHOWN = 6;
const MAX_PAYLOAD_BYTES = 1_048_576;
const MAX_MEMORY_STORE_BYTES = 256 * 1024 ** 2;
const MAX_FILE_STORE_BYTES = 20 * 1024 ** 3;

export type NatsServerWishes = {
  /** The program, as `resolveNatsServer` finds it. */
  binary: string;
  /** Holds the streams, and beside them the configuration and the note of who runs it. */
  storeDir: string;
  /** 0 takes a free one. */
  port: number;
  /** Monitoring over HTTP; 0 takes a free port, absent means none. */
  httpPort?: number;
  /** fsync before every ack, as shipped (default). Without it a power cut loses acked messages. */
  syncAlways?: boolean;
  /** A full store wedges streams until a restart, so the server refuses before the disk is full. */
  maxFileStoreBytes?: number;
  /** More lines for the configuration file, such as accounts. */
  extraConfig?: string;
  log?: (line: string) => void;
};

export type NatsServer = {
  url: string;
  port: number;
  monitorUrl?: string;
  pid: number;
  exited: Promise<Exit>;
  /** Graceful. */
  stop(): Promise<void>;
  /** SIGKILL. The store can be started again. */
  kill(): Promise<void>;
};

/**
 * Starts a nats-server with JetStream on loopback, and returns when clients can connect and all streams are
 * loaded. The same `storeDir` can be started again, after a stop or a kill.
 * @throws StartupProblem when the port is taken, the folder cannot be written or is in use, or it ends early.
 */
export async function startNatsServer(wishes: NatsServerWishes): Promise<NatsServer> {
  const storeDir = resolve(wishes.storeDir);
  await ensureWritableFolder(storeDir);
  const note = join(storeDir, 'running.json');
  await claimData(note, 'The nats-server');
  const portsDir = join(storeDir, 'ports');
  try {
    await assertPortFree(wishes.port, 'nats-server');
    await assertPortFree(wishes.httpPort ?? 0, 'nats-server monitoring');
    // What a killed one left in there must not be taken for ours.
    await rm(portsDir, { recursive: true, force: true });
    await mkdir(portsDir);
    const server = await launch({ ...wishes, storeDir }, portsDir, note);
    return await untilReady(server, portsDir);
  } catch (error) {
    await releaseData(note);
    throw error;
  } finally {
    await rm(portsDir, { recursive: true, force: true });
  }
}

async function launch(wishes: NatsServerWishes, portsDir: string, note: string): Promise<ServerProcess> {
  const configFile = join(wishes.storeDir, 'nats-server.conf');
  await writeFile(configFile, configuration(wishes, portsDir), { mode: 0o600 }); // may name users' passwords
  const server = await spawnServer({
    command: resolve(wishes.binary),
    args: ['--config', configFile],
    stopSignal: 'TERM',
    deadlineMs: STOP_MS,
    onLine: wishes.log ?? (() => {}),
    onExit: () => releaseData(note),
  });
  await noteServer(note, server.pid);
  return server;
}

function configuration(wishes: NatsServerWishes, portsDir: string): string {
  const natsPort = (port: number) => (port === 0 ? -1 : port);
  const http = wishes.httpPort === undefined ? [] : [`http: "${HOST}:${natsPort(wishes.httpPort)}"`];
  return [
    '# Written anew at every start; changes here are lost.',
    `listen: "${HOST}:${natsPort(wishes.port)}"`,
    ...http,
    'server_name: "habitstream-local"',
    `ports_file_dir: ${JSON.stringify(portsDir)}`,
    `max_payload: ${MAX_PAYLOAD_BYTES}`,
    'jetstream {',
    `  store_dir: ${JSON.stringify(wishes.storeDir)}`,
    `  max_memory_store: ${MAX_MEMORY_STORE_BYTES}`,
    `  max_file_store: ${wishes.maxFileStoreBytes ?? MAX_FILE_STORE_BYTES}`,
    `  sync_interval: ${(wishes.syncAlways ?? true) ? 'always' : '"2m"'}`,
    '}',
    wishes.extraConfig ?? '',
  ].join('\n');
}

const portsFile = z.object({ nats: z.array(z.url()).min(1), monitoring: z.array(z.url()).optional() });

/** The server writes its ports file once it listens, which is after its streams are loaded. */
async function untilReady(server: ServerProcess, portsDir: string): Promise<NatsServer> {
  const ready = await server.until(() => readPorts(portsDir), READY_MS);
  const { pid, exited, stop, kill } = server;
  if (ready !== undefined) return { ...ready, pid, exited, stop, kill };
  const tail = server.lastLines().slice(-LINES_SHOWN).join('\n');
  await kill();
  throw new StartupProblem(`nats-server did not start. Its last lines:\n${tail}`);
}

type Addresses = Pick<NatsServer, 'url' | 'port' | 'monitorUrl'>;

async function readPorts(portsDir: string): Promise<Addresses | undefined> {
  try {
    const name = (await readdir(portsDir)).find((file) => file.endsWith('.ports')) ?? '';
    const { nats, monitoring } = portsFile.parse(JSON.parse(await readFile(join(portsDir, name), 'utf8')));
    const [url = ''] = nats;
    const [monitorUrl] = monitoring ?? [];
    return { url, port: Number(new URL(url).port), ...(monitorUrl === undefined ? {} : { monitorUrl }) };
  } catch {
    return undefined; // not there yet, or half written
  }
}
