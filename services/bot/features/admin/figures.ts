import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Pool } from 'pg';
import { senderConsumer, TIERS } from '#contracts/consumers.ts';
import type { BroadcastId } from '#contracts/ids.ts';
import type { Tier } from '#contracts/messages.ts';
import type { LocalDate } from '#contracts/time.ts';
import { type ActivityOn, activityBetween } from '#projections/admin/activity.ts';
import { type OutcomeCounts, outcomesOfBroadcast, outcomesOn } from '#projections/admin/figures.ts';
import { type Counts, countAll } from '#projections/schedules/recipients.ts';
import type { Clock } from '#services/platform/process/clock.ts';
import type { Log } from '#services/platform/process/log.ts';
import { type DeliveryState, deliveryState } from './delivery-state.ts';

export type Figures = Counts & {
  /** Reminders and broadcasts not yet acked, by tier. */
  queued: Record<Tier, number>;
  /** How reminders of this day (UTC) ended so far. */
  today: OutcomeCounts;
  deadLetters: number;
};

const DAY_MS = 86_400_000;
/** The day (UTC) in which an instant lies. */
const dayOf = (ms: number): LocalDate => new Date(ms).toISOString().slice(0, 10);

export type FigurePorts = { nats: NatsConnection; database: Pool; clock: Clock; log: Log };

/** Thrown when Postgres, or what else figures are read from, does not answer: an admin's figures must not hold up the updates of others behind theirs. */
export class FiguresAway extends Error {
  override name = 'FiguresAway';
}

export type FigureReader = {
  delivery(): Promise<DeliveryState>;
  /** Of the last so many days (UTC), today with them. */
  activity(days: number): Promise<ActivityOn[]>;
  all(): Promise<Figures>;
  /** How many accounts a message to everybody would go to. */
  reachable(): Promise<number>;
  ofBroadcast(id: BroadcastId): Promise<OutcomeCounts>;
};

/** All methods throw {@link FiguresAway}. */
export async function openFigures({ nats, database, clock, log }: FigurePorts): Promise<FigureReader> {
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
    delivery: () => fromDatabase(deliveryState({ nats, database, log }, clock.now())),
    activity(days) {
      const nowMs = clock.now();
      const from = dayOf(nowMs - (days - 1) * DAY_MS);
      return fromDatabase(activityBetween(database, from, dayOf(nowMs)));
    },
    async all() {
      const on = dayOf(clock.now());
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
