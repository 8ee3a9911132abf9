import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { eventually } from './eventually.ts';
import { startTestNats, type TestNats } from './nats.ts';
import { freePorts } from './ports.ts';

export type TestNatsCluster = {
  nodes: readonly TestNats[];
  /** Of all nodes, as the processes are given it. */
  url: string;
  /** To the first server. */
  connection(): Promise<NatsConnection>;
  /** To whichever server is there. Closed by `stop()`. */
  connectionToAny(): Promise<NatsConnection>;
  /** The node that leads a stream now. It may be another one at once. */
  leaderOf(stream: string): Promise<TestNats>;
  /** Resolves when every replica of every stream and of the cluster's own state is level with its leader. */
  untilCurrent(): Promise<void>;
  /** Makes the first server the leader of a stream. */
  lead(stream: string): Promise<void>;
  /** While `work` runs the other servers stand still, so that the first one takes writes and can store none. */
  withoutQuorum<T>(work: () => Promise<T>): Promise<T>;
  stop(): Promise<void>;
};

const SERVERS = 3;
const TRIES = 3;
const nameOf = (server: number) => `habitstream-test-${server}`;
const ELECTED_MS = 60_000;
/** A node that stands still is left after two seconds: who looks on should not be held up as long as those that it looks at. */
const PATIENT = { maxReconnectAttempts: -1, reconnectTimeWait: 50, pingInterval: 1_000, maxPingOut: 2 };

/** The program, and a folder for the stores, when there is no test run that has them. */
type Place = { binary: string; folder: string };

/** Three nats-servers as one cluster, each on an empty store, ready to create replicated streams. */
export async function startTestNatsCluster(place?: Place): Promise<TestNatsCluster> {
  for (let tries = 1; ; tries++) {
    try {
      return await startCluster(place);
    } catch (error) {
      // Routes cannot take port 0, so another process may have taken one of these.
      if (tries === TRIES) throw error;
    }
  }
}

async function startCluster(place: Place | undefined): Promise<TestNatsCluster> {
  const ports = await freePorts(SERVERS);
  const routes = ports.map((port) => `nats://127.0.0.1:${port}`).join(', ');
  const starting = ports.map(async (port, i) => {
    const extraConfig = [
      `server_name: "${nameOf(i)}"`,
      `cluster { name: "habitstream-test", listen: "127.0.0.1:${port}", routes: [${routes}] }`,
    ].join('\n');
    return startTestNats({ extraConfig }, place && (await ownStore(place)));
  });
  const settled = await Promise.allSettled(starting);
  const servers = settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const connections: NatsConnection[] = [];
  const stop = async () => {
    await Promise.all(connections.map((connection) => connection.close()));
    await Promise.all(servers.map((server) => server.stop()));
  };
  try {
    const [first, ...others] = await Promise.all<TestNats>(starting);
    if (!first) throw new Error('no server');
    const nats = await first.connection();
    await untilElected(nats);
    const signalOthers = (signal: NodeJS.Signals) => {
      for (const { pid } of others) process.kill(pid(), signal);
    };
    const urls = servers.map(({ url }) => url);
    const connectionToAny = async () => {
      const connection = await connect({ servers: urls, ...PATIENT });
      connections.push(connection);
      return connection;
    };
    const anywhere = await connectionToAny();
    return {
      nodes: servers,
      url: urls.join(','),
      connection: () => first.connection(),
      connectionToAny,
      async leaderOf(stream) {
        const name = await leaderName(anywhere, stream);
        return servers.find((_, i) => nameOf(i) === name) ?? first;
      },
      untilCurrent: () => untilCurrent(anywhere),
      lead: (stream) => untilLed(nats, stream),
      async withoutQuorum(work) {
        signalOthers('SIGSTOP');
        try {
          return await work();
        } finally {
          signalOthers('SIGCONT');
        }
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A cluster takes streams once it has a leader that knows all servers. */
async function untilElected(nats: NatsConnection): Promise<void> {
  const name = 'probe';
  await eventually(
    async () => {
      const { streams } = await jetstreamManager(nats, { checkAPI: false, timeout: 2_000 });
      await streams.add({ name, subjects: [name], num_replicas: SERVERS });
      await streams.delete(name);
    },
    { timeoutMs: ELECTED_MS },
  );
}

async function untilLed(nats: NatsConnection, stream: string): Promise<void> {
  const { streams } = await jetstreamManager(nats, { checkAPI: false, timeout: 2_000 });
  const placement = { preferred: nameOf(0) };
  await eventually(
    async () => {
      const { cluster } = await streams.info(stream);
      if (cluster?.leader === placement.preferred) return;
      await nats.request(`$JS.API.STREAM.LEADER.STEPDOWN.${stream}`, JSON.stringify({ placement }));
      throw new Error(`${stream} is led by ${cluster?.leader}`);
    },
    { timeoutMs: ELECTED_MS },
  );
}

const ownStore = async ({ binary, folder }: Place) => ({
  binary,
  storeDir: await mkdtemp(join(folder, 'nats-')),
});

function leaderName(nats: NatsConnection, stream: string): Promise<string> {
  return eventually(async () => {
    const { streams } = await jetstreamManager(nats, { checkAPI: false, timeout: 2_000 });
    const leader = (await streams.info(stream)).cluster?.leader;
    if (!leader) throw new Error(`${stream} has no leader`);
    return leader;
  });
}

async function untilCurrent(nats: NatsConnection): Promise<void> {
  await eventually(
    async () => {
      const { streams } = await jetstreamManager(nats, { checkAPI: false, timeout: 2_000 });
      for await (const { config, cluster } of streams.list()) {
        const replicas = cluster?.replicas ?? [];
        const isCurrent =
          replicas.length === SERVERS - 1 && replicas.every(({ current, offline }) => current && !offline);
        if (!isCurrent) throw new Error(`${config.name} is not level on every node`);
      }
    },
    { timeoutMs: ELECTED_MS },
  );
}
