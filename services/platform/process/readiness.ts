import type { Clock } from './clock.ts';
import { kindOf } from './failure-run.ts';
import { type Running, startLoop } from './lifecycle.ts';

/*
 * Readiness is a promise: what a process is there for flows. Whatever may stop the flow without ending the process has a
 * check here, and says so in words by which an operator knows what to do.
 */

/** One thing that has to hold for the process to do its work. */
export type ReadinessCheck = {
  /** What it is about, such as `projection schedules`. Unique in its process. */
  name: string;
  /**
   * What is wrong now: one line without secrets, with the command that mends it where there is one; undefined while all
   * is well. It stays the same while nothing changes: instants, not durations. May ask a server, see {@link ANSWER_MS}.
   */
  problem(): string | undefined | Promise<string | undefined>;
  /** A problem counts once it has lasted so long, 0 unless given; but at once while the check has never been well. */
  patienceMs?: number;
  /** It is about what all services of an installation share. Where they run in one process it is said once. */
  isShared?: boolean;
};

export type Problem = Pick<ReadinessCheck, 'name' | 'isShared'> & { text: string };

/** The checks of one process. */
export type Readiness = {
  add(check: ReadinessCheck): void;
  /** The problems that count now. The process is ready when there are none. */
  problems(): Promise<Problem[]>;
};

/** A check that takes longer than this, or fails, is a problem itself. */
const ANSWER_MS = 2_000;
/** What it asks is away for a moment whenever a server is started again. */
const UNANSWERED_PATIENCE_MS = 5_000;
const LOOK_EVERY_MS = 1_000;
/** After a start everything is expected to be well within this: what is not yet by then is told. */
const START_MS = 10_000;
const LOOK_AT_START_MS = 100;

export const problemLine = ({ name, text }: Problem): string => `${name}: ${text}`;

export function openReadiness(clock: Clock): Readiness {
  const watched: Watched[] = [];
  let looking: Promise<Problem[]> | undefined;

  async function look(): Promise<Problem[]> {
    const found = await Promise.all(watched.map((each) => lookAt(each, clock)));
    return found.filter((problem) => problem !== undefined);
  }

  return {
    add: (check) => void watched.push({ check, sinceMs: undefined, wasWell: false }),
    problems() {
      looking ??= look().finally(() => {
        looking = undefined;
      });
      return looking;
    },
  };
}

/** `sinceMs`: when a look first found the problem that it still has. */
type Watched = { check: ReadinessCheck; sinceMs: number | undefined; wasWell: boolean };

async function lookAt(watched: Watched, clock: Clock): Promise<Problem | undefined> {
  const { name, patienceMs = 0, isShared = false } = watched.check;
  const { text, isUnanswered = false } = await answerOf(watched.check, clock);
  if (text === undefined) {
    watched.wasWell = true;
    watched.sinceMs = undefined;
    return undefined;
  }
  watched.sinceMs ??= clock.now();
  const patience = isUnanswered ? Math.max(patienceMs, UNANSWERED_PATIENCE_MS) : patienceMs;
  const counts = !watched.wasWell || clock.now() - watched.sinceMs >= patience;
  return counts ? { name, text, isShared } : undefined;
}

type Answer = { text: string | undefined; isUnanswered?: boolean };

async function answerOf({ problem }: ReadinessCheck, clock: Clock): Promise<Answer> {
  const answered = new AbortController();
  const late = clock
    .sleep(ANSWER_MS, answered.signal)
    .then(() => ({ text: 'does not answer', isUnanswered: true }));
  try {
    const answer = Promise.resolve()
      .then(problem)
      .then((text) => ({ text }));
    return await Promise.race([answer, late]);
  } catch (error) {
    // By its kind alone: the text of an error may hold what a request held.
    return { text: `cannot be checked (${kindOf(error)})`, isUnanswered: true };
  } finally {
    answered.abort();
  }
}

/** Told once when a problem begins to count and once when it is over; `ready` whenever there is none left. */
export type ReadinessListener = {
  began(problem: Problem): void;
  ended(problem: Problem): void;
  ready(): void;
};

/** Follows a process's readiness. What is over within the first seconds of a start is not told. */
export function followReadiness(
  { problems }: Pick<Readiness, 'problems'>,
  clock: Clock,
  listener: ReadinessListener,
): Running {
  const startedMs = clock.now();
  const told = new Map<string, Problem>();
  let wasReady: boolean | undefined;

  return startLoop(clock, {
    async round(signal) {
      const now = await problems();
      if (signal.aborted) return 0;
      const isStarting = wasReady === undefined && now.length > 0 && clock.now() - startedMs < START_MS;
      if (isStarting) return LOOK_AT_START_MS;
      for (const problem of told.values()) {
        if (now.some(({ name }) => name === problem.name)) continue;
        told.delete(problem.name);
        listener.ended(problem);
      }
      for (const problem of now) {
        if (!told.has(problem.name)) listener.began(problem);
        told.set(problem.name, problem);
      }
      if (told.size === 0 && wasReady !== true) listener.ready();
      wasReady = told.size === 0;
      return LOOK_EVERY_MS;
    },
    afterFailure: () => LOOK_EVERY_MS,
  });
}
