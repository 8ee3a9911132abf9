import type { NatsConnection } from '@nats-io/transport-node';
import { checkpointsOf } from '#projections/engine/checkpoints.ts';
import type { Projection } from '#projections/engine/projection.ts';
import type { Databases } from '#projections/engine/versions.ts';
import { StoresDisagree } from '#services/platform/jetstream/errors.ts';
import { openLogGuard } from '#services/platform/jetstream/log-guard.ts';
import { driftOfEverything } from '../provision/check.ts';
import type { ProvisionOptions } from '../provision/provision.ts';
import { type Examination, type Finding, ok, problem, warning } from './finding.ts';
import { listed } from './nats.ts';

type Stores = { nats: NatsConnection; databases: Databases; projections: Projection[] };

/** Streams, buckets, consumers and tables against their definitions: what `provision --check` finds. */
export function definitions(
  { nats, databases, projections }: Stores,
  options: Pick<ProvisionOptions, 'shardCount' | 'natsStoreBytes' | 'replicas'>,
): Examination {
  const about = 'definitions';
  return {
    about,
    async look() {
      const { changes, refused, theirs } = await driftOfEverything(nats, databases, projections, options);
      const missing = changes.filter(({ change }) => change === 'missing').map(({ target }) => target);
      const other = changes.filter(({ change }) => change !== 'missing');
      const findings: Finding[] = [
        ...(missing.length > 0
          ? [problem(about, `missing: ${listed(missing)}`, 'npm run habitstream -- provision')]
          : []),
        ...refused.map(({ target, change, why }) =>
          problem(about, `${target}: ${change}`, `${why}: see provision --check`),
        ),
        ...other.map(({ target, change }) =>
          warning(about, `${target}: ${change}`, 'npm run habitstream -- provision'),
        ),
        ...theirs.map(({ target, change }) => ok('set by you', `${target}: ${change}`)),
      ];
      const isWell = missing.length + refused.length + other.length === 0;
      return isWell
        ? [ok(about, 'streams, buckets, consumers and tables are as declared'), ...findings]
        : findings;
    },
  };
}

/** Whether the tables of each projection were made from the streams that this NATS has. */
export function belongTogether({ nats, databases, projections }: Stores): Examination {
  const about = 'NATS and Postgres';
  return {
    about,
    async look() {
      const findings = await Promise.all(
        projections.map(async ({ name, database }) => {
          const checkpoints = await checkpointsOf(databases[database], name);
          const found = checkpoints.map((checkpoint) =>
            disagreement(
              openLogGuard(nats, { stream: checkpoint.stream, projection: name }).check(checkpoint),
            ),
          );
          return (await Promise.all(found)).flatMap((each) => each ?? []);
        }),
      );
      const all = findings.flat();
      if (all.length === 0) return [ok(about, 'belong together')];
      return all.map(({ found, advice }) => problem(about, found, advice));
    },
  };
}

async function disagreement(check: Promise<unknown>): Promise<StoresDisagree | undefined> {
  try {
    await check;
    return undefined;
  } catch (error) {
    if (error instanceof StoresDisagree) return error;
    throw error;
  }
}
