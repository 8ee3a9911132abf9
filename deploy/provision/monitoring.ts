import type { ConsumerDefinition } from '#contracts/consumers.ts';
import { setting } from '#services/platform/process/settings.ts';
import type { Difference } from './differences.ts';

/*
 * From when on something is wrong, as metadata of streams and consumers: what `nats server check stream` and other monitors of NATS
 * read there. Operators may set others, which stay; 0 is none. The alerts of deploy/prometheus see more.
 */

/** By the key that the monitors read. */
type Thresholds = Readonly<Record<string, string>>;
type Metadata = Record<string, string> | undefined;

const PREFIX = 'io.nats.monitor.';
const keyOf = (threshold: string) => `${PREFIX}${threshold}`;
export const isThreshold = ({ field }: Difference): boolean => field.startsWith(PREFIX);

/** Provisioning puts it back: it follows from the stream's own replicas, and a wrong one is an alarm that never ends. */
const EXPECTED_PEERS = keyOf('peer-expect');

/** Replicas answer one another each second; an election takes a few. */
const PEER_SEEN = '10s';
const PEER_LAG = '1000';
/** An event that cannot be read is a dead letter of each projection; those of more consumers come from elsewhere. */
const GIVEN_UP_BY = { warn: '1', critical: '10' };

export function streamThresholds(name: string, replicas: number): Thresholds {
  return {
    [EXPECTED_PEERS]: String(replicas > 1 ? replicas : 0),
    [keyOf('peer-lag-critical')]: PEER_LAG,
    [keyOf('peer-seen-critical')]: PEER_SEEN,
    ...(name === 'DEAD' && {
      [keyOf('subjects-warn')]: GIVEN_UP_BY.warn,
      [keyOf('subjects-critical')]: GIVEN_UP_BY.critical,
    }),
  };
}

/** A tick a minute. */
const MINUTES_BEHIND = 3;
/** A quarter of the deadline of reminders, from which on the alerts page. */
const QUEUE_SECONDS = 1_800;
const BACKLOG_MS = 600_000;
const BULK_PER_SECOND = setting.bulkRate.parse(undefined);

export function consumerThresholds(definition: ConsumerDefinition): Thresholds {
  const unprocessed = mostUnprocessed(definition);
  return {
    ...(unprocessed !== undefined && { [keyOf('unprocessed-critical')]: String(unprocessed) }),
    ...(definition.stream === 'TICKS' && { [keyOf('last-delivery-critical')]: `${MINUTES_BEHIND}m` }),
  };
}

/** Undefined where a long queue is usual. */
function mostUnprocessed({ stream, name, maxAckPending, ackWaitMs }: ConsumerDefinition): number | undefined {
  if (stream === 'TICKS') return MINUTES_BEHIND;
  if (name === 'sender-broadcast') return undefined;
  if (stream === 'REMINDERS') return BULK_PER_SECOND * QUEUE_SECONDS;
  // What it gets done in ten minutes, when each message takes all the time that it has.
  return Math.ceil((maxAckPending * BACKLOG_MS) / ackWaitMs);
}

/** `changed`: thresholds that are to be set; `theirs`: those that operators have set. */
export function thresholdDifferences(
  metadata: Metadata,
  thresholds: Thresholds,
): { changed: Difference[]; theirs: Difference[] } {
  const found = Object.entries(thresholds)
    .map(([field, to]) => ({ field, from: metadata?.[field], to }))
    .filter(({ from, to }) => from !== to);
  const { theirs = [], changed = [] } = Object.groupBy(found, ({ field, from }) =>
    from !== undefined && field !== EXPECTED_PEERS ? 'theirs' : 'changed',
  );
  return { changed, theirs };
}

/** Undefined when there is nothing to set. */
export function withThresholds(metadata: Metadata, changed: readonly Difference[]): Metadata {
  if (changed.length === 0) return undefined;
  return { ...metadata, ...Object.fromEntries(changed.map(({ field, to }) => [field, String(to)])) };
}
