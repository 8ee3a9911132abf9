import { parseArgs } from 'node:util';
import { readSettings } from '#services/platform/process/settings.ts';
import {
  botSettings,
  deleteWebhook,
  registrationSettings,
  setWebhook,
  webhookInfo,
} from '../webhook/at-telegram.ts';
import { WrongUsage } from './usage.ts';

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
  const found = await webhookInfo(readSettings(botSettings, process.env));
  if (values.json) return console.log(JSON.stringify(found));
  const { url = '', pending_update_count: pending, last_error_date, last_error_message } = found;
  console.log(`webhook  ${url === '' ? 'none: updates are polled' : url}`);
  console.log(`updates  ${pending} wait at Telegram`);
  if (last_error_date === undefined) return;
  console.log(`error    ${last_error_message}, at ${new Date(last_error_date * 1000).toISOString()}`);
}

async function set(args: string[]): Promise<void> {
  parseArgs({ args, options: {} });
  const settings = readSettings(registrationSettings, process.env);
  await setWebhook(settings);
  console.log(`Telegram brings updates to ${settings.webhookUrl} from now on.`);
  console.log('An ingress that polls takes them back: it is to be stopped.');
}

async function remove(args: string[]): Promise<void> {
  parseArgs({ args, options: {} });
  await deleteWebhook(readSettings(botSettings, process.env));
  console.log('Telegram keeps updates, for a day at most, until an ingress polls or sets the webhook again.');
}
