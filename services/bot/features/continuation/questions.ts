import { QUESTIONS_CONSUMER } from '#contracts/consumers.ts';
import { parseDelivery, type RecordedDelivery } from '#projections/engine/delivery.ts';
import { type ConsumerHandler, consumerHandler } from '#services/platform/jetstream/handler.ts';
import type { People } from '../../people.ts';

/**
 * Records that a person who was silent for long was asked whether to go on; until they answer or check in, no reminder
 * comes. The sender asks, but may not write events. The event has the instant of the question, so that an answer counts
 * even if it is given before the question is recorded.
 */
export function questions(people: People): ConsumerHandler {
  return consumerHandler<RecordedDelivery>({
    consumer: QUESTIONS_CONSUMER,
    prefetch: 16,
    parse: ({ subject, seq, json }) => parseDelivery(subject, json(), seq),
    async handle({ userId, occurrences, at }, { seq }) {
      const person = await people.read(userId);
      const on = occurrences[0]?.on;
      if (on === undefined || !person.account.registered) return;
      const cause = `delivery-${seq}`;
      const metadata = { correlationId: cause, causationId: cause, at };
      const command = { type: 'RecordContinuationAsked', data: { on } } as const;
      await people.carryOut(person, [{ to: 'account', command }], metadata);
    },
  });
}
