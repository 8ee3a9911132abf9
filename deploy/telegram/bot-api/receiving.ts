import { z } from 'zod';
import {
  booleanParameter,
  integerParameter,
  jsonParameter,
  type Parameters,
  textParameter,
} from '../checks/parameters.ts';
import { badRequest, conflict } from '../checks/refusal.ts';
import type { World } from '../world.ts';
import type { Answer, Call } from './call.ts';

const LONGEST_POLL_SECONDS = 50;
const DEFAULT_CONNECTIONS = 40;

/** Confirms what lies before `offset` and waits for more, unless a webhook takes the updates. */
export async function getUpdates({ world, parameters, signal }: Call): Promise<Answer> {
  if (world.profile.read().webhook) {
    throw conflict(
      "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    );
  }
  changeAllowedUpdates(world, parameters);
  const timeout = within(integerParameter(parameters, 'timeout') ?? 0, 0, LONGEST_POLL_SECONDS);
  const result = await world.polling.poll({
    offset: integerParameter(parameters, 'offset') ?? 0,
    limit: within(integerParameter(parameters, 'limit') ?? 100, 1, 100),
    timeoutMs: timeout * 1000,
    signal,
  });
  return { result };
}

/** Plain http is taken for loopback addresses, where Telegram would ask for https. An empty url removes it. */
export function setWebhook(call: Call): Answer {
  const { world, parameters } = call;
  const url = textParameter(parameters, 'url');
  if (url === '') return deleteWebhook(call);
  checkUrl(url);
  const secretToken = textParameter(parameters, 'secret_token');
  if (secretToken.length > 256) throw badRequest('secret token is too long');
  if (!/^[\w-]*$/.test(secretToken)) throw badRequest('secret token contains unallowed characters');
  const maxConnections = within(
    integerParameter(parameters, 'max_connections') ?? DEFAULT_CONNECTIONS,
    1,
    100,
  );
  changeAllowedUpdates(world, parameters);
  dropPending(call);
  world.profile.change({ webhook: { url, maxConnections, ...(secretToken ? { secretToken } : {}) } });
  world.polling.terminate('terminated by setWebhook request');
  world.webhook.forgetError();
  world.webhook.wake();
  return { result: true, description: 'Webhook was set' };
}

export function deleteWebhook(call: Call): Answer {
  const { world } = call;
  const had = world.profile.read().webhook !== undefined;
  world.profile.change({ webhook: undefined });
  world.webhook.forgetError();
  dropPending(call);
  return { result: true, description: had ? 'Webhook was deleted' : 'Webhook is already deleted' };
}

export function getWebhookInfo({ world }: Call): Answer {
  const { webhook, allowedUpdates } = world.profile.read();
  const error = world.webhook.lastError();
  return {
    result: {
      url: webhook?.url ?? '',
      has_custom_certificate: false,
      pending_update_count: world.updates.size(),
      ...(webhook ? { max_connections: webhook.maxConnections } : {}),
      ...(allowedUpdates && allowedUpdates.length > 0 ? { allowed_updates: allowedUpdates } : {}),
      ...(error ? { last_error_date: Math.floor(error.atMs / 1000), last_error_message: error.message } : {}),
    },
  };
}

function dropPending({ world, parameters }: Call): void {
  if (!booleanParameter(parameters, 'drop_pending_updates')) return;
  world.updates.confirm([...world.updates.pending()].map(({ update }) => update.update_id));
}

/** Without the parameter the former choice stays; an empty list means all kinds but the few on request. */
function changeAllowedUpdates(world: World, parameters: Parameters): void {
  const given = jsonParameter(parameters, 'allowed_updates', "can't parse allowed updates JSON object");
  if (given === undefined) return;
  const types = z.array(z.string()).safeParse(given);
  if (!types.success) throw badRequest('expected an Array of allowed update types');
  const before = world.profile.read().allowedUpdates ?? [];
  // A poller repeats its choice with every poll; only a change is worth a journal line.
  if (before.join() !== types.data.join()) world.profile.change({ allowedUpdates: types.data });
}

function checkUrl(url: string): void {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed) throw badRequest('bad webhook: invalid webhook URL specified');
  const isLoopback = ['127.0.0.1', 'localhost', '[::1]'].includes(parsed.hostname);
  if (parsed.protocol === 'https:' || (parsed.protocol === 'http:' && isLoopback)) return;
  throw badRequest('bad webhook: An HTTPS URL must be provided for webhook');
}

function within(value: number, lowest: number, highest: number): number {
  return Math.min(highest, Math.max(lowest, value));
}
