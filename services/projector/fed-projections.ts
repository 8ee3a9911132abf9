import {
  type DatabaseName,
  type Projection,
  projectionConsumer,
  sourceNames,
} from '#projections/engine/projection.ts';
import {
  chosenBy,
  isChosen,
  loadProjection,
  loadProjections,
  projectionFolders,
} from '#projections/engine/registry.ts';
import { type Databases, isPrepared } from '#projections/engine/versions.ts';
import { watchConsumers } from '#services/platform/jetstream/consumer-watch.ts';
import { databaseCheck } from '#services/platform/process/database.ts';
import { kindOf } from '#services/platform/process/failure-run.ts';
import { type Running, stopAll } from '#services/platform/process/lifecycle.ts';
import type { Ports } from '#services/platform/process/run-service.ts';
import type { ProjectorConfig } from './config.ts';
import { startFeed } from './feed.ts';
import { measureProjections } from './projection-metrics.ts';

/** `waiting`: projections that are not fed yet, and why. */
export type FedProjections = Running & {
  waiting: ReadonlyMap<string, string>;
  /** How many are fed. */
  count(): number;
  /** Feeds those that can be fed by now, also ones whose folder is new. */
  look(): Promise<void>;
};

export type FedConfig = Pick<ProjectorConfig, 'projectorBatchSize' | 'projections'>;

export const NO_TABLES = 'has no tables, run "npm run habitstream -- provision"';

/**
 * The projections of this process. One whose database is away, or whose tables are missing, waits and keeps no other from
 * being fed. A folder that appears while the process runs is taken up once provisioning has made its tables.
 * @throws {NoSuchProjection} when the setting PROJECTIONS names one that has no folder.
 */
export async function openFedProjections(
  config: FedConfig,
  ports: Ports & Databases,
  directory: string,
): Promise<FedProjections> {
  const known = await loadProjections(directory);
  const names = new Set(known.map(({ name }) => name));
  const missing = chosenBy(config.projections, known);
  const feeds: Running[] = [];
  const fed: Projection[] = [];
  measureProjections(ports, fed);
  const waiting = new Map<string, string>();
  const watches = watchConsumers(ports, []);
  const checked = new Set<DatabaseName>();

  function feed(projection: Projection): void {
    waiting.delete(projection.name);
    missing.splice(missing.indexOf(projection), 1);
    fed.push(projection);
    for (const stream of sourceNames(projection)) {
      const watch = watches.of({ stream, name: projectionConsumer(projection.name, stream) });
      const database = ports[projection.database];
      feeds.push(
        startFeed(ports, { projection, stream, database, batchSize: config.projectorBatchSize, watch }),
      );
    }
  }

  async function feedIfPrepared(projection: Projection): Promise<void> {
    try {
      if (await isPrepared(ports[projection.database], projection.name)) feed(projection);
      else waiting.set(projection.name, NO_TABLES);
    } catch (error) {
      waiting.set(projection.name, `its database does not answer (${kindOf(error)})`);
    }
  }

  return {
    waiting,
    count: () => fed.length,
    async look() {
      const found = await newProjections(ports, directory, names);
      missing.push(...found.filter((projection) => isChosen(config.projections, projection)));
      for (const { database } of missing) {
        if (!checked.has(database))
          ports.readiness?.add(databaseCheck(ports[database], `Postgres of the ${database}`));
        checked.add(database);
      }
      await Promise.all(missing.map(feedIfPrepared));
    },
    stop: () => stopAll(feeds),
  };
}

/** Loads those whose folder is not among `known`, and adds them there. */
async function newProjections(
  ports: Ports & Databases,
  directory: string,
  known: Set<string>,
): Promise<Projection[]> {
  const found: Projection[] = [];
  for (const name of await projectionFolders(directory)) {
    // Code is loaded once only, so not before it has been provisioned: it may be half written.
    if (known.has(name) || !(await hasTables(ports, name))) continue;
    known.add(name);
    found.push(await loadProjection(directory, name));
    ports.log.info({ projection: name }, 'a new projection is taken up');
  }
  return found;
}

/** In a database that does not answer there is nothing to be found now. */
async function hasTables({ schedules, analytics }: Databases, name: string): Promise<boolean> {
  const found = await Promise.all(
    [schedules, analytics].map((pool) => isPrepared(pool, name).catch(() => false)),
  );
  return found.includes(true);
}
