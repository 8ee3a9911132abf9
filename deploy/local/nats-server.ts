import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { ensureWritableFolder } from './data-folder.ts';
import { endLeftover, forgetRunning, recordRunning } from './leftover.ts';
import { assertPortFree } from './ports.ts';
import { type Exit, type ServerProcess, spawnServer } from './server-process.ts';
import { StartupProblem } from './startup-problem.ts';

const HOST = '127.0.0.1';
const READY_MS = 60_000;
const STOP_MS = 15_000;
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
  const { storeDir } = wishes;
  await ensureWritableFolder(storeDir);
  const note = join(storeDir, 'running.json');
  await endLeftover(note, 'The nats-server');
  await assertPortFree(wishes.port, 'nats-server');
  await assertPortFree(wishes.httpPort ?? 0, 'nats-server monitoring');

  // A folder of its own for each start: the ports file of an earlier one must not be taken for ours.
  const portsDir = join(storeDir, `ports-${randomUUID()}`);
  await mkdir(portsDir);
  const configFile = join(storeDir, 'nats-server.conf');
  await writeFile(configFile, configuration(wishes, portsDir));
  try {
    const server = await spawnServer({
      command: wishes.binary,
      args: ['--config', configFile],
      stopSignal: 'TERM',
      deadlineMs: STOP_MS,
      onLine: wishes.log ?? (() => {}),
    });
    await recordRunning(note, server.pid);
    const exited = server.exited.finally(() => forgetRunning(note));
    const ports = await untilReady(server, portsDir);
    return describe({ ...server, exited }, ports);
  } finally {
    await rm(portsDir, { recursive: true, force: true });
  }
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

const portsFile = z.object({ nats: z.array(z.string()).min(1), monitoring: z.array(z.string()).optional() });

/** The server writes its ports file once it listens, which is after its streams are loaded. */
async function untilReady(server: ServerProcess, portsDir: string): Promise<z.infer<typeof portsFile>> {
  let ended: Exit | undefined;
  server.exited.then((exit) => {
    ended = exit;
  });
  const deadline = performance.now() + READY_MS;
  while (performance.now() < deadline && ended === undefined) {
    const ports = await readPorts(portsDir);
    if (ports !== undefined) return ports;
    await delay(10);
  }
  const why = ended === undefined ? `was not ready within ${READY_MS / 1000} s` : 'ended while it started';
  await server.kill();
  throw new StartupProblem(`nats-server ${why}. Its last lines:\n${server.lastLines().join('\n')}`);
}

async function readPorts(portsDir: string): Promise<z.infer<typeof portsFile> | undefined> {
  try {
    const name = (await readdir(portsDir)).find((file) => file.endsWith('.ports')) ?? '';
    return portsFile.parse(JSON.parse(await readFile(join(portsDir, name), 'utf8')));
  } catch {
    return undefined; // not there yet, or half written
  }
}

function describe(server: ServerProcess, ports: z.infer<typeof portsFile>): NatsServer {
  const url = ports.nats[0] ?? '';
  const monitorUrl = ports.monitoring?.[0];
  const { pid, exited, stop, kill } = server;
  const monitoring = monitorUrl === undefined ? {} : { monitorUrl };
  return { url, port: Number(new URL(url).port), ...monitoring, pid, exited, stop, kill };
}
