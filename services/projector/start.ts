import { NoSuchProjection, PROJECTIONS } from '#projections/engine/registry.ts';
import type { Databases } from '#projections/engine/versions.ts';
import { NotProvisioned } from '#services/platform/jetstream/errors.ts';
import { type Running, startLoop } from '#services/platform/process/lifecycle.ts';
import type { Ports } from '#services/platform/process/run-service.ts';
import { SettingsProblem } from '#services/platform/process/settings.ts';
import { type FedConfig, NO_TABLES, openFedProjections } from './fed-projections.ts';

/*
 * Guarantees:
 * - Rows and checkpoint commit in one transaction, in the order of each stream: exactly once, with any number of
 *   replicas, through kill -9 (G3).
 * - A checkpoint passes the end of its stream within about a second even where the last messages are poison or deleted,
 *   so that shards can wait for it (G5).
 * - Tables and a log that do not belong together are left as they are, until an operator has mended them.
 * - Poison is dead-lettered and holds nothing up (G10). While Postgres or NATS is away, nothing is acked.
 * - A projection whose database is away or whose tables are missing holds up no other; a new one is taken up without a restart.
 */

const LOOK_EVERY_MS = 5_000;

/**
 * @param directory the folder that all projections are in.
 * @throws {NotProvisioned} when no projection has tables; {SettingsProblem} when the setting PROJECTIONS names what is none.
 */
export async function start(
  config: FedConfig,
  ports: Ports & Databases,
  directory: string = PROJECTIONS,
): Promise<Running> {
  const fed = await openFedProjections(config, ports, directory).catch(asSettingsProblem);
  await fed.look();
  const reasons = [...fed.waiting.values()];
  if (fed.count() === 0 && reasons.length > 0 && reasons.every((reason) => reason === NO_TABLES)) {
    const names = [...fed.waiting.keys()].sort().join(', ');
    throw new NotProvisioned(
      `These projections have no tables: ${names}. Run "npm run habitstream -- provision" first.`,
    );
  }
  ports.readiness?.add({ name: 'projections', problem: () => waitingLine(fed.waiting) });
  const looking = startLoop(ports.clock, {
    async round(signal) {
      await ports.clock.sleep(LOOK_EVERY_MS, signal);
      if (!signal.aborted) await fed.look();
      return 0;
    },
    afterFailure(error) {
      ports.log.error({ err: error }, 'a new projection cannot be taken up');
      return LOOK_EVERY_MS;
    },
  });
  return {
    async stop() {
      await looking.stop();
      await fed.stop();
    },
  };
}

function waitingLine(waiting: ReadonlyMap<string, string>): string | undefined {
  const lines = [...waiting].map(([name, why]) => `${name} ${why}`);
  return lines.length === 0 ? undefined : lines.sort().join('; ');
}

function asSettingsProblem(error: unknown): never {
  if (error instanceof NoSuchProjection) throw new SettingsProblem(`PROJECTIONS: ${error.message}`);
  throw error;
}
