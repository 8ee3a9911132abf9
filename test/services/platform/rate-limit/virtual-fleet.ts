import { seeded } from '#deploy/capacity/random.ts';
import type { Clock } from '#services/platform/process/clock.ts';
import { createLog } from '#services/platform/process/log.ts';
import type { Kept, LimiterRecord } from '#services/platform/rate-limit/limiter-record.ts';
import { type RateLimiter, rateLimiterOn } from '#services/platform/rate-limit/rate-limiter.ts';
import { measuredTime, type WitnessedTime } from '#services/platform/rate-limit/server-time.ts';
import { initialState, type Rates } from '#services/platform/rate-limit/slots.ts';
import { type Engine, openEngine } from '#test/simulation/engine.ts';

const START_MS = 1_800_000_000_000;
const log = createLog('test', 'silent');

type Stored = Kept & { storedAtMs: number };

/**
 * Processes with a budget each, on a server whose clock can be set, in virtual time.
 * @param lateMs by how much a starved process wakes up too late at most.
 * @param newsMs after how long at most a process hears of what others stored.
 */
export function virtualFleet(rates: Rates, seed: number, { lateMs = 0, newsMs = 1 } = {}) {
  const engine = openEngine(START_MS);
  const random = seeded(seed, 1);
  const budgets = new Set<RateLimiter>();
  const instants: number[] = [];
  let aheadMs = 0;
  const serverNow = () => engine.now() + aheadMs;
  let stored: Stored = { state: initialState(START_MS, rates), revision: 1, storedAtMs: START_MS };
  const watchers = new Set<(stored: Stored) => void>();
  const clock = clockOf(engine);
  const onTheWay = () => clock.sleep(0.2 + 0.3 * random());
  const starved: Clock = { ...clock, sleep: (ms, signal) => clock.sleep(ms + lateMs * random(), signal) };

  /** As the one on the store, which follows the key. */
  function followed({ now, witness }: WitnessedTime): LimiterRecord {
    let latest: Kept = stored;
    let mine = { revision: 0, askedMs: 0 };
    const learn = (found: Stored) => {
      const isMine = found.revision === mine.revision;
      witness(found.storedAtMs, isMine ? mine.askedMs : Number.NEGATIVE_INFINITY);
      if (found.revision >= latest.revision) latest = found;
      return latest;
    };
    const watch = (found: Stored) => engine.after(0.2 + newsMs * random(), () => learn(found));
    watchers.add(watch);
    return {
      latest: () => latest,
      async read() {
        await onTheWay();
        const found = stored;
        await onTheWay();
        return learn(found);
      },
      async replace({ revision }, state) {
        const askedMs = now();
        await onTheWay();
        const isTaken = revision === stored.revision;
        if (isTaken) {
          stored = { state, revision: revision + 1, storedAtMs: serverNow() };
          for (const told of watchers) told(stored);
        }
        const written = stored;
        await onTheWay();
        if (!isTaken) return false;
        mine = { revision: written.revision, askedMs };
        learn(written);
        return true;
      },
      stop: () => watchers.delete(watch),
    };
  }

  return {
    /** When messages of backlogs left. */
    instants,
    now: engine.now,
    run: (ms: number) => engine.run(engine.now() + ms),
    sleep: (ms: number) => clock.sleep(ms),
    /** The server's clock is set. */
    step(ms: number) {
      aheadMs += ms;
    },
    /** Starts a process; resolves when it has measured, for which time must run: see `open`. */
    async measured(): Promise<RateLimiter> {
      const ask = async () => {
        await onTheWay();
        const answer = Math.floor(serverNow());
        await onTheWay();
        return answer;
      };
      const { now: monotonicMs, now: wallMs } = engine;
      const time = await measuredTime({ ask, monotonicMs, wallMs, sleep: clock.sleep });
      const readArrived = () => clock.sleep(0);
      const limiter = rateLimiterOn(
        { time, record: followed(time), clock: starved, log, random, readArrived },
        rates,
      );
      budgets.add(limiter);
      return limiter;
    },
    async open(): Promise<RateLimiter> {
      const opening = this.measured();
      await engine.run(engine.now() + 20);
      return opening;
    },
    /** Messages that always want to leave. */
    backlog(limiter: RateLimiter, waiting: number) {
      const one = async () => {
        for (;;) {
          await limiter.acquire('bulk');
          instants.push(engine.now());
        }
      };
      for (let i = 0; i < waiting; i++) one().catch(() => {});
    },
    async close() {
      const stopped = Promise.all([...budgets].map((limiter) => limiter.stop()));
      await engine.run(engine.now() + 10_000);
      await stopped;
      engine.close();
    },
  };
}

function clockOf(engine: Engine): Clock {
  return {
    now: engine.now,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const wake = () => {
          engine.cancel(waking);
          signal?.removeEventListener('abort', wake);
          resolve();
        };
        const waking = engine.after(ms, wake);
        signal?.addEventListener('abort', wake);
      }),
  };
}
