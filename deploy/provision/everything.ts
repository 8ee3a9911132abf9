import type { DatabaseName, Projection } from '#projections/engine/projection.ts';
import { loadProjections, projectionConsumers, provisionedBy } from '#projections/engine/registry.ts';
import { type Databases, prepareProjections } from '#projections/engine/versions.ts';
import { zonesInUse } from '#projections/schedules/due.ts';
import { connectNats } from '#services/platform/jetstream/connection.ts';
import type { NatsSettings } from '#services/platform/jetstream/login.ts';
import {
  disagreementLines,
  offsetsInPostgres,
  tzdataDisagreements,
} from '#services/platform/local-time/tzdata.ts';
import { databaseCheck, openDatabase } from '#services/platform/process/database.ts';
import type { Log } from '#services/platform/process/log.ts';
import { limitWarning } from './byte-limits.ts';
import { type ProvisionOptions, provision } from './provision.ts';
import { provisionRoles } from './roles.ts';

export type ProvisionEverythingOptions = Pick<ProvisionOptions, 'shardCount' | 'natsStoreBytes' | 'force'> & {
  login: NatsSettings;
  databaseUrl: string;
  analyticsDatabaseUrl?: string;
  /** Are made beside those that are not off by default. */
  projections?: readonly string[];
  log: Log;
  /** Gets each line an operator wants to read. */
  print: (line: string) => void;
};

/**
 * Creates or updates everything that services expect to find: streams, buckets, consumers, the tables of every
 * projection, and a role of the database for each service that uses it. Warns where Node and Postgres disagree about a
 * time zone in use. May be repeated, and run twice at once.
 * @returns false when the Postgres of the analytics did not answer: the rest is made without it, and it is to be run again.
 * @throws {ProvisionRefused} before anything is changed, when a change is impossible, or would lose stored messages
 * and `force` is not set.
 */
export async function provisionEverything(options: ProvisionEverythingOptions): Promise<boolean> {
  const { login, databaseUrl, analyticsDatabaseUrl = databaseUrl, log, print } = options;
  await using stack = new AsyncDisposableStack();
  const nats = await connectNats(login, 'provision');
  stack.defer(() => nats.drain());
  const database = (url: string) => {
    const pool = openDatabase({ url, name: 'provision', max: 2, log });
    stack.defer(() => pool.end());
    return pool;
  };
  const { shardCount, natsStoreBytes, force } = options;
  const projections = provisionedBy(options.projections, await loadProjections());
  const consumers = await projectionConsumers(projections);
  await provision(nats, { shardCount, natsStoreBytes, force, consumers, log: print });
  const warning = await limitWarning(nats);
  if (warning !== undefined) print(warning);
  const databases = { schedules: database(databaseUrl), analytics: database(analyticsDatabaseUrl) };
  await provisionTables(databases, 'schedules', projections, print);
  const problem =
    analyticsDatabaseUrl === databaseUrl ? undefined : await databaseCheck(databases.analytics).problem();
  if (problem === undefined) await provisionTables(databases, 'analytics', projections, print);
  else print(`warning: Postgres of the analytics ${problem}: run "npm run habitstream -- provision" again`);
  const zones = await zonesInUse(databases.schedules);
  const differing = await tzdataDisagreements(offsetsInPostgres(databases.schedules), zones, Date.now());
  for (const line of disagreementLines(differing)) print(`warning: ${line}`);
  return problem === undefined;
}

async function provisionTables(
  databases: Databases,
  database: DatabaseName,
  projections: readonly Projection[],
  print: (line: string) => void,
): Promise<void> {
  // Before the tables, since rights on these go to the roles that there are.
  for (const line of await provisionRoles(databases[database])) print(line);
  const there = projections.filter((projection) => projection.database === database);
  for (const change of await prepareProjections(databases, there)) print(change);
}
