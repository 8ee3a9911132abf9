import { WANTED_UPDATES } from './wanted-updates.ts';

/** Calls Telegram makes at once; it still sends one person's updates one after the other. */
const MAX_CONNECTIONS = 100;

/** How a webhook is set. What waits at Telegram is kept. */
export const registrationWith = (secret: string) => ({
  secret_token: secret,
  max_connections: MAX_CONNECTIONS,
  allowed_updates: WANTED_UPDATES,
});
