import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';

/** Three servers take up to ten seconds to elect the leaders of all that provisioning creates at once. */
const ANSWER_MS = 60_000;

/** JetStream's management as provisioning asks it: a replicated stream or consumer is created once it has a leader. */
export function managerOf(nats: NatsConnection): Promise<JetStreamManager> {
  return jetstreamManager(nats, { checkAPI: false, timeout: ANSWER_MS });
}
