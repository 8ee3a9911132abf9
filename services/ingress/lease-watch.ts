import { jetstream } from '@nats-io/jetstream';
import { type KV, Kvm } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import type { BucketName } from '#contracts/streams.ts';
import type { Clock } from '#services/platform/process/clock.ts';

const BUCKET: BucketName = 'leases';

/** Resolves with whether a process holds the lease: it was not given back, and was renewed within `ttlMs`, as seen from here. */
export type LeaseWatch = () => Promise<boolean>;

/** For processes that do not want the lease themselves. Reads it when it is asked. */
export function leaseWatch(
  { nats, clock }: { nats: NatsConnection; clock: Clock },
  { name, ttlMs }: { name: string; ttlMs: number },
): LeaseWatch {
  let opened: KV | undefined;
  let seen = { revision: 0, sinceMs: 0 };
  return async () => {
    opened ??= await new Kvm(jetstream(nats)).open(BUCKET);
    const entry = await opened.get(name);
    if (entry === null || entry.operation !== 'PUT') return false;
    const nowMs = clock.now();
    if (entry.revision !== seen.revision) seen = { revision: entry.revision, sinceMs: nowMs };
    return nowMs - seen.sinceMs < ttlMs;
  };
}
