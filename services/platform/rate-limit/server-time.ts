import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { z } from 'zod';
import { systemClock } from '../process/clock.ts';
import { FURTHEST_MS } from './slots.ts';

/** The NATS server's clock, as this process knows it. */
export type ServerTime = {
  /** Milliseconds since 1970 by the server's clock. */
  now(): number;
  /** Whether the last measurement still holds; if not, nothing may be timed by it. */
  trusted(): boolean;
  /** By how much {@link ServerTime.now} was wrong at most when it was measured. */
  errorMs(): number;
  /**
   * Measures again if that is due. When the server's clock turns out to have been set, it resolves once every slot
   * that anybody had booked before is over. @throws when the server does not answer.
   */
  refresh(): Promise<void>;
};

/** A {@link ServerTime} that also learns from what the server stamped. */
export type WitnessedTime = ServerTime & {
  /** The server stamped something with `atMs`, which by our time was not before `sinceMs`. */
  witness(atMs: number, sinceMs: number): void;
};

/** What time is told by: the server, asked, and two clocks of this machine. */
export type TimeSources = {
  ask(): Promise<number>;
  /** Never jumps. */
  monotonicMs(): number;
  wallMs(): number;
  sleep(ms: number): Promise<void>;
};

/** The client's type leaves out the server's clock. */
const Answer = z.object({ ts: z.iso.datetime() });

const MOST_SAMPLES = 8;
const GOOD_ROUND_TRIP_MS = 2;
/** A measurement made on a busy machine is poor, and soon made again. */
const MEASURE_EVERY_MS = { good: 30_000, poor: 1_000 } as const;
const GOOD_FOR_MS = 120_000;
const DISAGREEMENT_MS = 20;

/** The clock by which the stream's leader answers. In a cluster, after an election, another one's clock counts. */
export async function openServerTime(nats: NatsConnection, stream: string): Promise<WitnessedTime> {
  const manager = await jetstreamManager(nats);
  return measuredTime({
    ask: async () => Date.parse(Answer.parse(await manager.streams.info(stream)).ts),
    monotonicMs: () => performance.now(),
    wallMs: () => Date.now(),
    sleep: (ms) => systemClock.sleep(ms),
  });
}

/**
 * Measures how far this process's monotonic clock is from the server's, so that skewed machines share one time line.
 *
 * The error is at most half the best round trip of a few (usually under a millisecond), and what the two clocks drift
 * within half a minute (3 ms at 100 ppm). The machine's own wall clock is only a witness: when it and the monotonic
 * clock disagree, the machine was suspended or its time was set, and the measurement no longer holds. Another witness
 * is what the server stamps: what is stamped with a time that cannot be, tells that its clock was set.
 */
export async function measuredTime(sources: TimeSources): Promise<WitnessedTime> {
  const { ask, monotonicMs, wallMs, sleep } = sources;
  let best = { offsetMs: 0, roundTripMs: Number.POSITIVE_INFINITY };
  let measuredAtMs = Number.NEGATIVE_INFINITY;
  let wallAheadMs = 0;

  async function sample(): Promise<typeof best> {
    const askedMs = monotonicMs();
    const answerMs = await ask();
    const roundTripMs = monotonicMs() - askedMs;
    return { roundTripMs, offsetMs: answerMs - askedMs - roundTripMs / 2 };
  }

  async function measure(): Promise<void> {
    let found = await sample();
    for (let i = 1; i < MOST_SAMPLES && found.roundTripMs > GOOD_ROUND_TRIP_MS; i++) {
      const another = await sample();
      if (another.roundTripMs < found.roundTripMs) found = another;
    }
    best = found;
    measuredAtMs = monotonicMs();
    wallAheadMs = wallMs() - monotonicMs();
  }

  async function measureAgain(): Promise<void> {
    const before = best;
    await measure();
    const certainMs = DISAGREEMENT_MS + (before.roundTripMs + best.roundTripMs) / 2;
    if (Math.abs(best.offsetMs - before.offsetMs) > certainMs) await sleep(FURTHEST_MS);
  }

  const goodFor = (ms: number): boolean =>
    monotonicMs() - measuredAtMs < ms && Math.abs(wallMs() - monotonicMs() - wallAheadMs) < DISAGREEMENT_MS;

  const isGood = () => best.roundTripMs <= GOOD_ROUND_TRIP_MS;
  const now = () => monotonicMs() + best.offsetMs;

  await measure();
  return {
    now,
    trusted: () => goodFor(GOOD_FOR_MS),
    errorMs: () => best.roundTripMs / 2,
    refresh: async () => (goodFor(MEASURE_EVERY_MS[isGood() ? 'good' : 'poor']) ? undefined : measureAgain()),
    witness(atMs, sinceMs) {
      const certainMs = best.roundTripMs / 2 + DISAGREEMENT_MS;
      if (atMs > now() + certainMs || atMs < sinceMs - certainMs) measuredAtMs = Number.NEGATIVE_INFINITY;
    },
  };
}
