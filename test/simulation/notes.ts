import type { ReminderDue, Tick } from '#contracts/messages.ts';
import type { Machine } from './machine.ts';

/** What happens, written down for the invariants. */
export type Notes = {
  ticked(tick: Tick): void;
  done(tick: Tick, partitions: readonly number[]): void;
  received(machine: Machine, due: ReminderDue): void;
  broken(problem: string): void;
  /** For the trace; costs nothing when no trace is wanted. */
  say(what: () => string): void;
};

/** Between which sequences of EVENTS a minute's schedules were read. */
export type Reading = { from: number; to: number };

export type Notebook = Notes & {
  problems: string[];
  trace: string[];
  /** The reading for the people of a partition. Undefined for a minute without a tick. */
  reading(minute: number, partition: number): Reading | undefined;
  /** Whether a sender that had received the reminder died or was frozen, or another one received it as well. */
  mayBeInterrupted(due: Pick<ReminderDue, 'userId' | 'minute'>): boolean;
};

export type NotebookOf = {
  startMs: number;
  days: number;
  now(): number;
  lastEvent(): number;
  wantsTrace: boolean;
};

const DAY = 1440;

export function openNotebook({ startMs, days, now, lastEvent, wantsTrace }: NotebookOf): Notebook {
  const problems: string[] = [];
  const trace: string[] = [];
  const firstMinute = Math.floor(startMs / 60_000) - 1;
  /** The lowest `eventsSequence` of all ticks of a minute: a tick that was lost is published again. */
  const froms = new Int32Array((days + 4) * DAY);
  const dones = new Map<number, Map<number, number>>();
  const receivers = new Map<string, Set<Machine>>();

  return {
    problems,
    trace,
    ticked({ minute, eventsSequence }: Tick) {
      const at = minute - firstMinute;
      const before = froms[at];
      if (before === 0 || (before !== undefined && eventsSequence < before)) froms[at] = eventsSequence;
    },
    done({ minute }, partitions) {
      const done = dones.get(minute) ?? new Map<number, number>();
      for (const partition of partitions) done.set(partition, lastEvent());
      dones.set(minute, done);
    },
    received(machine, { userId, minute }) {
      const key = `${userId}.${minute}`;
      receivers.set(key, (receivers.get(key) ?? new Set()).add(machine));
    },
    broken(problem) {
      problems.push(problem);
    },
    reading(minute, partition) {
      const from = froms[minute - firstMinute];
      if (!from) return undefined;
      return { from, to: Math.max(from, dones.get(minute)?.get(partition) ?? from) };
    },
    mayBeInterrupted({ userId, minute }) {
      const had = [...(receivers.get(`${userId}.${minute}`) ?? [])];
      return had.length > 1 || had.some((machine) => !machine.isAlive() || machine.wasFrozen());
    },
    say(what) {
      if (wantsTrace) trace.push(`${new Date(now()).toISOString()} ${what()}`);
    },
  };
}
