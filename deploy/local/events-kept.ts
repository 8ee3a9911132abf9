import { authorization, type NatsUser, OPERATOR } from '../nats/permissions.ts';

/**
 * Lines of a nats-server's configuration by which nobody who connects can remove events, but for forgetting with its password.
 * Other clients need no name: all of them are the operator.
 */
export function eventsKept(password: string): string {
  return `${authorization(() => JSON.stringify(password))}\nno_auth_user: ${OPERATOR}`;
}

const FORGETTING: NatsUser = 'forgetting';

/** The URL by which forgetting logs in. */
export function urlOfForgetting(natsUrl: string, password: string): string {
  const url = new URL(natsUrl);
  url.username = FORGETTING;
  url.password = password;
  return url.href;
}
