import type { Clock } from '../process/clock.ts';
import type { LimiterRecord } from './limiter-record.ts';
import { hold, pause } from './pauses.ts';
import type { ServerTime } from './server-time.ts';
import type { LimiterState } from './slots.ts';

/** The pause of the whole fleet after a 429, and of single chats, as this process obeys them. */
export type FleetPause = {
  /** Whether nothing may leave now: to nobody, or not to `chatId`. */
  isOn(chatId?: string): boolean;
  /** Pauses every process; resolves when the others can know. Nothing leaves this one from the call on. */
  begin(forMs: number, because: string): Promise<void>;
  /** The same for one chat. */
  hold(chatId: string, forMs: number): Promise<void>;
};

type Parts = { time: ServerTime; record: LimiterRecord; clock: Clock };

export function fleetPause(parts: Parts, stopping: AbortSignal): FleetPause {
  const { time, record } = parts;
  const own = obeyedPauses(parts, stopping);
  const heldHere = new Map<string, number>();
  let storing = 0;

  async function store(change: (state: LimiterState) => LimiterState): Promise<void> {
    for (;;) {
      const kept = record.latest();
      if (await record.replace(kept, change(kept.state))) return;
      await record.read();
    }
  }

  return {
    isOn(chatId = '') {
      const { state } = record.latest();
      own.follow(state);
      if (own.areOn() || storing > 0 || state.pausedUntilMs > time.now()) return true;
      return Math.max(state.held.get(chatId) ?? 0, heldHere.get(chatId) ?? 0) > time.now();
    },
    async begin(forMs, because) {
      const untilMs = time.now() + forMs;
      own.obey(untilMs);
      storing++;
      try {
        await store((state) => pause(state, time.now(), { forMs: untilMs - time.now(), because }));
      } finally {
        storing--;
      }
    },
    async hold(chatId, forMs) {
      const untilMs = time.now() + forMs;
      heldHere.set(chatId, untilMs);
      try {
        await store((state) => hold(state, time.now(), chatId, untilMs - time.now()));
      } finally {
        if (heldHere.get(chatId) === untilMs) heldHere.delete(chatId);
      }
    },
  };
}

/** A pause lasts as long as it was to last when this process heard of it, also when the server's clock is set meanwhile. */
function obeyedPauses({ time, record, clock }: Parts, stopping: AbortSignal) {
  const running = new Set<symbol>();
  let knownUntilMs = 0;
  let knownResumed = record.latest().state.resumed;

  function obey(untilMs: number): void {
    const leftMs = untilMs - time.now();
    if (leftMs <= 0 || untilMs === knownUntilMs) return;
    knownUntilMs = untilMs;
    const pausing = Symbol();
    running.add(pausing);
    void clock.sleep(Math.ceil(leftMs), stopping).then(() => running.delete(pausing));
  }

  return {
    areOn: () => running.size > 0,
    obey,
    follow({ pausedUntilMs, resumed }: LimiterState): void {
      // A process of an earlier version drops the name from the record, which ends nothing.
      if (resumed !== '' && resumed !== knownResumed) {
        knownResumed = resumed;
        knownUntilMs = 0;
        running.clear();
      }
      obey(pausedUntilMs);
    },
  };
}
