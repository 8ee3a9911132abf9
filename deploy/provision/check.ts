import type { NatsConnection } from '@nats-io/transport-node';
import { checkpointsOf } from '#projections/engine/checkpoints.ts';
import { isDefinedBy } from '#projections/engine/definitions.ts';
import type { Projection } from '#projections/engine/projection.ts';
import { viewsAreCurrent } from '#projections/engine/published-views.ts';
import { projectionConsumers } from '#projections/engine/registry.ts';
import { type Databases, isPrepared } from '#projections/engine/versions.ts';
import type { Change } from './changes.ts';
import { type Drift, driftOf, type ProvisionOptions } from './provision.ts';

/** Compares the servers with what contracts/ and projections/ declare, and changes nothing. */
export async function driftOfEverything(
  nats: NatsConnection,
  databases: Databases,
  projections: Projection[],
  options: Pick<ProvisionOptions, 'shardCount' | 'natsStoreBytes' | 'replicas'>,
): Promise<Drift> {
  const drift = await driftOf(nats, { ...options, consumers: await projectionConsumers(projections) });
  const changes: Change[] = [];
  for (const projection of projections) {
    const change = await changeOf(projection, databases);
    if (change !== undefined) changes.push({ target: `projection ${projection.name}`, change });
  }
  return { ...drift, changes: [...drift.changes, ...changes] };
}

async function changeOf(projection: Projection, databases: Databases): Promise<string | undefined> {
  const db = databases[projection.database];
  if (!(await isPrepared(db, projection.name))) return 'missing';
  const [current] = await checkpointsOf(db, projection.name);
  if (!current || !(await isDefinedBy(db, projection, current.fingerprint)))
    return `its tables are those of other code: npm run habitstream -- projections rebuild ${projection.name}`;
  return (await viewsAreCurrent(db, projection)) ? undefined : 'views changed';
}
