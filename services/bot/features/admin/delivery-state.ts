import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { senderConsumer, TIERS } from '#contracts/consumers.ts';
import type { Tier } from '#contracts/messages.ts';
import { DEAD_LETTERS, remindersOfTier } from '#contracts/subjects.ts';
import { type Lateness, latenessSince } from '#projections/admin/lateness.ts';
import type { Queryable } from '#projections/engine/projection.ts';
import type { Log } from '#services/platform/process/log.ts';
import { type BudgetView, openBudgetControl } from '#services/platform/rate-limit/budget-control.ts';

const HOUR_MS = 3_600_000;

/** Messages of one tier that are not done with, and when the oldest of them was queued (epoch ms). */
export type TierQueue = { tier: Tier; waiting: number; oldestAtMs: number | undefined };

/** How sending goes, at `nowMs`. */
export type DeliveryState = {
  nowMs: number;
  tiers: TierQueue[];
  /** Of reminders delivered in this hour (UTC) and the one before, and in the last 24. */
  lateness: { lately: Lateness; ofTheDay: Lateness };
  budget: BudgetView;
  /** By consumer, the most first. */
  dead: { consumer: string; count: number }[];
};

export type DeliverySources = { nats: NatsConnection; database: Queryable; log: Log };

/** Rejects when Postgres or NATS does not answer. */
export async function deliveryState(
  { nats, database, log }: DeliverySources,
  nowMs: number,
): Promise<DeliveryState> {
  const manager = await jetstreamManager(nats, { checkAPI: false });
  const since = (hours: number) => new Date(Math.floor(nowMs / HOUR_MS - hours) * HOUR_MS).toISOString();
  const [tiers, lately, ofTheDay, budget, dead] = await Promise.all([
    Promise.all(TIERS.map((tier) => queueOf(manager, tier))),
    latenessSince(database, since(1)),
    latenessSince(database, since(23)),
    budgetNow(nats, log),
    deadLetters(manager),
  ]);
  return { nowMs, tiers, lateness: { lately, ofTheDay }, budget, dead };
}

async function queueOf({ consumers, streams }: JetStreamManager, tier: Tier): Promise<TierQueue> {
  const info = await consumers.info('REMINDERS', senderConsumer(tier).name);
  const waiting = info.num_pending + info.num_ack_pending;
  if (waiting === 0) return { tier, waiting, oldestAtMs: undefined };
  // Everything up to the ack floor is done with, so the oldest that waits comes next.
  const query = { seq: info.ack_floor.stream_seq + 1, next_by_subj: remindersOfTier(tier) };
  const oldest = await streams.getMessage('REMINDERS', query);
  return { tier, waiting, oldestAtMs: oldest?.time.getTime() };
}

async function budgetNow(nats: NatsConnection, log: Log): Promise<BudgetView> {
  const control = await openBudgetControl(nats, log);
  try {
    return await control.view();
  } finally {
    control.stop();
  }
}

async function deadLetters({ streams }: JetStreamManager): Promise<DeliveryState['dead']> {
  const { state } = await streams.info('DEAD', { subjects_filter: DEAD_LETTERS });
  return Object.entries(state.subjects ?? {})
    .map(([subject, count]) => ({ consumer: subject.slice(subject.indexOf('.') + 1), count }))
    .toSorted((a, b) => b.count - a.count);
}
