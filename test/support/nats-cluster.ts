import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { eventually } from './eventually.ts';
import { startTestNats, type TestNats } from './nats.ts';
import { freePorts } from './ports.ts';

export type TestNatsCluster = {
  connection(): Promise<NatsConnection>;
  stop(): Promise<void>;
};

const SERVERS = 3;
const TRIES = 3;
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
        `server_name: "habitstream-test-${i}"`,
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
    const [first] = await Promise.all<TestNats>(starting);
    if (!first) throw new Error('no server');
    await untilElected(await first.connection());
    return { connection: () => first.connection(), stop };
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
