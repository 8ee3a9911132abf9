import { z } from 'zod';
import { webhookSettings } from '#services/ingress/config.ts';
import { isRefusal, refusalText } from '#services/ingress/reach-telegram.ts';
import { registrationWith } from '#services/ingress/registration.ts';
import { SettingsProblem, setting } from '#services/platform/process/settings.ts';
import { openTelegram, type Telegram } from '#services/platform/telegram/client.ts';

/*
 * Where Telegram brings updates, looked at and changed by an operator, as ingress does it. Each function throws {SettingsProblem} where
 * Telegram refuses or is not reached.
 */

const bot = { botToken: setting.botToken, telegramApiRoot: setting.telegramApiRoot };
/** Who is asked. */
export const botSettings = z.object(bot);
/** And where it is to bring them. */
export const registrationSettings = z.object({ ...bot, ...webhookSettings });

type Bot = z.infer<typeof botSettings>;

export const webhookInfo = (settings: Bot) => asked(settings, ({ api }) => api.getWebhookInfo());

export async function setWebhook(settings: z.infer<typeof registrationSettings>): Promise<void> {
  const { webhookUrl, webhookSecret } = settings;
  await asked(settings, ({ api }) => api.setWebhook(webhookUrl, registrationWith(webhookSecret)));
}

/** Telegram keeps what waits. */
export async function deleteWebhook(settings: Bot): Promise<void> {
  await asked(settings, ({ api }) => api.deleteWebhook({ drop_pending_updates: false }));
}

async function asked<T>(
  { botToken, telegramApiRoot }: Bot,
  ask: (telegram: Telegram) => Promise<T>,
): Promise<T> {
  try {
    return await ask(openTelegram({ token: botToken, apiRoot: telegramApiRoot.replace(/\/$/, '') }));
  } catch (cause) {
    const reason = isRefusal(cause) ? refusalText(cause) : 'Telegram does not answer: see TELEGRAM_API_ROOT.';
    throw new SettingsProblem(reason, { cause });
  }
}
