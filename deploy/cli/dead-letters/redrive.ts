import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { redriveRoleOf } from '#contracts/consumers.ts';
import { streams } from '#contracts/streams.ts';
import { redriveSubject } from '#contracts/subjects.ts';
import { consumerInfo } from '#services/platform/jetstream/consumer-info.ts';
import { covers } from '../../provision/differences.ts';
import type { FiledLetter, Letters } from './letters.ts';

/** `handedOver`: the consumer that parked it has it now, durably. `kept`: it stays in DEAD, and why. */
export type Redriven = { kind: 'handedOver'; consumer: string } | { kind: 'kept'; why: string };

/**
 * Gives a letter back to the consumer that parked it, and to no other: to publish it anew where it came from would
 * bring it to everybody who had it already, and as something new. The letter leaves DEAD once REPLAYS holds it; cut
 * short between, it is in both, and doing it again within an hour stores nothing. Handlers are idempotent beyond that.
 */
export async function replay(
  nats: NatsConnection,
  letters: Letters,
  { id, letter }: FiledLetter,
): Promise<Redriven> {
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
  return { kind: 'handedOver', consumer };
}

function whyNot(consumer: string, stream: string): string {
  const [kind, name = ''] = consumer.split('-');
  if (kind !== 'projection') return `no service takes letters of ${consumer} back. Drop it`;
  return (
    `rows must be made in the order of ${stream}, so it cannot be put in later. Once the code reads it, run ` +
    `"npm run habitstream -- projections rebuild ${name}", then drop it`
  );
}

function isOfStream(subject: string, stream: string): boolean {
  const definition = streams.find(({ name }) => name === stream);
  return definition?.subjects.some((pattern) => covers(pattern, subject)) ?? false;
}
