import type { Random } from '#deploy/capacity/random.ts';
import { Unavailable } from '#services/platform/jetstream/errors.ts';
import type { Clock } from '#services/platform/process/clock.ts';
import type { Engine } from './engine.ts';

/** What processes talk to. */
export type Server = 'nats' | 'database';

/** The state of the network and the servers now; faults change it. */
export type Network = {
  isAway: Record<Server, boolean>;
  /** Longest way to a server or back. */
  wayMs: number;
  /** How often a server does what it is asked and the answer is lost. */
  lostAnswers: number;
  /** When the last one was. */
  lastLostMs: number;
};

export const GOOD_NETWORK = { wayMs: 1.5, lostAnswers: 0 };

/** One run of one process, from its start to its end. */
export type Machine = {
  name: string;
  clock: Clock;
  isAlive(): boolean;
  isFrozen(): boolean;
  /** It was frozen at some time: its messages may have been delivered again, to it or to another. */
  wasFrozen(): boolean;
  /** Asks a server, whose effect happens at once when the request arrives. The process may die before and after. */
  ask<T>(server: Server, effect: () => T): Promise<T>;
  /** Acts in the process: never once it is dead, later while it is frozen. */
  whenAwake(act: () => void): void;
  /** Kill -9. */
  kill(): void;
  /** SIGSTOP, and SIGCONT after `ms`. */
  freeze(ms: number): void;
  /** It dies during its n-th request from now. */
  dieAtRequest(n: number): void;
};

const AWAY_MS = 300;

export function openMachine(
  { engine, random, network }: { engine: Engine; random: Random; network: Network },
  name: string,
  { skewMs, onDeath }: { skewMs: number; onDeath(): void },
): Machine {
  let isAlive = true;
  let requestsToLive = Number.POSITIVE_INFINITY;
  let frozen: (() => void)[] | undefined;
  let wasFrozen = false;

  function whenAwake(act: () => void): void {
    if (!isAlive) return;
    if (frozen) frozen.push(() => isAlive && act());
    else act();
  }

  function kill(): void {
    if (!isAlive) return;
    isAlive = false;
    onDeath();
  }

  function wayMs(): number {
    return 0.2 + random() * network.wayMs;
  }

  function ask<T>(server: Server, effect: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (!isAlive) return;
      const fate = --requestsToLive <= 0 ? random() : 1;
      if (fate < 0.3) return kill();
      engine.after(wayMs(), () => {
        if (network.isAway[server]) {
          engine.after(AWAY_MS * (1 + random()), () => whenAwake(() => reject(new Unavailable(server))));
          return;
        }
        const answer = outcomeOf(effect);
        if (fate < 1) return kill();
        const isLost = network.lostAnswers > 0 && random() < network.lostAnswers;
        if (isLost) network.lastLostMs = engine.now();
        const back = isLost ? AWAY_MS : random() < 0.5 ? 0 : wayMs();
        const arrive = () => {
          if (isLost) reject(new Unavailable(`${server}: the answer was lost`));
          else if ('error' in answer) reject(answer.error);
          else resolve(answer.value);
        };
        if (back === 0) whenAwake(arrive);
        else engine.after(back, () => whenAwake(arrive));
      });
    });
  }

  function sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted || ms <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        engine.cancel(timer);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      const timer = engine.after(ms, () => whenAwake(wake));
      signal?.addEventListener('abort', wake);
    });
  }

  return {
    name,
    clock: { now: () => engine.now() + skewMs, sleep },
    isAlive: () => isAlive,
    isFrozen: () => frozen !== undefined,
    wasFrozen: () => wasFrozen,
    ask,
    whenAwake,
    kill,
    freeze(ms) {
      if (!isAlive || frozen) return;
      frozen = [];
      wasFrozen = true;
      engine.after(ms, () => {
        const waiting = frozen ?? [];
        frozen = undefined;
        for (const act of waiting) act();
      });
    },
    dieAtRequest(n) {
      requestsToLive = n;
    },
  };
}

function outcomeOf<T>(effect: () => T): { value: T } | { error: unknown } {
  try {
    return { value: effect() };
  } catch (error) {
    return { error };
  }
}
