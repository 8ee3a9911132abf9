import { AckPolicy, type ConsumerConfig, DeliverPolicy, type StreamConfig } from '@nats-io/jetstream';
import type { ConsumerDefinition } from '#contracts/consumers.ts';
import { type BucketDefinition, type StreamDefinition, streamOfBucket } from '#contracts/streams.ts';
import { keysOfBucket } from '#contracts/subjects.ts';

/** A stream or bucket as the server is to have it. Operators choose what is absent. */
export type DesiredStream = Partial<StreamConfig> & { name: string };
type DesiredConsumer = Partial<ConsumerConfig> & { durable_name: string };

const NANOS_PER_MS = 1_000_000;
const DISCARD = { refuse: 'new', oldestGo: 'old' } as const;
/** How long watchers can still learn that a key has expired. */
const EXPIRY_SEEN_MS = 60_000;

/** What contracts/ leave to those who run the servers. */
export type ServerChoice = {
  /** Absent: a new stream gets 1, an existing one keeps its own. */
  replicas?: number | undefined;
  /** Absent: a new stream gets no limit, an existing one keeps its own. */
  maxBytes?: number | undefined;
};

export function desiredStream(definition: StreamDefinition, choice: ServerChoice = {}): DesiredStream {
  return {
    name: definition.name,
    description: definition.description,
    subjects: [...definition.subjects],
    storage: 'file',
    retention: 'limits',
    discard: DISCARD[definition.whenFull],
    max_age: definition.maxAgeMs * NANOS_PER_MS,
    max_msgs: -1,
    max_msgs_per_subject: definition.onlyLast ? 1 : -1,
    max_msg_size: definition.maxMessageBytes,
    duplicate_window: definition.duplicateWindowMs * NANOS_PER_MS,
    allow_direct: true,
    allow_atomic: definition.atomic,
    // For good: the server never lifts it. It lifts `deny_delete` no more than that, and forgetting a person deletes
    // single messages, so permissions keep everybody else from those.
    ...(definition.maxAgeMs === 0 && { deny_purge: true }),
    ...persistence(definition.async, choice.replicas),
    ...chosen(choice),
  };
}

/** The stream behind a KV bucket, as the KV clients lay it out. */
export function desiredBucket(definition: BucketDefinition, choice: ServerChoice = {}): DesiredStream {
  return {
    name: streamOfBucket(definition.name),
    description: definition.description,
    subjects: [keysOfBucket(definition.name)],
    storage: 'file',
    retention: 'limits',
    discard: DISCARD[definition.whenFull],
    max_age: definition.ttlMs * NANOS_PER_MS,
    max_msgs: -1,
    max_msgs_per_subject: 1,
    allow_direct: true,
    allow_rollup_hdrs: true,
    ...(definition.keyTtl && {
      allow_msg_ttl: true,
      subject_delete_marker_ttl: EXPIRY_SEEN_MS * NANOS_PER_MS,
    }),
    ...persistence(definition.async, choice.replicas),
    ...chosen(choice),
  };
}

/** A durable pull consumer. It redelivers without end: the consume loop dead-letters what keeps failing. */
export function desiredConsumer(definition: ConsumerDefinition): DesiredConsumer {
  return {
    durable_name: definition.name,
    description: definition.description,
    filter_subjects: [...definition.filterSubjects],
    deliver_policy: DeliverPolicy.All,
    ack_policy: definition.ackPolicy === 'all' ? AckPolicy.All : AckPolicy.Explicit,
    ack_wait: definition.ackWaitMs * NANOS_PER_MS,
    max_ack_pending: definition.maxAckPending,
    max_deliver: -1,
  };
}

/**
 * A stream that exists keeps its replicas unless others are asked for, and is asked for nothing they do not allow: so one that
 * was made for a single server is asked for what it can no more become.
 */
export function desiredOfExisting(
  desired: DesiredStream,
  existing: Pick<StreamConfig, 'num_replicas' | 'persist_mode'>,
): DesiredStream {
  if (existing.persist_mode === 'async' && (desired.num_replicas ?? 1) > 1)
    return { ...desired, persist_mode: 'default' };
  if (desired.num_replicas !== undefined || existing.num_replicas === 1) return desired;
  const { persist_mode: _, ...others } = desired;
  return others;
}

/** nats-server refuses asynchronous persistence on a replicated stream, whose durability is the replication. */
function persistence(async: boolean, replicas = 1): Pick<DesiredStream, 'persist_mode'> {
  return async && replicas === 1 ? { persist_mode: 'async' } : {};
}

function chosen({ replicas, maxBytes }: ServerChoice): Pick<DesiredStream, 'num_replicas' | 'max_bytes'> {
  return {
    ...(replicas !== undefined && { num_replicas: replicas }),
    ...(maxBytes !== undefined && { max_bytes: maxBytes }),
  };
}
