import { Api, GrammyError, HttpError } from 'grammy';
import type { Clock } from '../process/clock.ts';
import type { Log } from '../process/log.ts';
import type { RateLimiter } from '../rate-limit/rate-limiter.ts';
import { ChatHeld } from '../rate-limit/slot-queue.ts';
import type { Lane } from '../rate-limit/slots.ts';
import { type Download, openDownload } from './download.ts';
import { openFloodControl } from './flood-control.ts';
import { retryAfterMs } from './retry-after.ts';
import type { TelegramCheck } from './telegram-check.ts';
import {
  createTransport,
  NotSent,
  type Transport,
  TransportFailure,
  type TransportTimeouts,
} from './transport.ts';

export type TelegramSettings = {
  token: string;
  /** Without a slash at the end. */
  apiRoot: string;
  timeouts?: Partial<TransportTimeouts>;
  /** Notices each answer. */
  check?: Pick<TelegramCheck, 'watched'>;
};

/** How a call that gave no result ended. */
export type TelegramFailure =
  /** Telegram's final word about this call: 400, 403 and other 4xx. */
  | { kind: 'refused'; code: number; description: string; migrateToChatId?: number }
  /** 429: nothing happened, and nobody may send for this long, or nobody to this chat. */
  | { kind: 'limited'; retryAfterMs: number }
  /** Nothing happened: after a 429 nothing goes to this chat, for longer than the call was to wait. */
  | { kind: 'held'; forMs: number }
  /** Nothing happened, and it does not lie with this call: no connection, or our token is not accepted. */
  | { kind: 'unreachable'; cause: unknown }
  /** Nothing happened: the send gate stayed shut. */
  | { kind: 'notSent' }
  /** It may have had its effect: the answer was lost, came too late, made no sense, or was a 5xx. */
  | { kind: 'unknown'; cause: unknown };

const TIMEOUTS: TransportTimeouts = { connectMs: 10_000, answerMs: 20_000 };
/** Ours come first: grammY's own cannot tell what had been written. */
const GRAMMY_TIMEOUT_S = 86_400;
/** After so many 429s for one call its caller learns of it. */
const MOST_TRIES = 5;

/** 401 and 404 tell of a wrong token: condemning every message for it would lose them all. */
const TOKEN_NOT_ACCEPTED = [401, 404];

/** Methods that count towards Telegram's limits. Answers to callbacks and pre-checkouts never wait. */
const COUNTS = /^(send(?!ChatAction)|editMessage|deleteMessage|copyMessage|forwardMessage|stopPoll)/;

/** Telegram's methods, without the budget; a call made by `gated` waits with its connection open. */
export type Telegram = Pick<Transport, 'gated' | 'isGated'> & { api: Api; download: Download };

export function openTelegram({ token, apiRoot, timeouts, check }: TelegramSettings): Telegram {
  const { fetch: unwatched, ...gates } = createTransport({ ...TIMEOUTS, ...timeouts });
  const fetch = check?.watched(unwatched) ?? unwatched;
  const api = new Api(token, { apiRoot, timeoutSeconds: GRAMMY_TIMEOUT_S, fetch });
  return { api, download: openDownload(apiRoot, token), ...gates };
}

/**
 * Telegram's methods; sends, edits and deletions wait for `limiter`, each chat's and everybody's. A 429 holds its chat or
 * pauses the whole fleet, and the call is made again after it. A call made by `gated` has a slot of its own, and is made
 * once. Rejects as grammY does: see {@link classify}.
 */
export function createTelegram(
  settings: TelegramSettings & {
    limiter: Pick<RateLimiter, 'acquire' | 'pause' | 'hold'>;
    lane: Lane;
    clock: Clock;
    log: Log;
  },
): Telegram {
  const { limiter, lane, clock } = settings;
  const telegram = openTelegram(settings);
  const { api, gated, isGated } = telegram;
  const floodControl = openFloodControl(settings);
  api.config.use(async (call, method, payload, signal) => {
    const chatId = chatOf(payload);
    let leftMs = clock.now();
    const acquire = async () => {
      const lastLook = await limiter.acquire(lane, chatId, nativeSignal(signal));
      leftMs = clock.now();
      return lastLook;
    };
    const made = () => call(method, payload, signal);
    const takesSlot = COUNTS.test(method) && !isGated();
    for (let tries = 1; ; tries++) {
      const answer = await (takesSlot ? sentOnce(() => gated(acquire, made)) : made());
      if (answer.ok && COUNTS.test(method) && chatId !== undefined) floodControl.accepted(chatId, leftMs);
      if (answer.ok || answer.error_code !== 429) return answer;
      await floodControl.obey({ chatId, retryAfterMs: retryAfterMs(answer.parameters?.retry_after) });
      if (!takesSlot || tries === MOST_TRIES) return answer;
    }
  });
  return telegram;
}

/** A slot that lapsed at the last look is given back, and another one taken. */
async function sentOnce<T>(send: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await send();
    } catch (error) {
      if (classify(error).kind !== 'notSent') throw error;
    }
  }
}

/** By type and code, never by text. Whatever is not known to be harmless counts as unknown. */
export function classify(error: unknown): TelegramFailure {
  if (error instanceof GrammyError) return classifyAnswer(error);
  const cause = error instanceof HttpError ? error.error : error;
  if (cause instanceof NotSent) return { kind: 'notSent' };
  if (cause instanceof TransportFailure && cause.cause instanceof ChatHeld)
    return { kind: 'held', forMs: cause.cause.forMs };
  const neverLeft = cause instanceof TransportFailure && !cause.written;
  return { kind: neverLeft ? 'unreachable' : 'unknown', cause };
}

function classifyAnswer(error: GrammyError): TelegramFailure {
  const { error_code: code, description, parameters } = error;
  if (code === 429) return { kind: 'limited', retryAfterMs: retryAfterMs(parameters.retry_after) };
  if (TOKEN_NOT_ACCEPTED.includes(code)) return { kind: 'unreachable', cause: error };
  if (code < 400 || code >= 500) return { kind: 'unknown', cause: error };
  const { migrate_to_chat_id: migrateToChatId } = parameters;
  return {
    kind: 'refused',
    code,
    description,
    ...(migrateToChatId === undefined ? {} : { migrateToChatId }),
  };
}

function chatOf(payload: object): string | undefined {
  if (!('chat_id' in payload)) return undefined;
  return String(payload.chat_id);
}

/** grammY's signals are of a class of their own. */
function nativeSignal(signal: Parameters<Api['getMe']>[0]): AbortSignal | undefined {
  if (signal === undefined) return undefined;
  const controller = new AbortController();
  if (signal.aborted) controller.abort();
  signal.addEventListener('abort', () => controller.abort());
  return controller.signal;
}
