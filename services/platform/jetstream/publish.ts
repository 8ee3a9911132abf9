import type { JetStreamClient } from '@nats-io/jetstream';
import { isLostRace } from './errors.ts';

/**
 * Stores the first message of a subject, as JSON. May be repeated.
 * @returns false when the subject has a message already: nothing was stored.
 */
export async function publishOnce(js: JetStreamClient, subject: string, body: unknown): Promise<boolean> {
  try {
    await js.publish(subject, JSON.stringify(body), { expect: { lastSubjectSequence: 0 } });
    return true;
  } catch (error) {
    if (isLostRace(error)) return false;
    throw error;
  }
}
