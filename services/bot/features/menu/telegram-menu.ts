import { isDeepStrictEqual } from 'node:util';
import type { Api } from 'grammy';
import type { Locale } from '#contracts/account-events.ts';
import { translator } from '#services/platform/messages/i18n/translator.ts';
import type { Clock } from '#services/platform/process/clock.ts';
import { type Backoff, type Running, retry, startTask } from '#services/platform/process/lifecycle.ts';
import type { Log } from '#services/platform/process/log.ts';
import { MENU } from './dialog.ts';

const BACKOFF: Backoff = { firstMs: 5_000, longestMs: 5_000 };

/**
 * Sets Telegram's menu to the bot's commands in each language, and to English for all others, with premium where it is sold. Tries in the background
 * until Telegram can be reached. A replica that finds the menu right changes nothing.
 */
export function offerMenu(
  telegram: Api,
  sells: boolean,
  { clock, log }: { clock: Clock; log: Log },
): Running {
  const menu = sells ? [...MENU.slice(0, -2), 'premium', ...MENU.slice(-2)] : MENU;
  return startTask(async (signal) => {
    const onFailure = (error: unknown) => log.warn({ err: error }, 'menu of commands not set yet');
    await retry({ clock, backoff: BACKOFF, signal, onFailure }, async () => {
      await offerIn(telegram, menu, 'en');
      await offerIn(telegram, menu, 'ru');
    }).catch(() => {}); // stopped before Telegram could be reached
  });
}

async function offerIn(telegram: Api, menu: readonly string[], locale: Locale): Promise<void> {
  const scope = locale === 'en' ? {} : { language_code: locale };
  const t = translator(locale);
  const commands = menu.map((command) => ({ command, description: t(`command-${command}`) }));
  if (isDeepStrictEqual(await telegram.getMyCommands(scope), commands)) return;
  await telegram.setMyCommands(commands, scope);
}
