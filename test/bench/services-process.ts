import { join } from 'node:path';
import { OUR_NODE, PROJECT_FOLDER } from '#deploy/local/project-folder.ts';
import { spawnServer } from '#deploy/local/server-process.ts';
import { type Simulator, startSimulator } from '#deploy/telegram/start.ts';
import type { BenchServers } from './servers.ts';

const TOKEN = '1234567:benchmark-of-all-services';
const UNLIMITED = 1_000_000;

export type ServicesProcess = { simulator: Simulator; pid: number };

/**
 * All services in one process of their own (`npm start` on given servers), beside a simulated Telegram without
 * limits in this process.
 */
export async function startServicesProcess(
  { natsUrl, databaseUrl }: BenchServers,
  dataDir: string,
  owned: AsyncDisposableStack,
): Promise<ServicesProcess> {
  const simulator = await startSimulator({
    port: 0,
    host: '127.0.0.1',
    botToken: TOKEN,
    overallPerSecond: UNLIMITED,
    perChatPerSecond: UNLIMITED,
    perChatBurst: UNLIMITED,
  });
  owned.defer(() => simulator.stop());
  const ready = Promise.withResolvers<void>();
  const services = await spawnServer({
    command: OUR_NODE,
    args: [join(PROJECT_FOLDER, 'deploy/cli/habitstream.ts'), 'start', '--data-dir', dataDir],
    env: {
      ...process.env,
      NATS_URL: natsUrl,
      DATABASE_URL: databaseUrl,
      BOT_TOKEN: TOKEN,
      TELEGRAM_API_ROOT: simulator.url,
      PORT: '0',
      SEND_RATE: '1000',
      BULK_RATE: '950',
      PAID_BROADCAST: 'true',
    },
    stopSignal: 'TERM',
    deadlineMs: 20_000,
    onLine: (line) => line.startsWith('Ready') && ready.resolve(),
  });
  owned.defer(() => services.stop());
  const ended = services.exited.then(() => {
    throw new Error(`the services did not start:\n${services.lastLines().join('\n')}`);
  });
  await Promise.race([ready.promise, ended]);
  ended.catch(() => undefined);
  return { simulator, pid: services.pid };
}
