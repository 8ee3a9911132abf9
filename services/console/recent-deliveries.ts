import type { NatsConnection } from '@nats-io/transport-node';
import { Delivery } from '#contracts/messages.ts';
import { STREAM_SUBJECTS } from '#contracts/subjects.ts';
import { directPages, storedJson } from '#services/platform/jetstream/direct-get.ts';
import { count, type Histogram, quantile } from './histogram.ts';

/** What is looked back at. */
export const RECENT_MS = 15 * 60_000;
/** One point of a plot. */
export const POINT_MS = 5_000;
const PAGE = 1_000;

/** What ended in the five seconds from `atMs` on. Lateness is that of delivered reminders, from the minute for which they were due. */
export type DeliveryPoint = {
  atMs: number;
  delivered: number;
  other: number;
  p50Ms?: number;
  p99Ms?: number;
};

type Slot = { delivered: number; other: number; lateness: Histogram };

export type RecentDeliveries = {
  /** Reads what DELIVERIES has got since the last time; at first that of the last 15 minutes. */
  read(nowMs: number): Promise<void>;
  /** Of the last 15 minutes, oldest first, one for each five seconds. */
  points(nowMs: number): DeliveryPoint[];
};

/**
 * How reminders ended, by DELIVERIES itself: the same in every replica of the console, and after its restart. What cannot be read is
 * left out. A reading that breaks off goes on where it was.
 */
export function openRecentDeliveries(nats: NatsConnection): RecentDeliveries {
  const slots = new Map<number, Slot>();
  let next: number | undefined;

  function take(json: unknown): void {
    const { data: delivery } = Delivery.safeParse(json);
    if (!delivery) return;
    const slot = slotAt(slots, Date.parse(delivery.at));
    if (delivery.outcome !== 'delivered') slot.other++;
    else {
      slot.delivered++;
      if (delivery.broadcastId === undefined) count(slot.lateness, delivery.latenessMs);
    }
  }

  return {
    async read(nowMs) {
      const from = next === undefined ? { start_time: new Date(nowMs - RECENT_MS) } : { seq: next };
      for await (const page of directPages(nats, 'DELIVERIES', STREAM_SUBJECTS.DELIVERIES, {
        batch: PAGE,
        from,
      }))
        for (const message of page) {
          take(storedJson(message));
          next = message.seq + 1;
        }
      for (const atMs of slots.keys()) if (atMs < nowMs - RECENT_MS - POINT_MS) slots.delete(atMs);
    },
    points(nowMs) {
      const lastMs = begin(nowMs);
      const count = RECENT_MS / POINT_MS;
      return Array.from({ length: count }, (_, i) => pointAt(slots, lastMs - (count - 1 - i) * POINT_MS));
    },
  };
}

const begin = (ms: number): number => Math.floor(ms / POINT_MS) * POINT_MS;

function slotAt(slots: Map<number, Slot>, ms: number): Slot {
  const atMs = begin(ms);
  const slot = slots.get(atMs) ?? { delivered: 0, other: 0, lateness: new Map() };
  slots.set(atMs, slot);
  return slot;
}

function pointAt(slots: ReadonlyMap<number, Slot>, atMs: number): DeliveryPoint {
  const slot = slots.get(atMs);
  if (!slot) return { atMs, delivered: 0, other: 0 };
  const { delivered, other, lateness } = slot;
  return { atMs, delivered, other, p50Ms: quantile(lateness, 0.5), p99Ms: quantile(lateness, 0.99) };
}
