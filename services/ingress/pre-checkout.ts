import { type Api, GrammyError } from 'grammy';
import { z } from 'zod';
import { localeOf, translator } from '#services/platform/messages/i18n/translator.ts';
import { type Backoff, retry } from '#services/platform/process/lifecycle.ts';
import type { Ports } from '#services/platform/process/run-service.ts';
import type { AcceptUpdate } from './accept-update.ts';
import { PreCheckoutQuery, paymentProblem } from './payment-problem.ts';
import { grammySignal } from './reach-telegram.ts';

/** Telegram calls a payment off that was not agreed to within ten seconds. */
const ANSWER_WITHIN_MS = 9_000;
const ONE_TRY_MS = 3_000;
const BACKOFF: Backoff = { firstMs: 200, longestMs: 1_000 };

const Asked = z.looseObject({ pre_checkout_query: PreCheckoutQuery });

/**
 * Answers an update that asks whether a person may pay; does nothing about any other. Never rejects: what could not be
 * answered in time is a payment that Telegram calls off.
 */
export type AnswerPreCheckout = (update: unknown) => Promise<void>;

/**
 * Answers at once, from here: neither a queue nor the budget stands between, because Telegram waits ten seconds. Answering
 * twice is harmless.
 */
export function preCheckoutAnswerer(
  api: Pick<Api, 'answerPreCheckoutQuery'>,
  price: number | undefined,
  { clock, log }: Pick<Ports, 'clock' | 'log'>,
): AnswerPreCheckout {
  return async (update) => {
    const query = Asked.safeParse(update).data?.pre_checkout_query;
    if (!query) return;
    const problem = paymentProblem(query, price);
    const t = translator(localeOf(query.from.language_code));
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
    const answer = () => {
      const oneTry = grammySignal(AbortSignal.any([signal, AbortSignal.timeout(ONE_TRY_MS)]));
      return problem === undefined
        ? api.answerPreCheckoutQuery(query.id, true, {}, oneTry)
        : api.answerPreCheckoutQuery(query.id, false, { error_message: t(`payment-${problem}`) }, oneTry);
    };
    const onFailure = (error: unknown) => log.warn({ err: error }, 'a payment waits for our answer');
    try {
      await retry({ clock, backoff: BACKOFF, signal, onFailure, isFinal: isRefusal }, answer);
      log.info({ userId: query.from.id, problem }, 'pre-checkout answered');
    } catch (error) {
      log.warn({ err: error, userId: query.from.id }, 'pre-checkout not answered in time');
    }
  };
}

/** Such as for a query that is answered already or too old. */
function isRefusal(error: unknown): boolean {
  return error instanceof GrammyError && error.error_code === 400;
}

const MARK = Buffer.from('"pre_checkout_query"');

/** Stores each update as `accept` does, and answers meanwhile: neither waits for the other to begin. */
export function answeringAcceptor(accept: AcceptUpdate, answer: AnswerPreCheckout): AcceptUpdate {
  return async (body) => {
    const [accepted] = await Promise.allSettled([accept(body), answer(asked(body))]);
    if (accepted.status === 'rejected') throw accepted.reason;
    return accepted.value;
  };
}

/** @returns undefined for every body that surely asks nothing, without reading it. */
function asked(body: Uint8Array): unknown {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (!bytes.includes(MARK)) return undefined;
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined; // who stores it says that it is no JSON
  }
}
