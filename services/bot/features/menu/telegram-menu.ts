import { isDeepStrictEqual } from 'node:util';
import type { Api } from 'grammy';
import type { MenuButton } from 'grammy/types';
import { Locale } from '#contracts/account-events.ts';
import { translator } from '#services/platform/messages/i18n/translator.ts';
import type { Clock } from '#services/platform/process/clock.ts';
import { type Backoff, type Running, retry, startTask } from '#services/platform/process/lifecycle.ts';
import type { Log } from '#services/platform/process/log.ts';
import { MENU } from './dialog.ts';

const BACKOFF: Backoff = { firstMs: 5_000, longestMs: 5_000 };

/** What the menu offers besides: premium where it is sold, and the calendar page where there is one. */
type Offered = { sells: boolean; appUrl: string | undefined };

/**
 * Sets Telegram's menu to the bot's commands in each language, and to English for all others; what a person reads of the bot
 * before they start it; and the button beside the field for messages to the calendar page, or back. Tries in the background
 * until Telegram can be reached. A replica that finds all of it right changes nothing.
 */
export function offerMenu(
  telegram: Api,
  { sells, appUrl }: Offered,
  { clock, log }: { clock: Clock; log: Log },
): Running {
  const menu = sells ? [...MENU.slice(0, -2), 'premium', ...MENU.slice(-2)] : MENU;
  return startTask(async (signal) => {
    const onFailure = (error: unknown) => log.warn({ err: error }, 'menu of commands not set yet');
    await retry({ clock, backoff: BACKOFF, signal, onFailure }, async () => {
      for (const locale of Locale.options) {
        await offerIn(telegram, menu, locale);
        await describeIn(telegram, locale);
      }
      await offerPage(telegram, appUrl);
    }).catch(() => {}); // stopped before Telegram could be reached
  });
}

/** Beside the field for messages it stands for everybody, whatever their language: so it has no words. */
const PAGE_BUTTON = '🗓';

/** The button beside the field for messages; commands stay behind `/` where it opens the calendar page. */
async function offerPage(telegram: Api, url: string | undefined): Promise<void> {
  const wanted: MenuButton =
    url === undefined ? { type: 'commands' } : { type: 'web_app', text: PAGE_BUTTON, web_app: { url } };
  const present = await telegram.getChatMenuButton();
  const isOurs = present.type === 'web_app' || wanted.type === 'web_app';
  if (isOurs && !isDeepStrictEqual(present, wanted))
    await telegram.setChatMenuButton({ menu_button: wanted });
}

const scopeOf = (locale: Locale) => (locale === 'en' ? {} : { language_code: locale });

async function offerIn(telegram: Api, menu: readonly string[], locale: Locale): Promise<void> {
  const scope = scopeOf(locale);
  const t = translator(locale);
  const commands = menu.map((command) => ({ command, description: t(`command-${command}`) }));
  if (isDeepStrictEqual(await telegram.getMyCommands(scope), commands)) return;
  await telegram.setMyCommands(commands, scope);
}

/** The description stands in the empty chat above Start; the short one is sent along when someone shares the bot. */
async function describeIn(telegram: Api, locale: Locale): Promise<void> {
  const scope = scopeOf(locale);
  const t = translator(locale);
  const [description, short] = [t('bot-description'), t('bot-short-description')];
  const now = await telegram.getMyDescription(scope);
  if (now.description !== description) await telegram.setMyDescription(description, scope);
  const shortNow = await telegram.getMyShortDescription(scope);
  if (shortNow.short_description !== short) await telegram.setMyShortDescription(short, scope);
}
