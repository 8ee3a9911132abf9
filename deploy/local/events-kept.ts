import { removalsFrom } from '#contracts/jetstream-api.ts';

/** The one user who may remove events: forgetting logs in as it. */
const MAY_FORGET = 'forgetting';

/**
 * Lines of a nats-server's configuration by which nobody who connects can remove events, but for forgetting with its password.
 * Other clients need no name: all of them are one user here.
 */
export function eventsKept(password: string): string {
  return `
authorization {
  users: [
    {
      user: "anybody"
      password: "anybody"
      permissions: { publish: { deny: ${JSON.stringify(removalsFrom('EVENTS'))} } }
    }
    { user: "${MAY_FORGET}", password: ${JSON.stringify(password)} }
  ]
}
no_auth_user: "anybody"`;
}

/** The URL by which forgetting logs in. */
export function urlOfForgetting(natsUrl: string, password: string): string {
  const url = new URL(natsUrl);
  url.username = MAY_FORGET;
  url.password = password;
  return url.href;
}
