import { chmod, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Random, seeded } from '#deploy/capacity/random.ts';
import { startPostgres } from '#deploy/local/postgres.ts';
import { type Fault, type FaultRow, type FaultSettings, recovery } from './fault.ts';
import { FLOW_ROLES, type Flow, startFlow } from './flow.ts';

const MINUTES_A_STRIKE = 40;
const LONGEST_WAIT_MS = 1_500;
const LONGEST_AWAY_MS = 1_500;

/** `strike` resolves when the server is back. The fault is over when every role has done new work. */
export async function strikeServer(
  fault: string,
  flow: Flow,
  { seed, runs }: Pick<FaultSettings, 'seed' | 'runs'>,
  strike: (i: number, random: Random) => Promise<void>,
): Promise<FaultRow> {
  const random = seeded(seed, 1);
  const recoveries: number[] = [];
  while (recoveries.length < runs && (await flow.minutesLeft()) > MINUTES_A_STRIKE) {
    await delay(random() * LONGEST_WAIT_MS); // the moment and the length of a strike are drawn from the seed
    await strike(recoveries.length, random);
    const took = await Promise.all(FLOW_ROLES.map((role) => flow.worksAgain(role)));
    recoveries.push(Math.max(...took));
  }
  const verdict = await flow.finish();
  return { fault, runs: recoveries.length, ...verdict, recoveryMs: recovery(recoveries), seed };
}

const NATS = 'nats-server restarted in a loop, kill -9 and graceful by turns';
export const natsRestarts: Fault = {
  name: NATS,
  fullRuns: 20,
  async run(settings) {
    const { minutes } = lengthFor(settings);
    const flow = await startFlow(settings.servers, { minutes });
    try {
      return await strikeServer(NATS, flow, settings, async (i, random) => {
        if (i % 2 === 0) await flow.fixture.nats.kill();
        await delay(i % 2 === 0 ? random() * LONGEST_AWAY_MS : 0);
        await flow.fixture.nats.restart();
      });
    } finally {
      await flow.stop();
    }
  },
};

const POSTGRES = 'Postgres stopped and started while reminders are due, kill -9 and fast shutdown by turns';
export const postgresRestarts: Fault = {
  name: POSTGRES,
  fullRuns: 16,
  async run(settings) {
    const folder = await mkdtemp(join(settings.servers.folder, 'own-postgres-'));
    await chmod(folder, 0o711); // Postgres's account passes through when we are root
    const options = { dataDir: join(folder, 'data'), database: 'postgres' };
    let postgres = await startPostgres({ ...options, port: 0 });
    const { port } = postgres;
    try {
      const { minutes } = lengthFor(settings);
      const flow = await startFlow(settings.servers, { minutes, databaseUrl: postgres.url });
      try {
        return await strikeServer(POSTGRES, flow, settings, async (i, random) => {
          await (i % 2 === 0 ? postgres.stop() : postgres.kill());
          await delay(random() * LONGEST_AWAY_MS);
          postgres = await startPostgres({ ...options, port });
        });
      } finally {
        await flow.stop();
      }
    } finally {
      await postgres.stop();
    }
  },
};

const lengthFor = ({ runs }: FaultSettings) => ({ minutes: 80 + runs * MINUTES_A_STRIKE });
