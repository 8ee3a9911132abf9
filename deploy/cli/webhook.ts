import { parseArgs } from 'node:util';
import { z } from 'zod';
import { webhookSettings } from '#services/ingress/config.ts';
import { isRefusal, refusalText } from '#services/ingress/reach-telegram.ts';
import { registrationWith } from '#services/ingress/registration.ts';
import { readSettings, SettingsProblem, setting } from '#services/platform/process/settings.ts';
import { openTelegram, type Telegram } from '#services/platform/telegram/client.ts';
import { WrongUsage } from './usage.ts';

const bot = { botToken: setting.botToken, telegramApiRoot: setting.telegramApiRoot };

type Action = (args: string[]) => Promise<void>;

const actions: Record<string, Action> = { info, set, delete: remove };

/** `habitstream webhook info [--json] | set | delete`: where Telegram brings updates. */
export async function webhookCommand([name = '', ...args]: string[]): Promise<void> {
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (!action) throw new WrongUsage('Say what to do with the webhook.');
  await action(args);
}

async function info(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { json: { type: 'boolean', default: false } } });
  const found = await asked(readSettings(z.object(bot), process.env), ({ api }) => api.getWebhookInfo());
  if (values.json) return console.log(JSON.stringify(found));
  const { url = '', pending_update_count: pending, last_error_date, last_error_message } = found;
  console.log(`webhook  ${url === '' ? 'none: updates are polled' : url}`);
  console.log(`updates  ${pending} wait at Telegram`);
  if (last_error_date === undefined) return;
  console.log(`error    ${last_error_message}, at ${new Date(last_error_date * 1000).toISOString()}`);
}

async function set(args: string[]): Promise<void> {
  parseArgs({ args, options: {} });
  const settings = readSettings(z.object({ ...bot, ...webhookSettings }), process.env);
  const { webhookUrl, webhookSecret } = settings;
  await asked(settings, ({ api }) => api.setWebhook(webhookUrl, registrationWith(webhookSecret)));
  console.log(`Telegram brings updates to ${webhookUrl} from now on.`);
  console.log('An ingress that polls takes them back: it is to be stopped.');
}

async function remove(args: string[]): Promise<void> {
  parseArgs({ args, options: {} });
  await asked(readSettings(z.object(bot), process.env), ({ api }) =>
    api.deleteWebhook({ drop_pending_updates: false }),
  );
  console.log('Telegram keeps updates, for a day at most, until an ingress polls or sets the webhook again.');
}

/** @throws {SettingsProblem} where Telegram refuses or is not reached. */
async function asked<T>(
  { botToken, telegramApiRoot }: { botToken: string; telegramApiRoot: string },
  ask: (telegram: Telegram) => Promise<T>,
): Promise<T> {
  try {
    return await ask(openTelegram({ token: botToken, apiRoot: telegramApiRoot.replace(/\/$/, '') }));
  } catch (cause) {
    const reason = isRefusal(cause) ? refusalText(cause) : 'Telegram does not answer: see TELEGRAM_API_ROOT.';
    throw new SettingsProblem(reason, { cause });
  }
}
