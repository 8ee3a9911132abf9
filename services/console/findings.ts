import type { Figures } from './figures.ts';
import type { Place } from './place.ts';
import type { Queue } from './queues.ts';

/** `stuck`: it does not mend itself. `late`: it moves, and people wait. `note`: an operator should know. */
export type Finding = { level: 'stuck' | 'late' | 'note'; place: Place; text: string };

/** The tick of a minute is there a moment after it has begun: the next one is missing when this one is older. */
const TICK_MS = 60_000 + 15_000;
const SHARDS_LATE_MS = 30_000;
const UPDATES_LATE_MS = 10_000;
const REMINDERS_LATE_MS = 60_000;
const PROJECTION_LATE_MS = 30_000;
/** Nothing is worked on for so long by any process without a sign of life to NATS. */
const STILL_MS = 60_000;

/** What is wrong now, worst first. Nothing is said twice: what is paused or waits for Telegram does not stand still. */
export function findingsOf(figures: Figures): Finding[] {
  const { tick, updates, replies, shards, tiers, projections, budget, dead } = figures;
  const isPausedByTelegram = budget.pause !== undefined;
  const found: (Finding | undefined)[] = [
    budget.pause && {
      level: 'late',
      place: 'telegram',
      text: `Telegram asks everybody to wait for ${duration(budget.pause.untilMs - budget.nowMs)}: ${budget.pause.because || 'reason unknown'}`,
    },
    tick.ageMs === undefined
      ? { level: 'stuck', place: 'tick', text: 'There has never been a tick' }
      : over(tick.ageMs, TICK_MS, () => ({
          level: 'stuck',
          place: 'tick',
          text: `The newest tick is of ${duration(tick.ageMs ?? 0)} ago`,
        })),
    ...queueFindings('bot', updates, { lateMs: UPDATES_LATE_MS, what: 'Updates' }),
    ...queueFindings('bot', replies, {
      lateMs: REMINDERS_LATE_MS,
      what: 'Replies',
      mayStandStill: isPausedByTelegram,
    }),
    ...queueFindings('shards', shards, { lateMs: SHARDS_LATE_MS, what: 'Ticks' }),
    ...tiers.flatMap((tier) =>
      queueFindings('sender', tier, {
        lateMs: REMINDERS_LATE_MS,
        what: `Reminders of ${tier.name}`,
        mayStandStill: isPausedByTelegram,
      }),
    ),
    ...projections.flatMap((each) =>
      queueFindings('projector', each, { lateMs: PROJECTION_LATE_MS, what: `Messages of ${each.name}` }),
    ),
    ...missing(figures),
    deadLetters(dead),
  ];
  const rank = { stuck: 0, late: 1, note: 2 };
  return found.filter((each) => each !== undefined).sort((a, b) => rank[a.level] - rank[b.level]);
}

function deadLetters(dead: Figures['dead']): Finding | undefined {
  const letters = dead.reduce((sum, each) => sum + each.letters, 0);
  if (letters === 0) return undefined;
  const counted = `${letters.toLocaleString('en')} dead letter${letters === 1 ? '' : 's'}`;
  return { level: 'note', place: 'dead', text: `${counted}: see "habitstream dead list"` };
}

type QueueRule = { lateMs: number; what: string; mayStandStill?: boolean };

function queueFindings(
  place: Place,
  queue: Queue,
  { lateMs, what, mayStandStill = false }: QueueRule,
): Finding[] {
  const { waiting, oldestMs, stillMs, pausedUntil } = queue;
  if (pausedUntil !== undefined)
    return [{ level: 'note', place, text: `${what}: an operator has paused them until ${pausedUntil}` }];
  if (waiting > 0 && stillMs > STILL_MS && !mayStandStill)
    return [
      {
        level: 'stuck',
        place,
        text: `${what}: ${waiting} wait, and none has been taken for ${duration(stillMs)}`,
      },
    ];
  if (oldestMs <= lateMs) return [];
  return [{ level: 'late', place, text: `${what}: the oldest has waited for ${duration(oldestMs)}` }];
}

/** Consumers without which something is never taken. */
function missing({ missing }: Figures): Finding[] {
  return missing.map(({ place, name }) => ({
    level: 'stuck',
    place,
    text: `The consumer ${name} is gone: run "habitstream provision"`,
  }));
}

const over = (ms: number, limitMs: number, finding: () => Finding): Finding | undefined =>
  ms > limitMs ? finding() : undefined;

/** `48 s`, `12 min`, `3 h`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
