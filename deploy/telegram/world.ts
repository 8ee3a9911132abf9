import { type BotProfile, createProfile } from './bot-api/profile.ts';
import { type Changes, createChanges } from './changes.ts';
import { CALLBACK_LIFETIME_MS, type Callbacks, createCallbacks } from './chats/callbacks.ts';
import { type Chats, createChats } from './chats/chats.ts';
import { createFiles, type Files } from './chats/files.ts';
import { DEFAULT_PEOPLE } from './chats/person.ts';
import { type Clock, createClock } from './clock.ts';
import type { SimulatorConfig } from './config.ts';
import { createFaults, type Faults } from './faults.ts';
import { type Journal, openJournal, readJournal } from './journal.ts';
import { createLimits, type Limits } from './limits/limits.ts';
import { createPayments, type Payments, PRE_CHECKOUT_MS } from './payments/payments.ts';
import { createRequests, type Requests } from './requests.ts';
import { createLongPolling, type LongPolling } from './updates/long-poll.ts';
import { createUpdateQueue, type UpdateQueue } from './updates/queue.ts';
import { createWebhookDelivery, type WebhookDelivery } from './updates/webhook.ts';

/** Telegram's User of the bot. */
export type BotUser = { id: number; is_bot: true; first_name: string; username: string };

/** Everything the simulator knows. The Bot API and the control API are two views of it. */
export type World = {
  botToken: string;
  bot: BotUser;
  clock: Clock;
  changes: Changes;
  chats: Chats;
  callbacks: Callbacks;
  files: Files;
  payments: Payments;
  profile: BotProfile;
  updates: UpdateQueue;
  polling: LongPolling;
  webhook: WebhookDelivery;
  limits: Limits;
  requests: Requests;
  faults: Faults;
  close(): Promise<void>;
};

const REQUESTS_KEPT = 200_000;
const FIRST_WEBHOOK_RETRY_MS = 1000;

export function createWorld(config: SimulatorConfig): World {
  const clock = createClock(config.now);
  const changes = createChanges();
  let journal: Journal = { append: () => {}, close: () => {} };
  const currentJournal = () => journal;
  const chats = createChats({ clock, changes, journal: currentJournal });
  const profile = createProfile(changes, currentJournal);
  const payments = createPayments(clock, currentJournal, config.preCheckoutMs ?? PRE_CHECKOUT_MS);
  const updates = createUpdateQueue({
    clock,
    journal: currentJournal,
    allowedUpdates: () => profile.read().allowedUpdates,
  });

  const kept = [profile, chats, updates, payments];
  for (const entry of config.dataDir === undefined ? [] : readJournal(config.dataDir)) {
    for (const part of kept) part.restore(entry);
  }
  journal = openJournal(config.dataDir, [
    { kind: 'numbers', nextUpdateId: updates.nextUpdateId(), nextMessageId: chats.nextMessageId() },
    ...kept.flatMap((part) => part.snapshot()),
  ]);
  if (chats.people().length === 0)
    for (const person of config.people ?? DEFAULT_PEOPLE) chats.addPerson(person);

  const polling = createLongPolling(updates);
  const faults = createFaults();
  const webhook = createWebhookDelivery({
    queue: updates,
    clock,
    target: () => profile.read().webhook,
    firstRetryMs: config.webhookRetryMs ?? FIRST_WEBHOOK_RETRY_MS,
  });
  webhook.wake();

  return {
    botToken: config.botToken,
    bot: botUser(config),
    clock,
    changes,
    chats,
    callbacks: createCallbacks(clock, config.callbackLifetimeMs ?? CALLBACK_LIFETIME_MS),
    files: createFiles(config.dataDir),
    payments,
    profile,
    updates,
    polling,
    webhook,
    limits: createLimits(config),
    requests: createRequests(clock, config.requestsKept ?? REQUESTS_KEPT),
    faults,
    async close() {
      faults.clear();
      polling.stop();
      await webhook.stop();
      journal.close();
    },
  };
}

/** The number before the colon of a token is the bot's id. */
function botUser({ botToken, botName, botUsername }: SimulatorConfig): BotUser {
  const id = Number(/^(\d+):/.exec(botToken)?.[1] ?? 1);
  return {
    id,
    is_bot: true,
    first_name: botName ?? 'Habitstream',
    username: botUsername ?? 'habitstream_bot',
  };
}
