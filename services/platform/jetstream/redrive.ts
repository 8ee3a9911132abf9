import { DeadLetter } from '#contracts/messages.ts';
import { type ReplayRole, replayConsumer, serviceConsumers } from '#contracts/streams.ts';
import {
  type ConsumePorts,
  type Consumption,
  consumeTasks,
  type Running,
  type Taken,
  type Task,
  taskOf,
} from './consume.ts';
import { Poison, Unavailable } from './errors.ts';

/** Makes a replayed message a task of the consumption that once parked it. */
export type Reopen = (letter: DeadLetter, taken: Taken) => Task;

/** For {@link consumeReplays}: letters that this consumption parked. */
export const reopening =
  <T>(consumption: Consumption<T>): Reopen =>
  (_letter, taken) =>
    taskOf(consumption, taken);

/**
 * Takes dead letters back that an operator replays: each is handled once more by the consumption that parked it, and
 * by no other, beside what its own consumer brings. One that fails again is parked again, as another letter.
 * @param byConsumer what to do with letters of each durable consumer.
 */
export function consumeReplays(
  ports: ConsumePorts,
  role: ReplayRole,
  byConsumer: ReadonlyMap<string, Reopen>,
): Running {
  const name = replayConsumer(role);
  const ackWaitMs = serviceConsumers(1).find((each) => each.name === name)?.ackWaitMs ?? 10_000;
  const source = { stream: 'REPLAYS', consumer: name, ackWaitMs, prefetch: 1 };

  return consumeTasks(ports, source, (message) => {
    const { seq, subject, data } = message;
    const itself = { consumer: name, stream: source.stream, sequence: seq, subject, data };
    const letter = readLetter(data);
    if (!letter) return failing(itself, new Poison(`no dead letter on ${subject}`));
    const reopen = byConsumer.get(letter.consumer);
    // Another process of this role may have it.
    if (!reopen) return failing(itself, new Unavailable(`${letter.consumer} is not served here`));
    const task = reopen(letter, takenOf(letter));
    return { ...task, parcel: { ...task.parcel, replay: seq }, triesBefore: letter.deliveries };
  });
}

function failing(parcel: Task['parcel'], error: Error): Task {
  return { maxTries: 1, parcel, triesBefore: 0, work: () => Promise.reject(error) };
}

function readLetter(data: Uint8Array): DeadLetter | undefined {
  try {
    return DeadLetter.safeParse(JSON.parse(Buffer.from(data).toString())).data;
  } catch {
    return undefined;
  }
}

function takenOf({ subject, sequence, payload, at }: DeadLetter): Taken {
  const data = Buffer.from(payload, 'base64');
  const json = () => JSON.parse(data.toString());
  return { subject, seq: sequence, storedAtMs: Date.parse(at), data, json };
}
