import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { eventually } from './eventually.ts';
import { startTestNats, type TestNats } from './nats.ts';
import { freePorts } from './ports.ts';

export type TestNatsCluster = {
  /** To the first server. */
  connection(): Promise<NatsConnection>;
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

/** Three nats-servers as one cluster, each on an empty store, ready to create replicated streams. */
export async function startTestNatsCluster(): Promise<TestNatsCluster> {
  for (let tries = 1; ; tries++) {
    try {
      return await startCluster();
    } catch (error) {
      // Routes cannot take port 0, so another process may have taken one of these.
      if (tries === TRIES) throw error;
    }
  }
}

async function startCluster(): Promise<TestNatsCluster> {
  const ports = await freePorts(SERVERS);
  const routes = ports.map((port) => `nats://127.0.0.1:${port}`).join(', ');
  const starting = ports.map((port, i) =>
    startTestNats({
      extraConfig: [
        `server_name: "${nameOf(i)}"`,
        `cluster { name: "habitstream-test", listen: "127.0.0.1:${port}", routes: [${routes}] }`,
      ].join('\n'),
    }),
  );
  const settled = await Promise.allSettled(starting);
  const servers = settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const stop = async () => {
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
    return {
      connection: () => first.connection(),
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
