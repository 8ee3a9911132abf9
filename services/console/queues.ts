import type { ConsumerFigures } from '#services/platform/jetstream/consumer-figures.ts';

/** What waits at durable consumers that stand for one arrow of the pipeline. Durations are milliseconds. */
export type Queue = {
  /** Unique: a consumer's name, or that of a group such as `bot`. */
  name: string;
  stream: string;
  /** Not handed out yet, handed out and not acked, and how many may be. */
  waiting: number;
  inHand: number;
  mayBeInHand: number;
  /** Since when its oldest message waits, and for how long nothing has moved while something did. */
  oldestMs: number;
  stillMs: number;
  /** Until when an operator has paused it. */
  pausedUntil?: string;
};

/** @param sinceMs for a stream that may not be read: since when (epoch ms) it reaches beyond a sequence. */
export function queueOf(
  { info, oldestAgeS, idleS }: ConsumerFigures,
  nowMs: number,
  sinceMs: (stream: string, sequence: number) => number | undefined,
): Queue {
  const { name, stream_name: stream, num_pending, num_ack_pending, ack_floor, config } = info;
  const isEmpty = num_pending + num_ack_pending === 0;
  const seenMs = isEmpty ? undefined : sinceMs(stream, ack_floor.stream_seq);
  return {
    ...{ name, stream, waiting: num_pending, inHand: num_ack_pending },
    mayBeInHand: config.max_ack_pending ?? 0,
    // Where its age is not known, it has waited at least as long as nothing moved.
    oldestMs: Math.max(oldestAgeS * 1000, idleS * 1000, seenMs === undefined ? 0 : nowMs - seenMs),
    stillMs: idleS * 1000,
    ...(info.paused && config.pause_until !== undefined && { pausedUntil: config.pause_until }),
  };
}

/** Several consumers as one: sums, and the worst of each duration. */
export function together(name: string, queues: readonly Queue[]): Queue {
  const sum = (of: (queue: Queue) => number) => queues.reduce((total, queue) => total + of(queue), 0);
  const most = (of: (queue: Queue) => number) => Math.max(0, ...queues.map(of));
  const paused = queues.flatMap(({ pausedUntil }) => pausedUntil ?? []).sort();
  const [pausedUntil] = paused;
  return {
    name,
    stream: queues[0]?.stream ?? '',
    waiting: sum(({ waiting }) => waiting),
    inHand: sum(({ inHand }) => inHand),
    mayBeInHand: sum(({ mayBeInHand }) => mayBeInHand),
    oldestMs: most(({ oldestMs }) => oldestMs),
    stillMs: most(({ stillMs }) => stillMs),
    ...(pausedUntil !== undefined && { pausedUntil }),
  };
}
