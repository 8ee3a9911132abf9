import type { Delivery, Occurrence, ReminderDue } from '#contracts/messages.ts';
import type { Clock } from '#services/platform/process/clock.ts';
import type { Log } from '#services/platform/process/log.ts';
import type { PublishOutcome } from './outcomes.ts';
import { isSame } from './post.ts';
import { type DeliveryResult, deliveryId, deliveryOf } from './send-record.ts';
import type { Claim, Claimed, Held, SendRecords } from './send-records.ts';
import { untilDone } from './until-done.ts';

type SettlingPorts = {
  records: SendRecords;
  publish: PublishOutcome;
  clock: Clock;
  log: Log;
  probe?(step: 'settled', due: ReminderDue): Promise<void> | void;
};

export type Settling = ReturnType<typeof settlement>;

/**
 * Ends of occurrences, each told to DELIVERIES once its marker carries it. Publishing what was published before
 * stores nothing, so every end that is met is published again: a crash before may have kept it from being told.
 */
export function settlement(ports: SettlingPorts, mostResends: number) {
  const { records, publish, clock, log, probe } = ports;

  const claimingOf = ({ userId, minute }: ReminderDue, by: string) => ({
    userId,
    minute,
    by,
    startedAt: new Date(clock.now()).toISOString(),
    mayResend: mostResends,
  });

  async function publishEach(deliveries: readonly Delivery[]): Promise<void> {
    const different = new Map(deliveries.map((delivery) => [deliveryId(delivery), delivery]));
    await Promise.all([...different.values()].map(publish));
  }

  const endedBy = async (held: Held, delivery: Delivery): Promise<void> => {
    const counts = await records.settle(held, delivery);
    if (counts) await publish(counts);
  };

  /** Brings what need not be sent any more to its end. @returns the others: they may be sent. */
  async function heed(due: ReminderDue, claims: readonly Claim[]): Promise<Claimed[]> {
    const ended = claims.flatMap((claim) =>
      claim.kind === 'standing' && claim.standing.kind === 'settled' ? [claim.standing.delivery] : [],
    );
    await publishEach(ended);
    const free: Claimed[] = [];
    for (const claim of claims) {
      const { occurrence } = claim;
      // Of one message, some markers may have got their end and some not.
      const shared = ended.find(({ occurrences }) => occurrences.some((one) => isSame(one, occurrence)));
      if (claim.kind === 'claimed') {
        if (shared) await endedBy(claim, shared);
        else free.push(claim);
        continue;
      }
      const { standing, held } = claim;
      if (standing.kind === 'alreadyReminded') {
        await publish(endingNow(due, occurrence, { outcome: 'suppressed', reason: 'alreadyReminded' }));
      }
      if (standing.kind === 'interrupted') {
        const unknown = endingNow(due, occurrence, { outcome: 'uncertain', reason: 'interrupted' });
        await endedBy(held, shared ?? unknown);
      }
    }
    return free;
  }

  const endingNow = (due: ReminderDue, occurrence: Occurrence, ending: DeliveryResult) =>
    deliveryOf(due, [occurrence], ending, clock.now());

  return {
    /** Write-ahead: resolves with those that may be sent now, all others have come to their end. */
    async claim(due: ReminderDue, occurrences: readonly Occurrence[], by: string): Promise<Claimed[]> {
      const claiming = claimingOf(due, by);
      const claims = await Promise.all(occurrences.map((occurrence) => records.claim(claiming, occurrence)));
      return heed(due, claims);
    },

    /** The end of an occurrence that is not sent. */
    async endUnsent(
      due: ReminderDue,
      occurrence: Occurrence,
      by: string,
      ending: DeliveryResult,
    ): Promise<void> {
      const delivery = endingNow(due, occurrence, ending);
      // What may have been sent does not end as unsent, also where it might be sent again.
      const claim = await records.claim({ ...claimingOf(due, by), mayResend: 0 }, occurrence, delivery);
      if (claim.kind === 'claimed') await publish(delivery);
      else await heed(due, [claim]);
    },

    /**
     * The end of one message's occurrences, by Telegram's answer. It is known only here, so it is tried until the
     * server takes it. Rejects when the signal is aborted before: then it will end as uncertain.
     */
    async settle(
      due: ReminderDue,
      claimed: readonly Claimed[],
      ending: DeliveryResult,
      signal: AbortSignal,
    ): Promise<void> {
      const occurrences = claimed.map(({ occurrence }) => occurrence);
      const delivery = deliveryOf(due, occurrences, ending, clock.now());
      const record = async () => {
        const counting = await Promise.all(claimed.map((held) => records.settle(held, delivery)));
        return counting.filter((end) => end !== undefined);
      };
      const ends = await untilDone({ clock, log }, record, signal);
      await probe?.('settled', due);
      await untilDone({ clock, log }, () => publishEach(ends), signal);
    },

    async withdraw(claimed: readonly Claimed[]): Promise<void> {
      await Promise.all(claimed.map((held) => records.withdraw(held)));
    },

    mayResend: (claimed: readonly Claimed[]) => claimed.every(({ record }) => record.tries <= mostResends),
  };
}
