import { createInbox } from '@nats-io/transport-node';
import { z } from 'zod';

const WithOptions = z.object({ options: z.object({ inboxPrefix: z.string().optional() }) });

/** A new subject for answers, among those that the connection's user may hear. The client's own function does not know of them. */
export function newInbox(nats: object): string {
  return createInbox(WithOptions.safeParse(nats).data?.options.inboxPrefix);
}
