import { jetstreamManager } from '@nats-io/jetstream';
import { connectNats } from '#services/platform/jetstream/connection.ts';
import type { Running } from '#services/platform/process/lifecycle.ts';
import { ensureWritableFolder } from './data-folder.ts';
import { keepServer } from './kept-server.ts';
import { type NatsServer, type NatsServerOptions, startNatsServer } from './nats-server.ts';
import { storeRoom, withLimits } from './store-room.ts';
import { restartWhenStuck } from './stuck-store.ts';

/** The environment's nats-server. `streamBytes`: what its streams may hold together. `url` stays over restarts. */
export type OwnNats = Running & Pick<NatsServer, 'url'> & { streamBytes: number };

type OwnNatsOptions = Pick<NatsServerOptions, 'binary' | 'storeDir' | 'port' | 'extraConfig'> & {
  /** Absent: by the disk. */
  streamBytes?: number | undefined;
};

/**
 * Starts the environment's nats-server with the room its disk has now, and again when it ended by itself, or a full disk has
 * stuck its streams and there is space.
 * @param print gets a line for people when that happens.
 */
export async function startOwnNats(
  { streamBytes: wanted, ...options }: OwnNatsOptions,
  print: (line: string) => void,
): Promise<OwnNats> {
  const { storeDir } = options;
  await ensureWritableFolder(storeDir);
  const room = wanted === undefined ? await storeRoom(storeDir) : withLimits(wanted);
  const { streamBytes, maxFileStoreBytes } = room;
  const start = (port: number) => startWithRoom({ ...options, port, httpPort: 0, maxFileStoreBytes });
  const first = await start(options.port);
  const kept = keepServer(first, { name: 'nats-server', startAgain: ({ port }) => start(port), print });
  const watch = restartWhenStuck({
    storeDir,
    monitorUrl: () => kept.running()?.monitorUrl,
    restart: kept.restart,
    print,
  });
  return {
    url: first.url,
    streamBytes,
    async stop() {
      // The watch may be waiting for a restart.
      await Promise.all([watch.stop(), kept.stop()]);
    },
  };
}

/**
 * Limits that streams have from a time when the disk had more room must fit the store all the same: beyond it the server
 * changes no limit, not even to a lower one.
 */
async function startWithRoom(
  options: NatsServerOptions & { maxFileStoreBytes: number },
): Promise<NatsServer> {
  const server = await startNatsServer(options);
  const limitBytes = await limitsOf(server.url);
  if (limitBytes < options.maxFileStoreBytes) return server;
  await server.stop();
  return startNatsServer({ ...options, maxFileStoreBytes: withLimits(limitBytes).maxFileStoreBytes });
}

/** The limits of all streams together. */
async function limitsOf(url: string): Promise<number> {
  const nats = await connectNats({ natsUrl: url }, 'start');
  try {
    const manager = await jetstreamManager(nats);
    let bytes = 0;
    for await (const { config } of manager.streams.list()) bytes += Math.max(0, config.max_bytes);
    return bytes;
  } finally {
    await nats.close();
  }
}
