import { UnreadableEvent } from '#contracts/events.ts';
import { localeOf, translator } from '#services/platform/messages/i18n/translator.ts';
import type { Bot } from './handle-update.ts';
import type { Incoming } from './incoming.ts';

/**
 * Handles an update of a person in whose log stands an event that this version cannot read: a newer one wrote it during a
 * rolling upgrade, or it is junk. They are told to try again later, in the language of their Telegram, for the account may
 * be what cannot be read; the error makes the update a dead letter, which can be redriven after the upgrade.
 */
export async function orTryLater(
  bot: Pick<Bot, 'throttle' | 'replies'>,
  incoming: Incoming,
  storedAtMs: number,
  handle: () => Promise<void>,
): Promise<void> {
  try {
    await handle();
  } catch (error) {
    if (incoming.kind !== 'input' || !(error instanceof UnreadableEvent)) throw error;
    const { userId, updateId, input, languageCode } = incoming;
    const text = translator(localeOf(languageCode))('try-later');
    // It counts like any other request, and the same one twice only once.
    const { verdict } = await bot.throttle.decide(userId, {
      updateId,
      atMs: storedAtMs,
      kind: input.kind === 'tap' ? 'tap' : 'words',
    });
    const isAdmitted = verdict === 'admitted';
    if (isAdmitted && input.kind === 'tap') await bot.replies.toast(input.callbackId, text);
    if (isAdmitted && input.kind !== 'tap') await bot.replies.send(userId, { text, entities: [] });
    throw error;
  }
}
