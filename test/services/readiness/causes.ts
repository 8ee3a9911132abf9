import { habitIdFrom } from '#contracts/ids.ts';
import type { ReminderDue } from '#contracts/messages.ts';
import { reminderSubject, TICK_SUBJECT, updateSubject } from '#contracts/subjects.ts';
import { asMinute, asUserId } from '../../support/ids.ts';
import { insertPeople } from '../sender/people.ts';
import { type ReadinessFixture, type ServiceName, TOKEN } from './fixture.ts';

export type Cure = () => Promise<unknown>;

/** One way in which a service stops working without ending, and what `/readyz` has to say of it. */
export type Kind = {
  service: ServiceName;
  name: string;
  says: RegExp;
  webhook?: boolean;
  /** Before the service is started. */
  before?(fixture: ReadinessFixture): Promise<unknown>;
  /** Makes it happen. @returns how to mend it. */
  cause(fixture: ReadinessFixture): Promise<Cure>;
};

/** Longer than any test. */
const LONG_MS = 600_000;

/** As if the tables in use had been made from other SQL. Undefined: as they were. */
export async function setFingerprint(
  { pool }: ReadinessFixture,
  fingerprint: string | undefined,
): Promise<void> {
  const where = `projection = 'schedules' AND stream = 'EVENTS'`;
  if (fingerprint === undefined) {
    await pool.query(
      `UPDATE projections.checkpoints SET fingerprint = split_part(fingerprint, ':', 2) WHERE ${where}`,
    );
    return;
  }
  await pool.query(
    `UPDATE projections.checkpoints SET fingerprint = $1 || ':' || fingerprint WHERE ${where}`,
    [fingerprint],
  );
}

export async function deleteConsumer(fixture: ReadinessFixture, stream: string, name: string): Promise<Cure> {
  await fixture.manager.consumers.delete(stream, name);
  return fixture.provisionAll;
}

export async function pauseConsumer(
  { manager }: ReadinessFixture,
  stream: string,
  name: string,
): Promise<Cure> {
  await manager.consumers.pause(stream, name, new Date(Date.now() + LONG_MS));
  return () => manager.consumers.resume(stream, name);
}

export async function deleteStream(fixture: ReadinessFixture, name: string): Promise<Cure> {
  await fixture.manager.streams.delete(name);
  return fixture.provisionAll;
}

export async function databaseAway(fixture: ReadinessFixture): Promise<Cure> {
  await fixture.allowConnections(false);
  return () => fixture.allowConnections(true);
}

export async function tick({ js }: ReadinessFixture, eventsSequence: number): Promise<void> {
  const minute = Math.floor(Date.now() / 60_000);
  await js.publish(TICK_SUBJECT, JSON.stringify({ minute, eventsSequence }));
}

export async function remind({ js, pool, telegram }: ReadinessFixture): Promise<void> {
  const userId = asUserId(1);
  const minute = asMinute(Math.floor(Date.now() / 60_000));
  const occurrence = { habitId: habitIdFrom(userId, 1), on: '2026-11-25', at: '08:00' };
  await telegram.person({ id: 1, first_name: 'Kim', started: true }).catch(() => {});
  await insertPeople(pool, [{ userId, due: [occurrence] }]);
  const due: ReminderDue = {
    userId,
    minute,
    tier: 'engaged',
    expiresAt: new Date(Date.now() + LONG_MS).toISOString(),
    due: [occurrence],
  };
  await js.publish(reminderSubject('engaged', userId, minute), JSON.stringify(due));
}

/** Straight into UPDATES: ingress does not run. */
export async function sayHello({ js, telegram }: ReadinessFixture, updateId = 1): Promise<void> {
  await telegram.person({ id: 7, first_name: 'Kim', started: true });
  const person = { id: 7, is_bot: false, first_name: 'Kim' };
  const message = { message_id: 1, date: 1, chat: { id: 7, type: 'private' }, from: person, text: '/help' };
  await js.publish(updateSubject(asUserId(7)), JSON.stringify({ update_id: updateId, message }));
}

/** A poll that waits answers when there is an update. */
export async function wakePoll({ telegram }: Pick<ReadinessFixture, 'telegram'>): Promise<void> {
  const person = await telegram.person({ id: 8, first_name: 'Kim' });
  await person.say('/start');
}

export async function pollBeside({ simulator }: ReadinessFixture): Promise<Cure> {
  const stopping = new AbortController();
  const polling = (async () => {
    while (!stopping.signal.aborted) {
      const url = `${simulator.url}/bot${TOKEN}/getUpdates?timeout=20`;
      await fetch(url, { signal: stopping.signal }).catch(() => {});
    }
  })();
  return async () => {
    stopping.abort();
    await polling;
  };
}
