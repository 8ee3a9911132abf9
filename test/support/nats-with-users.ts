import type { NatsConnection } from '@nats-io/transport-node';
import { authorization, NATS_USERS, type NatsUser, OPERATOR } from '#deploy/nats/permissions.ts';
import { connectNats } from '#services/platform/jetstream/connection.ts';
import { startTestNats, type TestNats } from './nats.ts';

export type NatsWithUsers = TestNats & {
  /** How a process reaches it as that user. */
  urlOf(user: NatsUser): string;
  /** A connection of that user, closed by `stop()`. */
  connectionOf(user: NatsUser): Promise<NatsConnection>;
  /** Who tried what without the right to it. */
  violations: ReadonlySet<string>;
};

export const NATS_PASSWORD = 'password-of-a-test-server';

/**
 * A nats-server that knows each service as a user of its own with its rights alone; who names nobody is the operator.
 * @param users whom it knows beside the usual ones.
 */
export async function startNatsWithUsers({
  syncAlways = false,
  users = [],
}: {
  syncAlways?: boolean;
  users?: readonly NatsUser[];
} = {}): Promise<NatsWithUsers> {
  const violations = new Set<string>();
  const connections: NatsConnection[] = [];
  const server = await startTestNats({
    syncAlways,
    extraConfig: `${authorization(() => NATS_PASSWORD, [...NATS_USERS, ...users])}\nno_auth_user: ${OPERATOR}`,
    log: (line) => {
      const [, user, what] = /"[^"]*user:(\w+)" - (.* Violation - .*)$/.exec(line) ?? [];
      if (user !== undefined) violations.add(`${user}: ${what}`);
    },
  });
  const urlOf = (user: NatsUser) => server.url.replace('://', `://${user}:${NATS_PASSWORD}@`);
  return {
    ...server,
    urlOf,
    violations,
    async connectionOf(user) {
      const connection = await connectNats({ natsUrl: urlOf(user) }, user);
      connections.push(connection);
      return connection;
    },
    async stop() {
      await Promise.all(connections.map((connection) => connection.close()));
      await server.stop();
    },
  };
}
