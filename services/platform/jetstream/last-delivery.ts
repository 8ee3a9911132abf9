import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { Delivery } from '#contracts/messages.ts';
import { storedJson } from './direct-get.ts';

export type LastDelivery = { delivery: Delivery; storedAtMs: number };

/** So many messages are looked at: some of the last ones may be about broadcasts. */
const LOOKS = 20;

/**
 * The last outcome of a reminder that DELIVERIES tells of, if it was stored after `sinceMs`. What it tells of was in
 * REMINDERS, and has a send record: a stream or bucket without it is older than DELIVERIES.
 */
export async function lastReminderDelivery(
  nats: NatsConnection,
  sinceMs: number,
): Promise<LastDelivery | undefined> {
  const { streams } = await jetstreamManager(nats, { checkAPI: false });
  const { state } = await streams.info('DELIVERIES');
  const oldest = Math.max(state.first_seq, state.last_seq - LOOKS + 1, 1);
  for (let seq = state.last_seq; seq >= oldest; seq--) {
    const message = await streams.getMessage('DELIVERIES', { seq });
    const storedAtMs = message?.time.getTime() ?? 0;
    const delivery = message ? readDelivery(message) : undefined;
    if (delivery && delivery.occurrences.length > 0 && storedAtMs > sinceMs) return { delivery, storedAtMs };
  }
  return undefined;
}

/** Undefined for what this version cannot read. */
export const readDelivery = (message: { json(): unknown }): Delivery | undefined =>
  Delivery.safeParse(storedJson(message)).data;
