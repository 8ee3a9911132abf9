import type { NatsConnection } from '@nats-io/transport-node';
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
import { driftOfEverything } from './check.ts';
import { type ProvisionOptions, provision } from './provision.ts';
import { provisionRoles } from './roles.ts';

export type ProvisionEverythingOptions = Pick<
  ProvisionOptions,
  'shardCount' | 'natsStoreBytes' | 'replicas' | 'force'
> & {
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
 * and `force` is not set; {DatabaseUnreachable} before anything is changed.
 */
export async function provisionEverything(options: ProvisionEverythingOptions): Promise<boolean> {
  await using stack = new AsyncDisposableStack();
  const { nats, databases } = await openStores(options, stack);
  const { shardCount, natsStoreBytes, replicas, force, print } = options;
  const projections = provisionedBy(options.projections, await loadProjections());
  const consumers = await projectionConsumers(projections);
  await provision(nats, { shardCount, natsStoreBytes, replicas, force, consumers, log: print });
  const warning = await limitWarning(nats);
  if (warning !== undefined) print(warning);
  await provisionTables(databases, 'schedules', projections, print);
  const problem = await analyticsProblem(databases);
  if (problem === undefined) await provisionTables(databases, 'analytics', projections, print);
  else print(`warning: ${problem}: run "npm run habitstream -- provision" again`);
  const zones = await zonesInUse(databases.schedules);
  const differing = await tzdataDisagreements(offsetsInPostgres(databases.schedules), zones, Date.now());
  for (const line of disagreementLines(differing)) print(`warning: ${line}`);
  return problem === undefined;
}

/**
 * Prints what provisioning would change and what operators have set, and changes nothing.
 * @returns whether something would be changed (`drift`), or would be refused.
 * @throws {DatabaseUnreachable}
 */
export async function checkEverything(
  options: Omit<ProvisionEverythingOptions, 'force'>,
): Promise<'equal' | 'drift' | 'refused'> {
  await using stack = new AsyncDisposableStack();
  const { nats, databases } = await openStores(options, stack);
  const away = await analyticsProblem(databases);
  if (away !== undefined) throw new DatabaseUnreachable(away);
  const projections = provisionedBy(options.projections, await loadProjections());
  const { changes, refused, theirs } = await driftOfEverything(nats, databases, projections, options);
  const { print } = options;
  for (const { target, change } of changes) print(`${target}: ${change}`);
  for (const { target, change, why } of refused) print(`refused: ${target}: ${change} (${why})`);
  for (const { target, change } of theirs) print(`yours: ${target}: ${change}`);
  const outcome = refused.length > 0 ? 'refused' : changes.length > 0 ? 'drift' : 'equal';
  print(outcome === 'equal' ? 'as declared' : `${changes.length} to be changed, ${refused.length} refused`);
  return outcome;
}

/** Raised when a database cannot be used. The message says which one; it has no secret. */
export class DatabaseUnreachable extends Error {
  override name = 'DatabaseUnreachable';
}

async function openStores(
  { login, databaseUrl, analyticsDatabaseUrl, log }: Omit<ProvisionEverythingOptions, 'force'>,
  stack: AsyncDisposableStack,
): Promise<{ nats: NatsConnection; databases: Databases }> {
  const nats = await connectNats(login, 'provision');
  stack.defer(() => nats.drain());
  const database = (url: string) => {
    const pool = openDatabase({ url, name: 'provision', max: 2, log });
    stack.defer(() => pool.end());
    return pool;
  };
  const schedules = database(databaseUrl);
  const problem = await databaseCheck(schedules).problem();
  if (problem !== undefined) throw new DatabaseUnreachable(`DATABASE_URL: Postgres ${problem}`);
  const isOwn = analyticsDatabaseUrl !== undefined && analyticsDatabaseUrl !== databaseUrl;
  return { nats, databases: { schedules, analytics: isOwn ? database(analyticsDatabaseUrl) : schedules } };
}

async function analyticsProblem({ schedules, analytics }: Databases): Promise<string | undefined> {
  if (analytics === schedules) return undefined;
  const problem = await databaseCheck(analytics).problem();
  return problem && `ANALYTICS_DATABASE_URL: Postgres of the analytics ${problem}`;
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
