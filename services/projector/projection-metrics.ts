import { checkpointsOf } from '#projections/engine/checkpoints.ts';
import type { Projection } from '#projections/engine/projection.ts';
import type { Databases } from '#projections/engine/versions.ts';
import { gaugesByAsking } from '#services/platform/process/metrics.ts';
import type { Ports } from '#services/platform/process/run-service.ts';
import { lagOf } from './status.ts';

const GAUGES = {
  habitstream_projection_lag_messages: {
    help: 'Messages of a stream that are not in the rows of a projection yet, deleted ones among them',
    labels: ['projection', 'stream'],
  },
  habitstream_projection_lag_seconds: {
    help: 'How long the first of these messages has waited; 0 when the rows are level with the stream',
    labels: ['projection', 'stream'],
  },
} as const;

/** By the checkpoints in Postgres and the ends of the streams. One whose database is away hides its own lag alone. */
export function measureProjections(ports: Ports & Databases, projections: readonly Projection[]): void {
  async function ofOne({ name, database }: Projection) {
    const checkpoints = await checkpointsOf(ports[database], name);
    return Promise.all(
      checkpoints.map(async ({ stream, sequence }) => ({
        labels: { projection: name, stream },
        ...(await lagOf(ports, stream, sequence)),
      })),
    );
  }
  gaugesByAsking(ports.metrics, GAUGES, async () => {
    const lags = (await Promise.all(projections.map((each) => ofOne(each).catch(() => [])))).flat();
    return {
      habitstream_projection_lag_messages: lags.map(({ labels, behind }) => ({ labels, value: behind })),
      habitstream_projection_lag_seconds: lags.map(({ labels, behindMs }) => ({
        labels,
        value: behindMs / 1000,
      })),
    };
  });
}
