import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { redriveRoleOf } from '#contracts/consumers.ts';
import { streams } from '#contracts/streams.ts';
import { covers } from '#contracts/subject-pattern.ts';
import { redriveSubject } from '#contracts/subjects.ts';
import { consumerInfo } from './consumer-info.ts';
import type { DeadLetters, StoredLetter } from './stored-letters.ts';

/** `redriven`: its consumer will try it again, durably. `kept`: it stays in DEAD, and why. */
type RedriveResult = { kind: 'redriven'; consumer: string } | { kind: 'kept'; why: string };

/**
 * Gives a message back to the consumer that dead-lettered it, and to no other: published where it came from, it would
 * reach every consumer again, as a new message. The letter leaves DEAD once REPLAYS holds it. A command that ends in
 * between leaves it in both; repeated within an hour it stores nothing twice, and later the handlers are idempotent.
 */
export async function redrive(
  nats: NatsConnection,
  letters: DeadLetters,
  { id, letter }: StoredLetter,
): Promise<RedriveResult> {
  const { consumer, stream, subject } = letter;
  const role = redriveRoleOf(consumer);
  if (!role) return { kind: 'kept', why: whyNot(consumer, stream) };
  if (!isOfStream(subject, stream)) {
    return { kind: 'kept', why: 'it was never a message of its stream: too big to be queued. Drop it' };
  }
  if (!(await consumerInfo(nats, { stream, name: consumer }))) {
    return { kind: 'kept', why: `there is no consumer ${consumer} any more. Drop it` };
  }
  await jetstream(nats).publish(redriveSubject(role, consumer), JSON.stringify(letter), {
    msgID: `${id}`,
  });
  await letters.erase(id);
  return { kind: 'redriven', consumer };
}

function whyNot(consumer: string, stream: string): string {
  const [kind, name = ''] = consumer.split('-');
  if (kind !== 'projection') return `no service redrives letters of ${consumer}. Drop it`;
  return (
    `rows must be made in the order of ${stream}, so it cannot be put in later. Once the code reads it, run ` +
    `"npm run habitstream -- projections rebuild ${name}", then drop it`
  );
}

function isOfStream(subject: string, stream: string): boolean {
  const definition = streams.find(({ name }) => name === stream);
  return definition?.subjects.some((pattern) => covers(pattern, subject)) ?? false;
}
