import { type Api, GrammyError } from 'grammy';
import { type Backoff, backoffMs, runLoop } from '#services/platform/process/lifecycle.ts';
import type { Ports } from '#services/platform/process/run-service.ts';
import { BELIEVED_MS, retryAfterMs } from '#services/platform/telegram/retry-after.ts';
import type { AcceptUpdate } from './accept-update.ts';
import type { PollingCheck } from './polling-check.ts';
import type { AnswerPreCheckout } from './pre-checkout.ts';
import { grammySignal } from './reach-telegram.ts';
import { userOfUpdate } from './user-of-update.ts';
import { WANTED_UPDATES } from './wanted-updates.ts';

/** Telegram holds an empty poll this long; the first one not at all, so that it is soon known whether it gives any. */
const POLL_SECONDS = 25;
const BATCH_SIZE = 100;
const BACKOFF: Backoff = { firstMs: 500, longestMs: 15_000 };

/** `answer` is given each update as it comes, whatever those before it wait for. */
type PollPorts = Pick<Ports, 'clock' | 'log'> & { check?: PollingCheck; answer?: AnswerPreCheckout };

type Polled = Awaited<ReturnType<Api['getUpdates']>>[number];

/**
 * Asks Telegram for updates until the signal is aborted. Telegram is told that a batch was received only by the next
 * request, and that is sent only after every update of the batch is durable. A webhook that was set is removed first:
 * Telegram refuses to be polled beside it. Refusals (409 while another polls) and outages are waited out.
 */
export async function pollUpdates(
  api: Api,
  accept: AcceptUpdate,
  { clock, log, check, answer }: PollPorts,
  signal: AbortSignal,
): Promise<void> {
  const abort = grammySignal(signal);
  let ready = false;
  let offset: number | undefined;
  let holdSeconds = 0;
  check?.begins();
  const round = async () => {
    if (!ready) await api.deleteWebhook({ drop_pending_updates: false }, abort);
    ready = true;
    const updates = await api.getUpdates({ ...request(offset), timeout: holdSeconds }, abort);
    holdSeconds = POLL_SECONDS;
    await Promise.all([storeBatch(updates, accept), ...updates.map((update) => answer?.(update))]);
    check?.answered();
    offset = offsetAfter(updates);
    return 0;
  };
  const afterFailure = (error: unknown, failures: number) => {
    const waitMs = Math.max(backoffMs(failures, BACKOFF), askedToWaitMs(error));
    log.warn({ err: error, waitMs }, 'polling interrupted');
    check?.failed(error);
    ready = false;
    return waitMs;
  };
  await runLoop(clock, { round, afterFailure }, signal);
  check?.ends();
}

/** As long as Telegram asks for after a 429, as far as that is believed, else 0. */
function askedToWaitMs(error: unknown): number {
  if (!(error instanceof GrammyError) || error.error_code !== 429) return 0;
  return Math.min(BELIEVED_MS.all, retryAfterMs(error.parameters.retry_after));
}

function request(offset: number | undefined) {
  const common = { limit: BATCH_SIZE, allowed_updates: WANTED_UPDATES };
  return offset === undefined ? common : { ...common, offset };
}

/**
 * Confirms the batch. After an empty one there is nothing left to confirm, and no offset is sent: after a quiet week
 * Telegram's ids begin at random, maybe below the old ones.
 */
function offsetAfter(updates: readonly Polled[]): number | undefined {
  const last = updates.at(-1);
  return last && last.update_id + 1;
}

/**
 * Stores a batch with its people side by side, but each one's updates one after the other: when one is not stored,
 * none of that person's later ones is, and the repetition of the batch finds them in order.
 */
async function storeBatch(updates: readonly Polled[], accept: AcceptUpdate): Promise<void> {
  const lanes = Map.groupBy(updates, (update) => userOfUpdate({ ...update }) ?? '');
  await Promise.all([...lanes.values()].map((lane) => storeInOrder(lane, accept)));
}

async function storeInOrder(updates: readonly Polled[], accept: AcceptUpdate): Promise<void> {
  for (const update of updates) await accept(Buffer.from(JSON.stringify(update)));
}
