import { randomUUID } from 'node:crypto';
import { jetstream } from '@nats-io/jetstream';
import { type KV, type KvEntry, Kvm } from '@nats-io/kv';
import type { BucketName } from '#contracts/streams.ts';
import { isLostRace } from '#services/platform/jetstream/errors.ts';
import type { Clock } from '#services/platform/process/clock.ts';
import { type FailureRun, kindOf } from '#services/platform/process/failure-run.ts';
import { type Running, startTask } from '#services/platform/process/lifecycle.ts';
import type { Ports } from '#services/platform/process/run-service.ts';

/** How long a silent holder keeps the lease, and how often one that lives renews it: at most a third of that. */
export type LeaseTimes = { ttlMs: number; renewMs: number };

const BUCKET: BucketName = 'leases';
const LONGEST_POLL_MS = 250;

export type LeaseOptions = {
  name: string;
  /** For people who read the bucket. */
  holder: string;
  times: LeaseTimes;
  /** Told of each try to take the lease: whether anybody can have it. */
  tries?: Pick<FailureRun, 'succeeded' | 'failed'>;
  /** Its signal is aborted when the lease is lost or the service stops; when it ends by itself it is run again. */
  whileHeld(signal: AbortSignal): Promise<void>;
};

/**
 * Runs `whileHeld` in one process at a time: in the one that holds the lease `name`. `stop()` resolves when `whileHeld` has ended and the lease is free for the next, who sees it within 250 ms.
 *
 * Why two never hold it at once, though no two clocks agree: a holder counts `ttlMs` less `renewMs` from before it
 * sent its last confirmed renewal, and then stops. Another takes over only after it has seen the same revision for
 * `ttlMs` by its own timers, and by compare-and-set on that revision. It saw the revision after it was written, which
 * was after it was sent, so it waits `renewMs` longer than the holder. Only a process that stood still (a paused
 * machine) may go on for the moment until its overdue timer fires: what it does meanwhile has to be harmless by
 * other means.
 */
export function holdLease(ports: Ports, options: LeaseOptions): Running {
  const { log, clock } = ports;
  const { name, holder, times, tries, whileHeld } = options;
  return startTask(async (stopping) => {
    const lease = { ports, name, value: `${holder}/${randomUUID()}`, times, tries, stopping };
    const kv = await new Kvm(jetstream(ports.nats)).open(BUCKET);
    while (!stopping.aborted) {
      const held = await acquire(kv, lease);
      if (!held) return;
      log.info({ lease: name }, 'lease taken');
      await hold(kv, lease, held, whileHeld);
      log.info({ lease: name }, 'lease given up');
      await clock.sleep(times.renewMs, stopping);
    }
  });
}

type Lease = Pick<LeaseOptions, 'name' | 'times' | 'tries'> & {
  ports: Ports;
  value: string;
  stopping: AbortSignal;
};

/** A lease that is ours: its revision, and the timer after which it may no longer be relied on. */
type Held = { revision: number; expiry: Expiry };

/** Tries until the lease is ours; undefined when the service stops before. */
async function acquire(kv: KV, lease: Lease): Promise<Held | undefined> {
  const { clock, log } = lease.ports;
  const pollMs = Math.min(lease.times.renewMs, LONGEST_POLL_MS);
  let seen: number | undefined;
  let seenForMs = 0;
  while (!lease.stopping.aborted) {
    try {
      const entry = await kv.get(lease.name);
      const revision = entry?.revision ?? 0;
      if (revision !== seen) seenForMs = 0;
      seen = revision;
      const isOurs = isFree(entry, lease) || seenForMs >= lease.times.ttlMs;
      const held = isOurs ? await renew(kv, lease, revision) : undefined;
      lease.tries?.succeeded();
      if (held) return held;
    } catch (error) {
      if (!isLostRace(error)) lease.tries?.failed(`no process can have it (${kindOf(error)})`);
      log.debug({ err: error, lease: lease.name }, 'lease not taken');
    }
    await clock.sleep(pollMs, lease.stopping);
    seenForMs += pollMs;
  }
  return undefined;
}

/** Never held, given back, or ours already: written by a request whose answer was lost. */
function isFree(entry: KvEntry | null, lease: Lease): boolean {
  return entry === null || entry.operation !== 'PUT' || entry.string() === lease.value;
}

/** @throws when another was faster, or the server did not answer in time. */
async function renew(kv: KV, { ports, name, value, times }: Lease, previousSeq: number): Promise<Held> {
  // Armed before sending: the time the request takes must not lengthen the lease.
  const expiry = armExpiry(ports.clock, times.ttlMs - times.renewMs);
  try {
    return { revision: await kv.put(name, value, { previousSeq, timeout: times.renewMs }), expiry };
  } catch (error) {
    expiry.disarm();
    throw error;
  }
}

/** Renews while `whileHeld` runs, also while it winds down, so that nobody starts before it has ended. */
async function hold(
  kv: KV,
  lease: Lease,
  first: Held,
  whileHeld: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const { clock, log } = lease.ports;
  const lost = new AbortController();
  const ended = new AbortController();
  const work = whileHeld(AbortSignal.any([lost.signal, lease.stopping]))
    .catch((error: unknown) => log.error({ err: error, lease: lease.name }, 'work under the lease failed'))
    .finally(() => ended.abort());

  let held: Held | undefined = first;
  held.expiry.onExpired(() => lost.abort());
  while (held && !lost.signal.aborted && !ended.signal.aborted) {
    await clock.sleep(lease.times.renewMs, AbortSignal.any([lost.signal, ended.signal]));
    if (lost.signal.aborted || ended.signal.aborted) break;
    const next = await keep(kv, lease, held);
    if (next?.expiry !== held.expiry) {
      held.expiry.disarm();
      next?.expiry.onExpired(() => lost.abort());
    }
    held = next;
  }
  if (!held) lost.abort();
  await work;
  held?.expiry.disarm();
  if (held && !lost.signal.aborted) await giveBack(kv, lease, held);
}

/**
 * The lease renewed; as it was when no answer came, so that its expiry decides; undefined when it is another's. A
 * revision that is ours comes from a renewal whose answer was lost: it is gone on from, but not counted as one.
 */
async function keep(kv: KV, lease: Lease, held: Held): Promise<Held | undefined> {
  try {
    return await renew(kv, lease, held.revision);
  } catch (error) {
    lease.ports.log.warn({ err: error, lease: lease.name }, 'lease not renewed');
  }
  const entry = await kv.get(lease.name).catch(() => undefined);
  if (entry === undefined) return held;
  return entry?.operation === 'PUT' && entry.string() === lease.value
    ? { ...held, revision: entry.revision }
    : undefined;
}

async function giveBack(kv: KV, { ports, name }: Lease, held: Held): Promise<void> {
  await kv
    .delete(name, { previousSeq: held.revision })
    .catch((error: unknown) => ports.log.warn({ err: error, lease: name }, 'lease not given back'));
}

type Expiry = { onExpired(act: () => void): void; disarm(): void };

function armExpiry(clock: Clock, ms: number): Expiry {
  const disarmed = new AbortController();
  const passed = clock.sleep(ms, disarmed.signal);
  return {
    onExpired: (act) => void passed.then(() => disarmed.signal.aborted || act()),
    disarm: () => disarmed.abort(),
  };
}
