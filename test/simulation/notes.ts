import type { ReminderDue, Tick } from '#contracts/messages.ts';
import type { Machine } from './machine.ts';
import type { Notes } from './role.ts';

/** Between which sequences of EVENTS a minute's schedules were read. */
export type Reading = { from: number; to: number };

export type Notebook = Notes & {
  problems: string[];
  trace: string[];
  /** Of the people of a partition. Undefined for a minute without a tick. */
  reading(minute: number, partition: number): Reading | undefined;
  /** Whether somebody who had a reminder in hand died or was stopped, or it was given to another in the meantime. */
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
  /** Lowest `eventsSequence` of all ticks of a minute: a lost one is published again. */
  const firstMinute = Math.floor(startMs / 60_000) - 1;
  const froms = new Int32Array((days + 4) * DAY);
  const dones = new Map<number, Map<number, number>>();
  const takers = new Map<string, Set<Machine>>();

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
    taken(machine, { userId, minute }) {
      const key = `${userId}.${minute}`;
      takers.set(key, (takers.get(key) ?? new Set()).add(machine));
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
      const had = [...(takers.get(`${userId}.${minute}`) ?? [])];
      return had.length > 1 || had.some((machine) => !machine.isAlive() || machine.wasFrozen());
    },
    say(what) {
      if (wantsTrace) trace.push(`${new Date(now()).toISOString()} ${what()}`);
    },
  };
}
