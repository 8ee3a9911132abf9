import type { Api } from 'grammy';
import type { UserId } from '#contracts/ids.ts';
import { Unavailable } from '#services/platform/jetstream/errors.ts';
import type { Log } from '#services/platform/process/log.ts';
import { classify } from '#services/platform/telegram/client.ts';
import { isChatRefused } from '#services/platform/telegram/refusals.ts';
import type { Rendered } from '../conversation/render-context.ts';
import type { Photo, Photos } from './photos.ts';

/** `blocked`: no message reaches this person. `refused`: Telegram does not take this one message. */
export type Outcome = 'shown' | 'blocked' | 'refused';

/** How one try ended. Of the others, nothing has arrived but perhaps what is `unknown`. */
export type Posted = Outcome | 'limited' | 'held' | 'notSent' | 'unreachable' | 'unknown';

/** Messages that an admin waits for in the chat, and texts over buttons. Other replies take turns: see dispatch.ts. */
export type Replies = {
  /** The short text over a tapped button. Never fails: Telegram refuses late ones, and nothing depends on them. */
  toast(callbackId: string, text: string | undefined): Promise<void>;
  /** A new message, in answer to the person's message `answering` if they have not deleted it. */
  send(to: UserId, message: Rendered, answering?: number): Promise<Outcome>;
  /** Replaces a message's content. `refused` too where it looks so already. */
  edit(userId: UserId, messageId: number, message: Rendered): Promise<Outcome>;
};

/**
 * Replies through the reply lane of the budget.
 * @throws {Unavailable} when Telegram was not reached; another error when it is unknown whether it took the message.
 */
export function repliesThrough(telegram: Api, photos: Photos, log: Log): Replies {
  const attempt = async (what: string, call: () => Promise<unknown>): Promise<Outcome> => {
    const posted = await post(call, log);
    // The updates behind this one must not wait for a chat that may be held for a day.
    if (posted === 'held') return 'refused';
    if (posted === 'unknown') throw new Error(`unknown whether ${what} arrived`);
    if (posted !== 'shown' && posted !== 'blocked' && posted !== 'refused')
      throw new Unavailable(`${what} did not reach Telegram: ${posted}`);
    return posted;
  };

  return {
    async toast(callbackId, text) {
      try {
        await telegram.answerCallbackQuery(callbackId, text === undefined ? {} : { text });
      } catch (error) {
        log.info({ err: error }, 'callback not answered');
      }
    },
    async send(to, message, answering) {
      const ready = await outgoing(photos, message);
      return attempt('message', () => sendMessage(telegram, to, ready, answering));
    },
    async edit(userId, messageId, message) {
      const ready = await outgoing(photos, message);
      return attempt('edit', () => editMessage(telegram, userId, messageId, ready));
    },
  };
}

/** Makes a call and says how it ended. Never rejects. */
export async function post(call: () => Promise<unknown>, log: Log): Promise<Posted> {
  try {
    await call();
    return 'shown';
  } catch (error) {
    const failure = classify(error);
    if (failure.kind === 'unknown' || failure.kind === 'unreachable')
      log.warn({ err: error }, `reply ${failure.kind}`);
    if (failure.kind !== 'refused') return failure.kind;
    log.info({ err: error }, 'reply refused');
    return isChatRefused(failure) ? 'blocked' : 'refused';
  }
}

/** A message with its picture drawn. `isPictured`: it is one with a picture, even if that could not be drawn. */
export type Outgoing = Omit<Rendered, 'picture'> & { photo?: Photo | undefined; isPictured: boolean };

/** Draws the message's picture, if it has one. Never rejects. */
export async function outgoing(photos: Photos, { picture, ...message }: Rendered): Promise<Outgoing> {
  if (!picture) return { ...message, isPictured: false };
  return { ...message, photo: await photos.photo(picture), isPictured: true };
}

/** A habit's name may contain a link, and a preview would show its page in the chat. */
const NO_PREVIEW = { link_preview_options: { is_disabled: true } };

/** @returns the id of the new message. */
export async function sendMessage(
  telegram: Api,
  to: string | number,
  message: Rendered | Outgoing,
  answering?: number,
): Promise<number> {
  const { text, entities, reply_markup } = message;
  const markup = reply_markup && { reply_markup };
  if ('photo' in message && message.photo) {
    const { photo } = message;
    const captioned = { caption: text, caption_entities: entities, ...markup };
    return (await noted(photo, telegram.sendPhoto(to, photo.media, captioned))).message_id;
  }
  const answer = answering !== undefined && {
    reply_parameters: { message_id: answering, allow_sending_without_reply: true },
  };
  const sent = await telegram.sendMessage(to, text, { entities, ...markup, ...NO_PREVIEW, ...answer });
  return sent.message_id;
}

/** Telegram takes a picture in place of a text too, but not the other way: pictured screens lead to pictured ones. */
export function editMessage(
  telegram: Api,
  to: UserId,
  messageId: number,
  message: Outgoing,
): Promise<unknown> {
  const { text, entities, reply_markup, photo, isPictured } = message;
  const inline = reply_markup && 'inline_keyboard' in reply_markup ? { reply_markup } : {};
  const captioned = { caption: text, caption_entities: entities };
  if (photo) {
    const media = { type: 'photo', media: photo.media, ...captioned } as const;
    return noted(photo, telegram.editMessageMedia(to, messageId, media, inline));
  }
  if (isPictured) return telegram.editMessageCaption(to, messageId, { ...captioned, ...inline });
  return telegram.editMessageText(to, messageId, text, { entities, ...inline, ...NO_PREVIEW });
}

async function noted<T>(photo: Photo, call: Promise<T>): Promise<T> {
  try {
    const answer = await call;
    photo.sent(answer);
    return answer;
  } catch (error) {
    if (classify(error).kind === 'refused') photo.refused();
    throw error;
  }
}
