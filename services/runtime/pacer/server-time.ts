import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { z } from 'zod';

/** The NATS server's clock, as this process knows it. */
export type ServerTime = {
  /** Milliseconds since 1970 by the server's clock. */
  now(): number;
  /** Whether the last measurement still holds; if not, nothing may be timed by it. */
  trusted(): boolean;
  /** By how much {@link ServerTime.now} was wrong at most when it was measured. */
  errorMs(): number;
  /** Measures again if that is due. @throws when the server does not answer. */
  refresh(): Promise<void>;
};

/** The client's type leaves out the server's clock. */
const Answer = z.object({ ts: z.iso.datetime() });

const MOST_SAMPLES = 8;
const GOOD_ROUND_TRIP_MS = 2;
/** A measurement made on a busy machine is poor, and soon made again. */
const MEASURE_EVERY_MS = { good: 30_000, poor: 1_000 } as const;
const GOOD_FOR_MS = 120_000;
const DISAGREEMENT_MS = 20;

/**
 * Measures how far this process's monotonic clock is from the server's, so that skewed machines share one time line.
 *
 * The error is at most half the best round trip of a few (usually under a millisecond), and what the two clocks drift
 * within half a minute (3 ms at 100 ppm). The machine's own wall clock is only a witness: when it and the monotonic
 * clock disagree, the machine was suspended or its time was set, and the measurement no longer holds. Both clocks are
 * read here and not passed in, because a clock made for a test says nothing about the time a server sees.
 *
 * In a cluster the answer comes from the stream's leader: after an election, its clock counts.
 */
export async function openServerTime(nats: NatsConnection, stream: string): Promise<ServerTime> {
  const manager = await jetstreamManager(nats);
  let best = { offsetMs: 0, roundTripMs: Number.POSITIVE_INFINITY };
  let measuredAtMs = Number.NEGATIVE_INFINITY;
  let wallAheadMs = 0;

  async function sample(): Promise<{ roundTripMs: number; offsetMs: number }> {
    const askedMs = performance.now();
    const { ts } = Answer.parse(await manager.streams.info(stream));
    const roundTripMs = performance.now() - askedMs;
    return { roundTripMs, offsetMs: Date.parse(ts) - askedMs - roundTripMs / 2 };
  }

  async function measure(): Promise<void> {
    let found = await sample();
    for (let i = 1; i < MOST_SAMPLES && found.roundTripMs > GOOD_ROUND_TRIP_MS; i++) {
      const another = await sample();
      if (another.roundTripMs < found.roundTripMs) found = another;
    }
    best = found;
    measuredAtMs = performance.now();
    wallAheadMs = Date.now() - performance.now();
  }

  const goodFor = (ms: number): boolean =>
    performance.now() - measuredAtMs < ms &&
    Math.abs(Date.now() - performance.now() - wallAheadMs) < DISAGREEMENT_MS;

  const isGood = () => best.roundTripMs <= GOOD_ROUND_TRIP_MS;

  await measure();
  return {
    now: () => performance.now() + best.offsetMs,
    trusted: () => goodFor(GOOD_FOR_MS),
    errorMs: () => best.roundTripMs / 2,
    refresh: async () => (goodFor(MEASURE_EVERY_MS[isGood() ? 'good' : 'poor']) ? undefined : measure()),
  };
}
