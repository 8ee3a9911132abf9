import { authorization, NATS_USERS, passwordVariable } from '../nats/permissions.ts';
import { WrongUsage } from './usage.ts';

/** `habitstream nats permissions`: the users of a nats-server, for its configuration file. */
export async function natsCommand([action, ...rest]: string[]): Promise<void> {
  if (action !== 'permissions' || rest.length > 0)
    throw new WrongUsage('Say what of NATS: "nats permissions".');
  const variables = NATS_USERS.map((user) => `#   ${passwordVariable(user)}`);
  console.log(
    [
      '# Users of Habitstream: include this file in that of nats-server. It has no passwords; nats-server takes them from its own',
      '# environment:',
      ...variables,
      authorization(),
    ].join('\n'),
  );
}
