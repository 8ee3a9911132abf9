import { type ConsumerInfo, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { isConsumerMissing } from './errors.ts';

/** A durable consumer as its leader has it, or undefined when there is none. */
export async function consumerInfo(
  nats: NatsConnection,
  { stream, name }: { stream: string; name: string },
): Promise<ConsumerInfo | undefined> {
  const { consumers } = await jetstreamManager(nats, { checkAPI: false });
  try {
    return await consumers.info(stream, name);
  } catch (error) {
    if (isConsumerMissing(error)) return undefined;
    throw error;
  }
}
