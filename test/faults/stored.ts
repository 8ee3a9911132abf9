import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { z } from 'zod';

/** All bodies of a stream that the schema can read, in the order in which they were stored. */
export async function stored<T>(
  nats: NatsConnection,
  stream: string,
  schema: z.ZodType<T>,
): Promise<{ subject: string; body: T }[]> {
  const js = jetstream(nats);
  const consumer = await js.consumers.get(stream, {});
  let left = (await consumer.info()).num_pending;
  const found: { subject: string; body: T }[] = [];
  while (left > 0) {
    for await (const message of await consumer.fetch({
      max_messages: Math.min(left, 5_000),
      expires: 5_000,
    })) {
      left--;
      const parsed = schema.safeParse(parse(message.string()));
      if (parsed.success) found.push({ subject: message.subject, body: parsed.data });
    }
  }
  return found;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
