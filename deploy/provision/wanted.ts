import { AckPolicy, type ConsumerConfig, DeliverPolicy, type StreamConfig } from '@nats-io/jetstream';
import type { ConsumerDefinition } from '#contracts/consumers.ts';
import type { BucketDefinition, StreamDefinition } from '#contracts/streams.ts';
import { keysOfBucket } from '#contracts/subjects.ts';

/** A stream or bucket as the server is to have it; what is absent is the operators' choice. */
export type WantedStream = Partial<StreamConfig> & { name: string };
export type WantedConsumer = Partial<ConsumerConfig> & { durable_name: string };

const NANOS_PER_MS = 1_000_000;
/** How long a key that expired leaves a marker for watchers. */
const MARKER_TTL_MS = 60_000;

/** `replicas` undefined: one for a new stream, as it is for an existing one. */
export function wantedStream(definition: StreamDefinition, replicas?: number): WantedStream {
  return {
    name: definition.name,
    description: definition.description,
    subjects: [...definition.subjects],
    storage: 'file',
    retention: 'limits',
    // At a limit an operator sets, a stream that keeps for ever refuses rather than forgets.
    discard: definition.maxAgeMs === 0 ? 'new' : 'old',
    max_age: definition.maxAgeMs * NANOS_PER_MS,
    max_msgs: -1,
    max_msgs_per_subject: -1,
    max_msg_size: definition.maxMessageBytes,
    duplicate_window: definition.duplicateWindowMs * NANOS_PER_MS,
    allow_direct: true,
    allow_atomic: definition.atomic,
    // Forgetting a person deletes their messages; NATS permissions keep everyone else from it.
    deny_delete: false,
    deny_purge: false,
    ...persistence(definition.async),
    ...replication(replicas),
  };
}

/** The stream behind a KV bucket, as the KV clients lay it out. */
export function wantedBucket(definition: BucketDefinition, replicas?: number): WantedStream {
  return {
    name: `KV_${definition.name}`,
    description: definition.description,
    subjects: [keysOfBucket(definition.name)],
    storage: 'file',
    retention: 'limits',
    discard: 'new',
    max_age: definition.ttlMs * NANOS_PER_MS,
    max_msgs: -1,
    max_msgs_per_subject: 1,
    allow_direct: true,
    allow_rollup_hdrs: true,
    deny_delete: false,
    deny_purge: false,
    ...(definition.keyTtl && {
      allow_msg_ttl: true,
      subject_delete_marker_ttl: MARKER_TTL_MS * NANOS_PER_MS,
    }),
    ...persistence(definition.async),
    ...replication(replicas),
  };
}

/** A durable pull consumer. It redelivers without end: the consume loop parks what keeps failing. */
export function wantedConsumer(definition: ConsumerDefinition): WantedConsumer {
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

const persistence = (async: boolean) => (async ? { persist_mode: 'async' as const } : {});
const replication = (replicas?: number) => (replicas === undefined ? {} : { num_replicas: replicas });
