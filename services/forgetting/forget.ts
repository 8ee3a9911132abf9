import type { NatsConnection } from '@nats-io/transport-node';
import { ForgettingReport, type ForgettingRequested } from '#contracts/forgetting.ts';
import type { UserId } from '#contracts/ids.ts';
import { forgettingReports } from '#contracts/subjects.ts';
import type { Databases } from '#projections/engine/versions.ts';
import type { Clock } from '#services/platform/process/clock.ts';
import { rewriteFiles } from './file-rewriting.ts';
import { untilQuiet, writersOfInput, writersOfReminders } from './quiet.ts';
import { forgetProjected, rewriteDatabases } from './rows.ts';
import { BESIDE, type ErasableStream, INPUT, type StoredMessages } from './stored-messages.ts';
import type { Subscriptions } from './subscriptions.ts';
import type { Tombstones } from './tombstones.ts';

export type ForgetPorts = {
  nats: NatsConnection;
  databases: Databases;
  messages: StoredMessages;
  tombstones: Tombstones;
  subscriptions: Subscriptions;
  clock: Clock;
  /** Says to the person that it is done, if they can be reached. */
  tell(userId: UserId, locale: ForgettingRequested['locale']): Promise<void>;
  /** Told of each step before it; the step waits for it. */
  probe?: ((step: string) => Promise<void> | void) | undefined;
};

/**
 * Forgets a person, in this order. Each step may be done again, so that a crash anywhere is taken up by doing all of it again.
 * As long as the request stands, the bot handles nothing of theirs.
 *
 * 1. Their subscription ends. After the log is gone nobody knows its charge.
 * 2. A tombstone: from here on a log that is put back loses them again.
 * 3. Passes over everything that is stored of them, until one finds nothing: processes that had something of theirs in hand
 *    may write once more, and are waited for.
 * 4. The last message.
 * 5. Files are written again in which bytes of theirs were left before.
 * 6. The tombstone again, with the instant up to which there was something.
 */
export async function forget(
  ports: ForgetPorts,
  userId: UserId,
  { locale }: Pick<ForgettingRequested, 'locale'>,
  signal: AbortSignal,
): Promise<void> {
  const { nats, clock, messages, tombstones, subscriptions, databases, probe } = ports;

  async function step(name: string, work: () => Promise<number>): Promise<number> {
    await probe?.(name);
    const count = await work();
    report(nats, userId, { step: name, count, done: false });
    return count;
  }
  const erase = (streams: readonly ErasableStream[]) =>
    inTurn(streams, (stream) => step(stream, () => messages.erase(stream, { userId })));
  const tombstone = () => step('tombstone', () => tombstones.put(userId, clock.now()).then(() => 1));

  async function pass(): Promise<number> {
    let found = await erase(INPUT);
    await untilQuiet(ports, writersOfInput(userId), signal);
    found += await step('log and rows', async () => {
      const { rows, events, deliveries } = await forgetProjected(ports, userId, signal);
      return rows + events + deliveries;
    });
    await untilQuiet(ports, await writersOfReminders(nats, userId), signal);
    return found + (await erase(BESIDE));
  }

  await step('subscription', () => subscriptions.end(userId));
  await tombstone();
  while ((await pass()) > 0) signal.throwIfAborted();
  await step('last message', () => ports.tell(userId, locale).then(() => (locale === undefined ? 0 : 1)));
  await step('files of NATS', async () => (await rewriteFiles(nats)).streams);
  await step('files of Postgres', async () => (await rewriteDatabases(databases, userId)).length);
  await tombstone();
}

/** Told to those who wait for it; nobody need be there. */
export function report(nats: NatsConnection, userId: UserId, about: ForgettingReport): void {
  nats.publish(forgettingReports(userId), JSON.stringify(ForgettingReport.parse(about)));
}

async function inTurn<T>(each: readonly T[], work: (one: T) => Promise<number>): Promise<number> {
  let sum = 0;
  for (const one of each) sum += await work(one);
  return sum;
}
