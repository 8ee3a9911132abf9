import { connect, type NatsConnection } from '@nats-io/transport-node';
import { inject } from 'vitest';
import { type NatsServer, type NatsServerOptions, startNatsServer } from '#deploy/local/nats-server.ts';
import { eventually } from './eventually.ts';
import { testFolder } from './run-folder.ts';

export type TestNats = {
  /** Stays the same over restarts. */
  url: string;
  monitorUrl: string;
  storeDir: string;
  /** The server's process id now. */
  pid(): number;
  /** A new connection, closed by `stop()`. */
  connection(): Promise<NatsConnection>;
  /**
   * Stops it (or finds it killed), starts it on the same data and port, and waits until connections are back.
   * @param whileDown may change its data meanwhile.
   */
  restart(whileDown?: () => Promise<void>): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
  stop(): Promise<void>;
};

const RECONNECT_MS = 10_000;
const MAX_FILE_STORE_BYTES = 2 * 1024 ** 3;

type TestNatsOptions = Pick<NatsServerOptions, 'syncAlways' | 'extraConfig' | 'log' | 'maxFileStoreBytes'>;

/**
 * A nats-server of its own for a test file, on an empty store. It does not fsync at every message unless
 * `syncAlways` is asked for: kill -9 loses nothing either way, only a power cut would.
 * @param place the program and the store, when there is no test run that has them.
 */
export async function startTestNats(
  options: TestNatsOptions = {},
  place?: Pick<NatsServerOptions, 'binary' | 'storeDir'>,
): Promise<TestNats> {
  const { binary, storeDir } = place ?? {
    binary: inject('natsServerBinary'),
    storeDir: await testFolder('nats'),
  };
  const common = { binary, storeDir, syncAlways: false, maxFileStoreBytes: MAX_FILE_STORE_BYTES, ...options };
  let server: NatsServer = await startNatsServer({ ...common, port: 0, httpPort: 0 });
  const { url, port, monitorUrl = '' } = server;
  const httpPort = Number(new URL(monitorUrl).port);
  const connections: NatsConnection[] = [];

  return {
    url,
    monitorUrl,
    storeDir,
    pid: () => server.pid,
    async connection() {
      const connection = await connect({ servers: url, maxReconnectAttempts: -1, reconnectTimeWait: 50 });
      connections.push(connection);
      return connection;
    },
    async restart(whileDown) {
      await server.stop();
      await whileDown?.();
      server = await startNatsServer({ ...common, port, httpPort });
      await Promise.all(connections.filter((each) => !each.isClosed()).map(untilConnected));
    },
    kill: () => server.kill(),
    async stop() {
      await Promise.all(connections.map((connection) => connection.close()));
      await server.stop();
    },
  };
}

/** A request sent before the client has noticed the restart is lost with the old socket, so wait for an answer. */
async function untilConnected(connection: NatsConnection): Promise<void> {
  await eventually(() => connection.rtt(), { timeoutMs: RECONNECT_MS });
}
