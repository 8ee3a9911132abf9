import type { NatsConnection } from '@nats-io/transport-node';
import { TIERS } from '#contracts/consumers.ts';
import type { ReminderDue } from '#contracts/messages.ts';
import { reminderInAnyTier, reminderSubject } from '#contracts/subjects.ts';
import { directGet } from '#services/platform/jetstream/direct-get.ts';
import { readAfterLostRace } from '#services/platform/jetstream/lost-race.ts';
import type { Clock } from '#services/platform/process/clock.ts';

/** Of reminders that were refused because others were quicker, those of which none is stored in the end. */
export type MissingReminders = (refused: readonly ReminderDue[]) => Promise<ReminderDue[]>;

type Ports = { nats: NatsConnection; clock: Pick<Clock, 'sleep'> };

/** nats-server answers for 1024 subjects at once; a person's minute may stand in more than one tier. */
const ASKED_AT_ONCE = 256;

/**
 * A replicated stream refuses a write from the moment at which it takes the quicker one, which may still die with its
 * leader: then nobody has queued the reminder. Costs one read for some hundreds, and only where a tick is done again.
 */
export function missingReminders({ nats, clock }: Ports): MissingReminders {
  async function missingOf(some: readonly ReminderDue[]): Promise<ReminderDue[]> {
    const subjects = some.map(({ userId, minute }) => reminderInAnyTier(userId, minute));
    const stored = await directGet(nats, 'REMINDERS', { multi_last: subjects });
    const found = new Set(stored.map(({ subject }) => subject));
    return some.filter(
      ({ userId, minute }) => !TIERS.some((tier) => found.has(reminderSubject(tier, userId, minute))),
    );
  }

  return async (refused) => {
    const missing: ReminderDue[] = [];
    for (let from = 0; from < refused.length; from += ASKED_AT_ONCE) {
      const some = refused.slice(from, from + ASKED_AT_ONCE);
      missing.push(
        ...(await readAfterLostRace(
          clock,
          () => missingOf(some),
          (found) => found.length === 0,
        )),
      );
    }
    return missing;
  };
}
