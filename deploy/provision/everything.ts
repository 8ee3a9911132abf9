import { projectionConsumers } from '#projections/engine/registry.ts';
import { prepareProjections } from '#projections/engine/versions.ts';
import { zonesInUse } from '#projections/schedules/due.ts';
import { connectNats } from '#services/platform/jetstream/connection.ts';
import type { NatsSettings } from '#services/platform/jetstream/login.ts';
import {
  disagreementLines,
  offsetsInPostgres,
  tzdataDisagreements,
} from '#services/platform/local-time/tzdata.ts';
import { openDatabase } from '#services/platform/process/database.ts';
import type { Log } from '#services/platform/process/log.ts';
import { limitWarning } from './byte-limits.ts';
import { type ProvisionOptions, provision } from './provision.ts';
import { provisionRoles } from './roles.ts';

export type ProvisionEverythingOptions = Pick<ProvisionOptions, 'shardCount' | 'natsStoreBytes' | 'force'> & {
  login: NatsSettings;
  databaseUrl: string;
  analyticsDatabaseUrl?: string;
  log: Log;
  /** Gets each line an operator wants to read. */
  print: (line: string) => void;
};

/**
 * Creates or updates everything that services expect to find: streams, buckets, consumers, the tables of every
 * projection, and a role of the database for each service that uses it. Warns where Node and Postgres disagree about a time zone in use. May be repeated, and run twice at once.
 * @throws {ProvisionRefused} before anything is changed, when a change is impossible, or would lose stored messages
 * and `force` is not set.
 */
export async function provisionEverything(options: ProvisionEverythingOptions): Promise<void> {
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
  const consumers = await projectionConsumers();
  await provision(nats, { shardCount, natsStoreBytes, force, consumers, log: print });
  const warning = await limitWarning(nats);
  if (warning !== undefined) print(warning);
  const databases = { schedules: database(databaseUrl), analytics: database(analyticsDatabaseUrl) };
  // Before the tables, since rights on these go to the roles that there are.
  for (const pool of Object.values(databases)) for (const line of await provisionRoles(pool)) print(line);
  for (const change of await prepareProjections(databases)) print(change);
  const zones = await zonesInUse(databases.schedules);
  const differing = await tzdataDisagreements(offsetsInPostgres(databases.schedules), zones, Date.now());
  for (const line of disagreementLines(differing)) print(`warning: ${line}`);
}
