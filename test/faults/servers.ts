import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { startTestNats } from '#test/support/nats.ts';
import { startTestNatsCluster } from '#test/support/nats-cluster.ts';
import { spawnNode, type TestProcess } from '#test/support/processes.ts';
import type { Servers } from './fault.ts';

const STARTED_MS = 60_000;

/** One server, or three nodes with a connection to whichever is there. */
export async function startNats(
  { natsBinary: binary, folder }: Servers,
  { isCluster = false, syncAlways = false }: { isCluster?: boolean; syncAlways?: boolean },
) {
  if (isCluster) {
    const cluster = await startTestNatsCluster({ binary, folder });
    const [nats] = cluster.nodes;
    if (!nats) throw new Error('a cluster without nodes');
    return { nats, cluster, connection: await cluster.connectionToAny(), natsUrl: cluster.url };
  }
  const storeDir = await mkdtemp(join(folder, 'nats-'));
  const nats = await startTestNats({ syncAlways }, { binary, storeDir });
  return { nats, cluster: undefined, connection: await nats.connection(), natsUrl: nats.url };
}

/** The simulated Telegram as a process of its own: see README.md. */
export async function startSimulatorProcess(
  token: string,
  perSecond: number,
): Promise<{ url: string; process: TestProcess }> {
  const settings = { BOT_TOKEN: token, PER_SECOND: String(perSecond) };
  const process = await spawnNode('test/faults/simulator-process.ts', [], settings);
  const line = await process.line(/^listens at /, STARTED_MS);
  return { url: line.slice('listens at '.length), process };
}
