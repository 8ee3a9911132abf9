import { Api, GrammyError, HttpError } from 'grammy';
import type { Log } from '../process/log.ts';
import type { RateLimiter } from '../rate-limit/rate-limiter.ts';
import type { Lane } from '../rate-limit/slots.ts';
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
  /** 429: nothing happened, and nobody may send for this long. */
  | { kind: 'limited'; retryAfterMs: number }
  /** Nothing happened, and it does not lie with this call: no connection, or our token is not accepted. */
  | { kind: 'unreachable'; cause: unknown }
  /** Nothing happened: the send gate stayed shut. */
  | { kind: 'notSent' }
  /** It may have had its effect: the answer was lost, came too late, made no sense, or was a 5xx. */
  | { kind: 'unknown'; cause: unknown };

const TIMEOUTS: TransportTimeouts = { connectMs: 10_000, answerMs: 20_000 };
/** Ours come first: grammY's own cannot tell what had been written. */
const GRAMMY_TIMEOUT_S = 86_400;
/** Telegram's `retry_after` is in seconds; when it is absent, this many. */
const RETRY_AFTER_S = 5;
/** After so many 429s for one call its caller learns of it. */
const MOST_TRIES = 5;

/** 401 and 404 tell of a wrong token: condemning every message for it would lose them all. */
const TOKEN_NOT_ACCEPTED = [401, 404];

/** Methods that count towards Telegram's limits. Answers to callbacks and pre-checkouts never wait. */
const COUNTS = /^(send(?!ChatAction)|editMessage|deleteMessage|copyMessage|forwardMessage|stopPoll)/;

/** Telegram's methods, without the budget; a call made by `gated` waits with its connection open. */
export type Telegram = Pick<Transport, 'gated' | 'isGated'> & { api: Api };

export function openTelegram({ token, apiRoot, timeouts, check }: TelegramSettings): Telegram {
  const { fetch: unwatched, ...gates } = createTransport({ ...TIMEOUTS, ...timeouts });
  const fetch = check?.watched(unwatched) ?? unwatched;
  return { api: new Api(token, { apiRoot, timeoutSeconds: GRAMMY_TIMEOUT_S, fetch }), ...gates };
}

/**
 * Telegram's methods; sends, edits and deletions wait for `limiter`, each chat's and everybody's. A 429 pauses the whole
 * fleet, and the call is made again after it. A call made by `gated` has a slot of its own, and is made once. Rejects as
 * grammY does: see {@link classify}.
 */
export function createTelegram(
  settings: TelegramSettings & { limiter: Pick<RateLimiter, 'acquire' | 'pause'>; lane: Lane; log: Log },
): Telegram {
  const { limiter, lane, log } = settings;
  const telegram = openTelegram(settings);
  const { api, gated, isGated } = telegram;
  api.config.use(async (call, method, payload, signal) => {
    const acquire = async () => {
      await limiter.acquire(lane, chatOf(payload), nativeSignal(signal));
      return true;
    };
    const made = () => call(method, payload, signal);
    const takesSlot = COUNTS.test(method) && !isGated();
    for (let tries = 1; ; tries++) {
      const answer = await (takesSlot ? gated(acquire, made) : made());
      if (answer.ok || answer.error_code !== 429) return answer;
      await pauseAll(limiter, retryAfterMs(answer.parameters?.retry_after), log);
      if (!takesSlot || tries === MOST_TRIES) return answer;
    }
  });
  return telegram;
}

/** Pauses every process. While the store is away this process sends nothing anyway. */
export async function pauseAll(limiter: Pick<RateLimiter, 'pause'>, forMs: number, log: Log): Promise<void> {
  log.warn({ forMs }, 'Telegram asked for a pause');
  await limiter
    .pause(forMs)
    .catch((error: unknown) => log.warn({ err: error }, 'the pause could not be made known'));
}

/** By type and code, never by text. Whatever is not known to be harmless counts as unknown. */
export function classify(error: unknown): TelegramFailure {
  if (error instanceof GrammyError) return classifyAnswer(error);
  const cause = error instanceof HttpError ? error.error : error;
  if (cause instanceof NotSent) return { kind: 'notSent' };
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

const retryAfterMs = (seconds: number | undefined): number => (seconds ?? RETRY_AFTER_S) * 1000;

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
