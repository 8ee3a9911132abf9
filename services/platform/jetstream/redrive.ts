import { type RedriveRole, redriveConsumer } from '#contracts/consumers.ts';
import { DeadLetter } from '#contracts/messages.ts';
import { redriveSubject } from '#contracts/subjects.ts';
import type { Running } from '../process/lifecycle.ts';
import { type ConsumePorts, consumeTasks, type MessageTask, taskOf } from './consume.ts';
import { Poison, Unavailable } from './errors.ts';
import type { ConsumerHandler, StoredMessage } from './handler.ts';

/**
 * Takes dead letters back that an operator redrives: each is handled once more by the handler that gave it up, and by
 * no other, beside what its own consumer brings. One that fails again is dead-lettered again, as another letter.
 */
export function consumeRedrives(
  ports: ConsumePorts,
  role: RedriveRole,
  handlers: readonly ConsumerHandler[],
): Running {
  const consumer = redriveConsumer(role);
  const byConsumer = new Map(handlers.map((handler) => [handler.consumer.name, handler]));

  return consumeTasks(ports, { consumer, prefetch: 1 }, ({ seq, subject, data }) => {
    const { name, stream } = consumer;
    const itself = { consumer: name, stream, sequence: seq, subject, data };
    const letter = readLetter(data);
    if (!letter || subject !== redriveSubject(role, letter.consumer))
      return failing(itself, new Poison(`no dead letter on ${subject}`));
    const handler = byConsumer.get(letter.consumer);
    // Another process of this role may have it.
    if (!handler) return failing(itself, new Unavailable(`${letter.consumer} is not served here`));
    const task = taskOf(handler, messageIn(letter));
    return { ...task, origin: { ...task.origin, redrive: seq }, triesBefore: letter.deliveries };
  });
}

function failing(origin: MessageTask['origin'], error: Error): MessageTask {
  return { maxTries: 1, origin, triesBefore: 0, work: () => Promise.reject(error) };
}

function readLetter(data: Uint8Array): DeadLetter | undefined {
  try {
    return DeadLetter.safeParse(JSON.parse(Buffer.from(data).toString())).data;
  } catch {
    return undefined;
  }
}

function messageIn({ subject, sequence, payload, at }: DeadLetter): StoredMessage {
  const data = Buffer.from(payload, 'base64');
  const json = () => JSON.parse(data.toString());
  return { subject, seq: sequence, storedAtMs: Date.parse(at), tries: 1, behind: 0, data, json };
}
