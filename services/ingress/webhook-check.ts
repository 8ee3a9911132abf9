import type { Api } from 'grammy';
import { whyNotStored } from '#services/platform/jetstream/not-stored.ts';
import type { Clock } from '#services/platform/process/clock.ts';
import { failureRun } from '#services/platform/process/failure-run.ts';
import { type Running, startLoop } from '#services/platform/process/lifecycle.ts';
import type { Readiness } from '#services/platform/process/readiness.ts';
import { type AcceptUpdate, MalformedUpdate } from './accept-update.ts';
import type { LeaseWatch } from './lease-watch.ts';
import { type ApiSignal, grammySignal } from './reach-telegram.ts';

const LOOK_EVERY_MS = 15_000;
const RETRY_MS = 2_000;
/** Telegram repeats what was not taken: one failure is no more than a delay. */
const STORING = { lastsMs: 8_000, countsForMs: 120_000 };
/** Telegram's clock is compared with ours, and its last error may be over. */
const RECENT_S = 120;

type Ports = { clock: Clock; readiness?: Pick<Readiness, 'add'> };
type WatchPorts = Ports & {
  /** Sets the webhook. */
  register(signal: ApiSignal): Promise<unknown>;
  /** Whether another replica polls. */
  isPolled: LeaseWatch;
};

/**
 * Asks Telegram every 15 seconds where it brings updates, and whether it can. A replica that polls removes the webhook: it is
 * set again once none does any more. Where another program with the same token has removed it, nothing would ever arrive again.
 */
export function watchWebhook(
  api: Api,
  url: string,
  { clock, readiness, register, isPolled }: WatchPorts,
): Running {
  let problem: string | undefined = UNSET;
  let wasPolled = false;
  readiness?.add({ name: 'webhook', problem: () => problem });
  return startLoop(clock, {
    async round(signal) {
      const info = await api.getWebhookInfo(grammySignal(signal));
      if (info.url !== url && (await isPolled())) {
        wasPolled = true;
        problem = POLLED;
        return RETRY_MS;
      }
      if (info.url !== url && wasPolled) {
        await register(grammySignal(signal));
        return 0;
      }
      wasPolled = false;
      const failedAtS = info.last_error_date ?? 0;
      const isFailing = info.pending_update_count > 0 && failedAtS > clock.now() / 1000 - RECENT_S;
      if (info.url !== url) problem = problem === UNSET ? UNSET : OTHERS;
      else problem = isFailing ? `Telegram cannot bring updates: ${info.last_error_message}` : undefined;
      return problem === undefined ? LOOK_EVERY_MS : RETRY_MS;
    },
    // Telegram away is no problem of the webhook: it comes back with it.
    afterFailure: () => RETRY_MS,
  });
}

const UNSET = 'Telegram does not know yet that it is to bring updates here';
const POLLED = 'an ingress without WEBHOOK_URL polls: the webhook is set once that one is stopped';
const OTHERS =
  'Telegram does not bring updates here: another program with this BOT_TOKEN set or removed the webhook; restart ingress once it is stopped';

/** The same, with a check that updates can be stored. */
export function watchedAcceptor(accept: AcceptUpdate, { clock, readiness }: Ports): AcceptUpdate {
  const run = failureRun(clock, STORING);
  readiness?.add({ name: 'updates', problem: run.problem });
  return async (body) => {
    try {
      const acceptance = await accept(body);
      run.succeeded();
      return acceptance;
    } catch (error) {
      if (!(error instanceof MalformedUpdate)) run.failed(`none can be stored (${whyNotStored(error)})`);
      throw error;
    }
  };
}
