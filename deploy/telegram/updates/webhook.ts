import type { Clock } from '../clock.ts';
import type { PendingUpdate, UpdateQueue } from './queue.ts';

export type WebhookTarget = { url: string; secretToken?: string | undefined; maxConnections: number };
export type DeliveryError = { atMs: number; message: string };

/**
 * Posts pending updates to the bot's webhook. Guarantees: an update leaves the queue only after a 2xx; one
 * chat's updates are posted one after the other in order; at most `maxConnections` calls run at a time; a
 * failed call is repeated with growing waits until the update is too old.
 */
export type WebhookDelivery = {
  /** Looks for work; called when an update arrives and when the webhook changes. */
  wake(): void;
  lastError(): DeliveryError | undefined;
  forgetError(): void;
  stop(): Promise<void>;
};

type Ports = {
  queue: UpdateQueue;
  clock: Clock;
  target: () => WebhookTarget | undefined;
  firstRetryMs: number;
};

const LONGEST_RETRY_MS = 60_000;
const ANSWER_TIMEOUT_MS = 60_000;

export function createWebhookDelivery({ queue, clock, target, firstRetryMs }: Ports): WebhookDelivery {
  const stopping = new AbortController();
  /** Chats (or single updates without one) with a call under way or waiting to repeat. */
  const busy = new Set<string>();
  const calls = new Set<Promise<void>>();
  const retries = createRetries(firstRetryMs);
  let error: DeliveryError | undefined;

  function wake(): void {
    const webhook = target();
    while (webhook && !stopping.signal.aborted && calls.size < webhook.maxConnections) {
      const update = nextFree(queue, busy);
      if (!update) return;
      start(webhook, update);
    }
  }

  function start(webhook: WebhookTarget, update: PendingUpdate): void {
    const lane = laneOf(update);
    busy.add(lane);
    const call = post(webhook, update, stopping.signal).then((problem) => {
      calls.delete(call);
      if (problem === undefined) succeeded(lane, update);
      else failed(lane, problem);
      wake();
    });
    calls.add(call);
  }

  function succeeded(lane: string, { update }: PendingUpdate): void {
    queue.confirm([update.update_id]);
    retries.forget(lane);
    busy.delete(lane);
  }

  function failed(lane: string, message: string): void {
    if (stopping.signal.aborted) return;
    error = { atMs: clock.wallMs(), message };
    retries.after(lane, () => {
      busy.delete(lane);
      wake();
    });
  }

  queue.onArrival(wake);
  return {
    wake,
    lastError: () => error,
    forgetError() {
      error = undefined;
    },
    async stop() {
      stopping.abort();
      retries.stop();
      await Promise.all(calls);
    },
  };
}

/** Waits that grow with each failure of a lane. */
function createRetries(firstMs: number) {
  const failures = new Map<string, number>();
  const timers = new Set<NodeJS.Timeout>();
  return {
    after(lane: string, again: () => void): void {
      const count = failures.get(lane) ?? 0;
      failures.set(lane, count + 1);
      const run = () => {
        timers.delete(timer);
        again();
      };
      const timer = setTimeout(run, Math.min(LONGEST_RETRY_MS, firstMs * 2 ** count));
      timers.add(timer);
    },
    forget: (lane: string) => failures.delete(lane),
    stop(): void {
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

function nextFree(queue: UpdateQueue, busy: ReadonlySet<string>): PendingUpdate | undefined {
  for (const update of queue.pending()) {
    if (!busy.has(laneOf(update))) return update;
  }
  return undefined;
}

function laneOf({ chatId, update }: PendingUpdate): string {
  return chatId === undefined ? `update ${update.update_id}` : `chat ${chatId}`;
}

/** Undefined when the update was taken, otherwise what went wrong, in Telegram's words. */
async function post(
  webhook: WebhookTarget,
  { update }: PendingUpdate,
  stopping: AbortSignal,
): Promise<string | undefined> {
  const secret = webhook.secretToken;
  try {
    const response = await fetch(webhook.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(secret ? { 'x-telegram-bot-api-secret-token': secret } : {}),
      },
      body: JSON.stringify(update),
      redirect: 'manual',
      signal: AbortSignal.any([stopping, AbortSignal.timeout(ANSWER_TIMEOUT_MS)]),
    });
    // The body has to be read to the end before the connection can be used again.
    await response.arrayBuffer();
    if (response.ok) return undefined;
    return `Wrong response from the webhook: ${response.status} ${response.statusText}`.trim();
  } catch (cause) {
    return describe(cause);
  }
}

function describe(cause: unknown): string {
  if (!(cause instanceof Error)) return 'Connection failed';
  if (cause.name === 'TimeoutError') return 'Read timeout expired';
  const reason = cause.cause instanceof Error && 'code' in cause.cause ? cause.cause.code : undefined;
  return reason === 'ECONNREFUSED'
    ? 'Connection refused'
    : `Connection failed: ${String(reason ?? cause.message)}`;
}
