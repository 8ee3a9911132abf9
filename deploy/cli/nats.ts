import { parseArgs } from 'node:util';
import { authorization, NATS_USERS, type NatsUser, passwordVariable, RESTORER } from '../nats/permissions.ts';
import { WrongUsage } from './usage.ts';

/** `habitstream nats permissions [--with-restorer]`: the users of a nats-server, for its configuration file. */
export async function natsCommand([action, ...args]: string[]): Promise<void> {
  if (action !== 'permissions') throw new WrongUsage('Say what of NATS: "nats permissions".');
  const { values } = parseArgs({ args, options: { 'with-restorer': { type: 'boolean', default: false } } });
  const users: readonly NatsUser[] = values['with-restorer'] ? [...NATS_USERS, RESTORER] : NATS_USERS;
  console.log(
    [
      '# Users of Habitstream: include this file in that of nats-server. It has no passwords; nats-server takes them from its own',
      '# environment:',
      ...users.map((user) => `#   ${passwordVariable(user)}`),
      authorization(undefined, users),
    ].join('\n'),
  );
}
