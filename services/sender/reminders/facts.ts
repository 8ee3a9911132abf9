import type { Queryable } from '#projections/engine/projection.ts';
import { type SendFacts, type SendRequest, sendFacts } from '#projections/schedules/send-facts.ts';
import { batched } from '../batched.ts';

export type ReadFacts = (request: SendRequest) => Promise<SendFacts>;

const MOST_AT_ONCE = 500;

/**
 * Reads the facts of reminders about to be sent, those of many in one query.
 * @param guard rejects while the schedules must not be read.
 */
export function factsReader(database: Queryable, guard: () => Promise<void>): ReadFacts {
  return batched(async (requests: SendRequest[]) => {
    await guard();
    return sendFacts(database, requests);
  }, MOST_AT_ONCE);
}
