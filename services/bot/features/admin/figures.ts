import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Pool } from 'pg';
import { senderConsumer, TIERS } from '#contracts/consumers.ts';
import type { BroadcastId } from '#contracts/ids.ts';
import type { Tier } from '#contracts/messages.ts';
import { type OutcomeCounts, outcomesOfBroadcast, outcomesOn } from '#projections/admin/figures.ts';
import { type Counts, countAll } from '#projections/schedules/recipients.ts';
import type { Clock } from '#services/platform/process/clock.ts';

export type Figures = Counts & {
  /** Reminders and broadcasts not yet acked, by tier. */
  queued: Record<Tier, number>;
  /** How reminders of this day (UTC) ended so far. */
  today: OutcomeCounts;
  deadLetters: number;
};

/** Thrown when Postgres does not answer: an admin's figures must not hold up the updates of others behind theirs. */
export class FiguresAway extends Error {
  override name = 'FiguresAway';
}

export type FigureReader = {
  all(): Promise<Figures>;
  /** How many accounts a message to everybody would go to. */
  reachable(): Promise<number>;
  ofBroadcast(id: BroadcastId): Promise<OutcomeCounts>;
};

/** All methods throw {@link FiguresAway}. */
export async function openFigures(nats: NatsConnection, database: Pool, clock: Clock): Promise<FigureReader> {
  const { consumers, streams } = await jetstreamManager(nats, { checkAPI: false });

  const queuedIn = async (tier: Tier): Promise<[Tier, number]> => {
    const { num_pending, num_ack_pending } = await consumers.info('REMINDERS', senderConsumer(tier).name);
    return [tier, num_pending + num_ack_pending];
  };
  const fromDatabase = <T>(read: Promise<T>): Promise<T> =>
    read.catch((cause: unknown) => {
      throw new FiguresAway('figures cannot be read', { cause });
    });

  return {
    async all() {
      const on = new Date(clock.now()).toISOString().slice(0, 10);
      const counted = fromDatabase(Promise.all([countAll(database), outcomesOn(database, on)]));
      const [[counts, today], queued, dead] = await Promise.all([
        counted,
        Promise.all(TIERS.map(queuedIn)),
        streams.info('DEAD'),
      ]);
      const byTier = { engaged: 0, regular: 0, dormant: 0, broadcast: 0, ...Object.fromEntries(queued) };
      return { ...counts, today, queued: byTier, deadLetters: dead.state.messages };
    },
    reachable: async () => (await fromDatabase(countAll(database))).reachable,
    ofBroadcast: (id) => fromDatabase(outcomesOfBroadcast(database, id)),
  };
}
