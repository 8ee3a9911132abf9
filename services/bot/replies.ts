import type { Api } from 'grammy';
import type { GroupId, UserId } from '#contracts/ids.ts';
import { Unavailable } from '#services/platform/jetstream/errors.ts';
import type { Log } from '#services/platform/process/log.ts';
import type { RateLimiter } from '#services/platform/rate-limit/rate-limiter.ts';
import { classify } from '#services/platform/telegram/client.ts';
import { isChatRefused } from '#services/platform/telegram/refusals.ts';
import type { Rendered } from './conversation/render-context.ts';

/** `blocked`: no message reaches this person. `refused`: Telegram does not take this one message. */
export type Outcome = 'shown' | 'blocked' | 'refused';

export type Replies = {
  /**
   * Reserves a slot for a message that is still being prepared.
   * @returns releases the slot; to be called when the message has been sent, or will not be.
   */
  reserve(userId: UserId): () => void;
  /** The short text over a tapped button. Never fails: Telegram refuses late ones, and nothing depends on them. */
  toast(callbackId: string, text: string | undefined): Promise<void>;
  /** A new message. */
  send(to: UserId | GroupId, message: Rendered): Promise<Outcome>;
  /** Replaces a message's content. `shown` too when Telegram says that it looks so already. */
  edit(userId: UserId, messageId: number, message: Rendered): Promise<Outcome>;
};

/**
 * Replies to people, through the reply lane of the budget. `limiter` is the one that `telegram` takes its slots from;
 * without one, nothing waits.
 * @throws {Unavailable} when Telegram was not reached; another error when it is unknown whether it took the message.
 */
export function repliesThrough(
  telegram: Api,
  limiter: Pick<RateLimiter, 'reserve'> | undefined,
  log: Log,
): Replies {
  const attempt = async (what: string, call: () => Promise<unknown>): Promise<Outcome> => {
    try {
      await call();
      return 'shown';
    } catch (error) {
      const failure = classify(error);
      if (failure.kind === 'unknown')
        throw new Error(`unknown whether ${what} arrived`, { cause: failure.cause });
      if (failure.kind !== 'refused')
        throw new Unavailable(`${what} did not reach Telegram`, { cause: error });
      log.info({ err: error }, `${what} refused`);
      return isChatRefused(failure) ? 'blocked' : 'refused';
    }
  };

  return {
    reserve: (userId) => limiter?.reserve('reply', userId) ?? (() => {}),
    async toast(callbackId, text) {
      try {
        await telegram.answerCallbackQuery(callbackId, text === undefined ? {} : { text });
      } catch (error) {
        log.info({ err: error }, 'callback not answered');
      }
    },
    send: (to, { text, ...formatted }) =>
      attempt('message', () => telegram.sendMessage(to, text, { ...formatted, ...NO_PREVIEW })),
    edit(userId, messageId, { text, entities, reply_markup }) {
      const inline = reply_markup && 'inline_keyboard' in reply_markup ? { reply_markup } : {};
      return attempt('edit', () =>
        telegram.editMessageText(userId, messageId, text, { entities, ...inline, ...NO_PREVIEW }),
      );
    },
  };
}

/** A habit's name may contain a link, and a preview would show its page in the chat. */
const NO_PREVIEW = { link_preview_options: { is_disabled: true } };
