import { JetStreamApiError } from '@nats-io/jetstream';
import type { Random } from '#deploy/capacity/random.ts';
import type { Engine, Timer } from './engine.ts';
import type { Machine } from './machine.ts';

/** `atMs` is by the true time, `stampedMs` by the server's clock. */
export type Stored<T> = { seq: number; body: T; atMs: number; stampedMs: number };

/** A stream: messages with sequences from 1. */
export type Log<T> = {
  append(body: T, atMs?: number): number;
  at(seq: number): Stored<T> | undefined;
  last(): number;
  bodies(): T[];
  /** A power cut: what was acked after an instant, and not written to the disk, is gone. */
  loseSince(atMs: number): Stored<T>[];
};

export function openLog<T>(now: () => number, aheadMs: () => number = () => 0): Log<T> {
  const stored: Stored<T>[] = [];
  return {
    append(body, atMs = now()) {
      stored.push({ seq: stored.length + 1, body, atMs, stampedMs: atMs + aheadMs() });
      return stored.length;
    },
    at: (seq) => stored[seq - 1],
    last: () => stored.length,
    bodies: () => stored.map(({ body }) => body),
    loseSince(atMs) {
      let keep = stored.length;
      while (keep > 0 && (stored[keep - 1]?.atMs ?? 0) > atMs) keep--;
      return stored.splice(keep);
    },
  };
}

/** JetStream's refusal of a write that expected another last sequence. */
export function wrongLastSequence(): JetStreamApiError {
  return new JetStreamApiError({ code: 400, err_code: 10071, description: 'wrong last sequence' });
}

export type Entry = { revision: number; value: string | undefined };

/** A key-value bucket with compare-and-set. */
export type Bucket = {
  get(key: string): Entry | undefined;
  /** @throws wrong last sequence. `undefined` deletes. */
  put(key: string, value: string | undefined, previousSeq: number): number;
};

export function openBucket(): Bucket {
  const entries = new Map<string, Entry>();
  let last = 0;
  return {
    get: (key) => entries.get(key),
    put(key, value, previousSeq) {
      if ((entries.get(key)?.revision ?? 0) !== previousSeq) throw wrongLastSequence();
      entries.set(key, { revision: ++last, value });
      return last;
    },
  };
}

export type Message<T> = {
  stored: Stored<T>;
  tries: number;
  ack(): void;
  nak(afterMs: number): void;
  /** The process stops saying that it works on the message, which comes again after `ack_wait`. */
  drop(): void;
};

export type Durable<T> = {
  subscribe(machine: Machine, take: (delivered: Message<T>) => void): void;
  unsubscribe(machine: Machine): void;
  /** Delivers what can be delivered. */
  pump(): void;
  /** The sequence up to which everything is acked. */
  floor(): number;
  /** Nothing is left to deliver or to ack. */
  isIdle(): boolean;
  /** Passes over what is stored. Only when idle. */
  passOver(): void;
  /** The server was started again and has forgotten the acks after an instant. */
  restart(forgottenSinceMs: number): void;
};

type Pending = { tries: number; holder: Machine; isDone: boolean; timer: Timer };

/** A durable consumer with explicit acks. */
export function openDurable<T>(
  { engine, random }: { engine: Engine; random: Random },
  log: Log<T>,
  settings: { matches(body: T): boolean; maxAckPending: number; ackWaitMs: number; from: number },
): Durable<T> {
  const { matches, maxAckPending, ackWaitMs } = settings;
  const pending = new Map<number, Pending>();
  const again = new Map<number, { tries: number; notBeforeMs: number }>();
  const subscribers: { machine: Machine; take(delivered: Message<T>): void }[] = [];
  const acked: { seq: number; atMs: number }[] = [];
  let starts = 0;
  let next = settings.from;

  function candidate(): { seq: number; tries: number } | undefined {
    for (const [seq, { tries, notBeforeMs }] of again) {
      if (notBeforeMs > engine.now()) continue;
      again.delete(seq);
      if (log.at(seq)) return { seq, tries };
    }
    while (next <= log.last()) {
      const stored = log.at(next++);
      if (stored && matches(stored.body)) return { seq: stored.seq, tries: 0 };
    }
    return undefined;
  }

  function pump(): void {
    while (subscribers.length > 0 && pending.size < maxAckPending) {
      const found = candidate();
      if (!found) return;
      const subscriber = subscribers[Math.floor(random() * subscribers.length)];
      if (subscriber) deliver(subscriber, found.seq, found.tries + 1);
    }
  }

  function deliver({ machine, take }: (typeof subscribers)[number], seq: number, tries: number): void {
    const stored = log.at(seq);
    if (!stored) return;
    const server = starts;
    const entry: Pending = { tries, holder: machine, isDone: false, timer: engine.after(ackWaitMs, expire) };
    pending.set(seq, entry);
    engine.after(0.2 + random(), () => machine.whenAwake(() => take({ stored, tries, ack, nak, drop })));

    /** A process that works on it says so before `ack_wait` is over; a dead or frozen one does not. */
    function expire(): void {
      if (pending.get(seq) !== entry) return;
      if (machine.isAlive() && !machine.isFrozen() && !entry.isDone) {
        entry.timer = engine.after(ackWaitMs, expire);
        return;
      }
      redeliver(entry, seq, 0);
    }
    /** The server knows a message by its sequence alone: an ack counts for any delivery of it that is open. */
    function ack(): void {
      entry.isDone = true;
      if (server !== starts) return;
      settle(machine, () => {
        const open = pending.get(seq);
        if (open === undefined) return;
        engine.cancel(open.timer);
        pending.delete(seq);
        again.delete(seq);
        acked.push({ seq, atMs: engine.now() });
        pump();
      });
    }
    function drop(): void {
      entry.isDone = true;
    }
    function nak(afterMs: number): void {
      entry.isDone = true;
      if (server !== starts) return;
      settle(machine, () => {
        const open = pending.get(seq);
        if (open) redeliver(open, seq, afterMs);
      });
    }
  }

  /** An ack or nak is not confirmed: it may be lost without notice. */
  const settle = (machine: Machine, effect: () => void) => void machine.ask('nats', effect).catch(() => {});

  function redeliver(entry: Pending, seq: number, afterMs: number): void {
    engine.cancel(entry.timer);
    pending.delete(seq);
    again.set(seq, { tries: entry.tries, notBeforeMs: engine.now() + afterMs });
    if (afterMs > 0) engine.after(afterMs, pump);
    pump();
  }

  return {
    pump,
    subscribe(machine, take) {
      subscribers.push({ machine, take });
      pump();
    },
    unsubscribe(machine) {
      const at = subscribers.findIndex((subscriber) => subscriber.machine === machine);
      if (at >= 0) subscribers.splice(at, 1);
    },
    floor: () => Math.min(next, ...pending.keys(), ...again.keys()) - 1,
    isIdle: () => pending.size === 0 && again.size === 0 && next > log.last(),
    passOver() {
      next = log.last() + 1;
    },
    restart(forgottenSinceMs) {
      starts++;
      for (const [seq, entry] of [...pending]) redeliver(entry, seq, 100);
      for (const { seq, atMs } of acked.splice(0))
        if (atMs > forgottenSinceMs && log.at(seq)) again.set(seq, { tries: 1, notBeforeMs: engine.now() });
      next = Math.min(next, log.last() + 1);
      engine.after(100, pump);
    },
  };
}
