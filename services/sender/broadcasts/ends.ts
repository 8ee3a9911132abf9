import type { BroadcastDue, Delivery } from '#contracts/messages.ts';
import { broadcastKey } from '#contracts/subjects.ts';
import type { Clock } from '#services/platform/process/clock.ts';
import type { Log } from '#services/platform/process/log.ts';
import type { PublishOutcome } from '../delivery/outcomes.ts';
import type { Claiming, DeliveryResult } from '../delivery/send-record.ts';
import type { Held, KeyClaim, SendRecords } from '../delivery/send-records.ts';
import { untilDone } from '../delivery/until-done.ts';

export type EndPorts = { records: SendRecords; publish: PublishOutcome; clock: Clock; log: Log };

export type BroadcastEnds = ReturnType<typeof broadcastEnds>;

/**
 * Claims and ends of a broadcast's messages: the life of an occurrence (see ../marker.ts), with one key for a person
 * and broadcast.
 */
export function broadcastEnds({ records, publish, clock, log }: EndPorts, mostResends: number) {
  /** With `delivery` it has its end at once. What may have been sent does not end as unsent. */
  const claim = (due: BroadcastDue, by: string, delivery?: Delivery): Promise<KeyClaim> => {
    const startedAt = new Date(clock.now()).toISOString();
    const { userId, minute } = due;
    const mayResend = delivery === undefined ? mostResends : 0;
    const claiming: Claiming = { userId, minute, startedAt, by, mayResend };
    return records.claimKey(claiming, broadcastKey(due.broadcastId, userId), delivery);
  };

  const deliveryOf = (
    due: BroadcastDue,
    { outcome, reason, telegramMessageId }: DeliveryResult,
  ): Delivery => ({
    ...due,
    tier: 'broadcast',
    outcome,
    ...(reason === undefined ? {} : { reason: reason.slice(0, 512) }),
    occurrences: [],
    at: new Date(clock.now()).toISOString(),
    latenessMs: Math.round(clock.now() - due.minute * 60_000),
    ...(telegramMessageId === undefined ? {} : { telegramMessageId }),
  });

  const end = async (held: Held, delivery: Delivery): Promise<void> => {
    const counts = await records.settle(held, delivery);
    if (counts) await publish(counts);
  };

  /** What somebody else began is told of, or ended when they never will. */
  async function heed(due: BroadcastDue, { standing, held }: Extract<KeyClaim, { kind: 'standing' }>) {
    if (standing.kind === 'settled') await publish(standing.delivery);
    else await end(held, deliveryOf(due, { outcome: 'uncertain', reason: 'interrupted' }));
  }

  return {
    /** Write-ahead. Undefined when it has come to its end already. */
    async claim(due: BroadcastDue, by: string): Promise<Held | undefined> {
      const claimed = await claim(due, by);
      if (claimed.kind === 'claimed') return claimed;
      await heed(due, claimed);
      return undefined;
    },
    /** The end of a message that is not sent. */
    async endUnsent(due: BroadcastDue, by: string, reason: string): Promise<void> {
      const delivery = deliveryOf(due, { outcome: 'suppressed', reason });
      const claimed = await claim(due, by, delivery);
      if (claimed.kind === 'claimed') await publish(delivery);
      else await heed(due, claimed);
    },
    /** The end by Telegram's answer, tried until the server takes it. */
    settle(due: BroadcastDue, held: Held, ending: DeliveryResult, signal: AbortSignal): Promise<void> {
      const delivery = deliveryOf(due, ending);
      return untilDone({ clock, log }, () => end(held, delivery), signal);
    },
    withdraw: (held: Held) => records.withdraw(held),
    mayResend: ({ record }: Held) => record.tries <= mostResends,
  };
}
