import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Pool } from 'pg';
import type { UserId } from '#contracts/ids.ts';
import { eventsOfUser } from '#contracts/subjects.ts';
import { beginOfMinuteMs, type EpochMinute } from '#contracts/time.ts';
import { projectedUpTo } from '#projections/engine/checkpoints.ts';
import { sendFacts } from '#projections/schedules/send-facts.ts';
import type { Log } from '#services/platform/process/log.ts';
import { openBudgetControl } from '#services/platform/rate-limit/budget-control.ts';
import { type Path, pathOf } from './path.ts';
import { type Account, accountOf, type Due, type DueTimes, dueTimesOf } from './schedule.ts';

export type ExplainPorts = { nats: NatsConnection; database: Pool; log: Log; nowMs: number };

/** The latest minute at which something of the person was due, and why that is not wanted any more, by what is known now. */
type DueMinute = { minute: EpochMinute; all: readonly Due[]; unwanted: string[] };

/** Everything that is known of why a person has a reminder, or has none. */
export type Known = {
  account: Account | undefined;
  times: readonly DueTimes[];
  /** Sequences: the schedules, and the newest event of the person, which is undefined when they have none. */
  projected: number;
  newestEvent: number | undefined;
  due: DueMinute | undefined;
  path: Path | undefined;
  pause: { untilMs: number; because: string } | undefined;
};

/** Reminders that were due longer ago have expired. */
const LOOK_BACK_MS = 24 * 3_600_000;

export async function knownOf({ nats, database, log, nowMs }: ExplainPorts, userId: UserId): Promise<Known> {
  const { streams } = await jetstreamManager(nats, { checkAPI: false });
  const account = await accountOf(database, userId);
  const times = await dueTimesOf(database, userId, nowMs);
  const due = await lastDue(database, userId, times, nowMs);
  const newest = await streams.getMessage('EVENTS', { last_by_subj: eventsOfUser(userId) });
  const budget = await openBudgetControl(nats, log);
  const { pause } = await budget.view().finally(() => budget.stop());
  return {
    ...{ account, times, due, pause },
    projected: (await projectedUpTo(database, 'schedules', 'EVENTS')).sequence,
    newestEvent: newest?.seq,
    path: due && (await pathOf(nats, userId, due)),
  };
}

async function lastDue(
  database: Pool,
  userId: UserId,
  times: readonly DueTimes[],
  nowMs: number,
): Promise<DueMinute | undefined> {
  const past = times.flatMap(({ last }) => last ?? []);
  const minute = past.map((each) => each.minute).sort((a, b) => b - a)[0];
  if (minute === undefined || nowMs - beginOfMinuteMs(minute) > LOOK_BACK_MS) return undefined;
  const all = past.filter((each) => each.minute === minute);
  const [facts] = await sendFacts(database, [
    { userId, minute, occurrences: all.map((each) => each.occurrence) },
  ]);
  const unwanted = (facts?.occurrences ?? []).flatMap(({ suppressed }) => suppressed ?? []);
  return { minute, all, unwanted: unwanted.length === all.length ? unwanted : [] };
}
