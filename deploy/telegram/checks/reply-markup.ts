import { z } from 'zod';
import { isLinkable } from './entities.ts';
import { isRecord, jsonParameter, type Parameters } from './parameters.ts';
import { badRequest } from './refusal.ts';
import { isWebAppUrl } from './web-app-url.ts';

const inlineButtonSchema = z.looseObject({
  text: z.string(),
  callback_data: z.string().optional(),
  url: z.string().optional(),
  web_app: z.looseObject({ url: z.string() }).optional(),
});
const keyButtonSchema = z.looseObject({
  text: z.string(),
  request_location: z.boolean().optional(),
  request_contact: z.boolean().optional(),
});

/** What may stand under a message: one of the four Telegram forms. */
export const replyMarkupSchema = z.looseObject({
  inline_keyboard: z.array(z.array(inlineButtonSchema)).optional(),
  keyboard: z.array(z.array(keyButtonSchema)).optional(),
  resize_keyboard: z.boolean().optional(),
  one_time_keyboard: z.boolean().optional(),
  is_persistent: z.boolean().optional(),
  input_field_placeholder: z.string().optional(),
  remove_keyboard: z.boolean().optional(),
  force_reply: z.boolean().optional(),
});
export type ReplyMarkup = z.infer<typeof replyMarkupSchema>;
const MOST_BUTTONS = 100;
const LONGEST_CALLBACK_BYTES = 64;
const ACTIONS = [
  'url',
  'callback_data',
  'web_app',
  'login_url',
  'switch_inline_query',
  'switch_inline_query_current_chat',
  'switch_inline_query_chosen_chat',
  'copy_text',
  'callback_game',
  'pay',
] as const;

/** The `reply_markup` of a send. Throws ApiRefusal. */
export function replyMarkup(parameters: Parameters): ReplyMarkup | undefined {
  const refusal = "can't parse reply keyboard markup JSON object";
  const given = jsonParameter(parameters, 'reply_markup', refusal);
  if (given === undefined) return undefined;
  if (!isRecord(given)) throw badRequest('object expected as reply markup');
  if ('inline_keyboard' in given) checkRows(given.inline_keyboard, 'inline_keyboard', checkInlineButton);
  else if ('keyboard' in given) checkRows(given.keyboard, 'keyboard', checkKeyButton);
  const parsed = replyMarkupSchema.safeParse(withButtonObjects(given));
  if (!parsed.success) throw badRequest(refusal);
  return isNothing(parsed.data) ? undefined : parsed.data;
}

/** The `reply_markup` of an edit, which may only be an inline keyboard. Throws ApiRefusal. */
export function inlineMarkup(parameters: Parameters): ReplyMarkup | undefined {
  const markup = replyMarkup(parameters);
  if (markup && !markup.inline_keyboard) throw badRequest('inline keyboard expected');
  return markup;
}

function isNothing(markup: ReplyMarkup): boolean {
  if (markup.inline_keyboard) return markup.inline_keyboard.flat().length === 0;
  return !markup.keyboard?.flat().length && !markup.remove_keyboard && !markup.force_reply;
}

function checkRows(rows: unknown, field: string, checkButton: (button: unknown) => void): void {
  if (!Array.isArray(rows)) throw badRequest(`field "${field}" must be of type Array`);
  if (!rows.every(Array.isArray)) throw badRequest(`field "${field}" must be an Array of Arrays`);
  const buttons: unknown[] = rows.flat();
  for (const button of buttons) checkButton(button);
  if (buttons.length > MOST_BUTTONS) throw badRequest('REPLY_MARKUP_TOO_LONG');
}

function checkInlineButton(button: unknown): void {
  const where = "can't parse inline keyboard button:";
  if (!isRecord(button)) throw badRequest(`${where} InlineKeyboardButton must be an Object`);
  if (!('text' in button)) throw badRequest(`${where} Can't find field "text"`);
  if (typeof button.text !== 'string') throw badRequest(`${where} Field "text" must be of type String`);
  if (button.text.trim() === '') throw badRequest('BUTTON_TEXT_INVALID');
  const action = ACTIONS.find((name) => name in button && (button[name] !== '' || name.startsWith('switch')));
  if (!action) throw badRequest(`${where} Text buttons are unallowed in the inline keyboard`);
  if (action === 'callback_data') checkCallbackData(button.callback_data);
  if (action === 'web_app') checkWebApp(button.web_app);
  if (action === 'url' && (typeof button.url !== 'string' || !isLinkable(button.url))) {
    throw badRequest(`inline keyboard button URL '${String(button.url)}' is invalid: Wrong HTTP URL`);
  }
}

function checkWebApp(app: unknown): void {
  const url = isRecord(app) ? app.url : undefined;
  if (!isWebAppUrl(url)) {
    const text = `inline keyboard button Web App URL '${String(url)}' is invalid: Only HTTPS links are allowed`;
    throw badRequest(text);
  }
}

function checkCallbackData(data: unknown): void {
  if (typeof data !== 'string') {
    throw badRequest('can\'t parse inline keyboard button: Field "callback_data" must be of type String');
  }
  if (new TextEncoder().encode(data).length > LONGEST_CALLBACK_BYTES) throw badRequest('BUTTON_DATA_INVALID');
}

function checkKeyButton(button: unknown): void {
  if (typeof button === 'string') {
    checkKeyText(button);
    return;
  }
  const where = "can't parse keyboard button:";
  if (!isRecord(button)) throw badRequest(`${where} KeyboardButton must be an Object`);
  if (!('text' in button)) throw badRequest(`${where} Can't find field "text"`);
  if (typeof button.text !== 'string') throw badRequest(`${where} Field "text" must be of type String`);
  checkKeyText(button.text);
}

function checkKeyText(text: string): void {
  if (text.trim() === '') throw badRequest('keyboard button text must be non-empty');
}

/** A reply key may be given as a bare string. */
function withButtonObjects(markup: Record<string, unknown>): Record<string, unknown> {
  if (!Array.isArray(markup.keyboard)) return markup;
  const keyboard = markup.keyboard.map((row: unknown) =>
    Array.isArray(row) ? row.map((key: unknown) => (typeof key === 'string' ? { text: key } : key)) : row,
  );
  return { ...markup, keyboard };
}
