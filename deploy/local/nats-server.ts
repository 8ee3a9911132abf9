import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { claimData, recordServer, releaseData } from './data-claim.ts';
import { ensureWritableFolder } from './data-folder.ts';
import { assertPortFree } from './ports.ts';
import { type Exit, type ServerProcess, spawnServer } from './server-process.ts';
import { StartupProblem } from './startup-problem.ts';
import { storeRoom } from './store-room.ts';

const HOST = '127.0.0.1';
const READY_MS = 60_000;
const STOP_MS = 15_000;
const LINES_SHOWN = 6;
const MAX_PAYLOAD_BYTES = 1_048_576;
const MAX_MEMORY_STORE_BYTES = 256 * 1024 ** 2;

export type NatsServerOptions = {
  /** The program, as `resolveNatsServer` finds it. */
  binary: string;
  /** Holds the streams, the configuration and the claim of the process that runs it. */
  storeDir: string;
  /** 0: a free one. */
  port: number;
  /** Port for monitoring over HTTP; 0: a free one. Absent: no monitoring. */
  httpPort?: number;
  /** Default true: fsync before every ack. Without it a power cut loses acked messages. */
  syncAlways?: boolean;
  /** A full disk wedges streams until a restart, so the server refuses messages beyond this. Absent: by the disk. */
  maxFileStoreBytes?: number;
  /** Further lines of the configuration file, such as accounts. */
  extraConfig?: string;
  log?: (line: string) => void;
};

export type NatsServer = {
  url: string;
  port: number;
  monitorUrl?: string;
  pid: number;
  exited: Promise<Exit>;
  stop(): Promise<void>;
  /** SIGKILL. The store can be started again. */
  kill(): Promise<void>;
};

/**
 * Starts a nats-server with JetStream on loopback, and returns when clients can connect and all streams are
 * loaded. The same `storeDir` can be started again, after a stop or a kill.
 * @throws {StartupProblem} when the port is taken, the folder cannot be written or is in use, or the server ends early.
 */
export async function startNatsServer(options: NatsServerOptions): Promise<NatsServer> {
  const storeDir = resolve(options.storeDir);
  await ensureWritableFolder(storeDir);
  const claimFile = join(storeDir, 'running.json');
  await claimData(claimFile, 'The nats-server');
  const portsDir = join(storeDir, 'ports');
  try {
    await assertPortFree(options.port, 'nats-server');
    await assertPortFree(options.httpPort ?? 0, 'nats-server monitoring');
    // The ports file of a killed server must not be taken for the new one's.
    await rm(portsDir, { recursive: true, force: true });
    await mkdir(portsDir);
    const server = await launch({ ...options, storeDir }, portsDir, claimFile);
    return await untilReady(server, portsDir);
  } catch (error) {
    await releaseData(claimFile);
    throw error;
  } finally {
    await rm(portsDir, { recursive: true, force: true });
  }
}

async function launch(
  options: NatsServerOptions,
  portsDir: string,
  claimFile: string,
): Promise<ServerProcess> {
  const configFile = join(options.storeDir, 'nats-server.conf');
  const maxFileStoreBytes =
    options.maxFileStoreBytes ?? (await storeRoom(options.storeDir)).maxFileStoreBytes;
  // The mode is for passwords in extraConfig.
  await writeFile(configFile, configuration({ ...options, maxFileStoreBytes }, portsDir), { mode: 0o600 });
  const server = await spawnServer({
    command: resolve(options.binary),
    args: ['--config', configFile],
    // It has no use for our settings, of which some are secret.
    env: {},
    stopSignal: 'TERM',
    deadlineMs: STOP_MS,
    onLine: options.log ?? (() => {}),
    onExit: () => releaseData(claimFile),
  });
  await recordServer(claimFile, server.pid);
  return server;
}

function configuration(options: NatsServerOptions & { maxFileStoreBytes: number }, portsDir: string): string {
  const natsPort = (port: number) => (port === 0 ? -1 : port);
  const http = options.httpPort === undefined ? [] : [`http: "${HOST}:${natsPort(options.httpPort)}"`];
  return [
    '# Written at every start; changes here are lost.',
    `listen: "${HOST}:${natsPort(options.port)}"`,
    ...http,
    'server_name: "habitstream-local"',
    `ports_file_dir: ${JSON.stringify(portsDir)}`,
    `max_payload: ${MAX_PAYLOAD_BYTES}`,
    'jetstream {',
    `  store_dir: ${JSON.stringify(options.storeDir)}`,
    `  max_memory_store: ${MAX_MEMORY_STORE_BYTES}`,
    `  max_file_store: ${options.maxFileStoreBytes}`,
    `  sync_interval: ${(options.syncAlways ?? true) ? 'always' : '"2m"'}`,
    '}',
    options.extraConfig ?? '',
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
