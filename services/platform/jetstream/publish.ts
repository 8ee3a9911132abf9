import type { JetStreamClient } from '@nats-io/jetstream';
import { streamOfSubject } from '#contracts/subjects.ts';
import { systemClock } from '../process/clock.ts';
import { isLostRace } from './errors.ts';
import { readAfterLostRace } from './lost-race.ts';

/** A quicker write is dropped with its leader, which is rare once. */
const MOST_TRIES = 5;

/**
 * Stores the first message of a subject, as JSON. May be repeated.
 * @returns false when the subject has a message already: nothing was stored.
 * @throws the refusal when message after message that was quicker is not there in the end.
 */
export async function publishOnce(js: JetStreamClient, subject: string, body: unknown): Promise<boolean> {
  for (let tries = 1; ; tries++) {
    try {
      await js.publish(subject, JSON.stringify(body), { expect: { lastSubjectSequence: 0 } });
      return true;
    } catch (error) {
      if (!isLostRace(error)) throw error;
      if (await isThere(js, subject)) return false;
      if (tries === MOST_TRIES) throw error;
    }
  }
}

/** A replicated stream also refuses for the sake of a write that it then drops. */
async function isThere(js: JetStreamClient, subject: string): Promise<boolean> {
  const { streams } = await js.jetstreamManager(false);
  const stream = streamOfSubject(subject);
  const read = async () => (await streams.getMessage(stream, { last_by_subj: subject })) !== null;
  return readAfterLostRace(systemClock, read, (found) => found);
}
