import { removalsFrom } from '#contracts/subjects.ts';

/**
 * Lines of a nats-server's configuration by which nobody who connects can remove events. Clients need no name: all of
 * them are the one user here.
 */
export const EVENTS_KEPT = `
authorization {
  users: [{
    user: "anybody"
    password: "anybody"
    permissions: { publish: { deny: ${JSON.stringify(removalsFrom('EVENTS'))} } }
  }]
}
no_auth_user: "anybody"`;
