import { z } from 'zod';
import { TextEntity } from '#contracts/broadcasts.ts';
import { GroupId, UserId } from '#contracts/ids.ts';
import type { SentFile } from '#contracts/moving.ts';
import { type PageChange, PageUpdate } from '#contracts/page.ts';
import {
  type IncomingPayment,
  type IncomingRenewal,
  PaymentFields,
  readPayment,
  readRenewal,
  SubscriptionChange,
} from './incoming-payment.ts';
import { looksLikeCommand, readCommand } from './reading/command.ts';
import { TypedText } from './reading/typed-text.ts';

/** The part of an update that the bot acts on. Ids are validated; texts are as the person sent them. */
export type Incoming = { updateId: number } & (
  | { kind: 'input'; userId: UserId; languageCode: string | undefined; input: Input }
  | { kind: 'membership'; userId: UserId; blocked: boolean }
  /** A person changed something on the calendar page. */
  | { kind: 'page'; userId: UserId; change: PageChange }
  /** Stars came, or went back. Registered or not, a person who paid has a language. */
  | (IncomingPayment & { languageCode: string | undefined })
  | IncomingRenewal
  /** A person took the bot into a group, or gave it a command there. */
  | { kind: 'group'; groupId: GroupId; languageCode: string | undefined }
  | { kind: 'ignored'; what: string }
);

/** An update in which a person did something in the private chat. */
export type InputUpdate = Extract<Incoming, { kind: 'input' }>;

/** An update in which a person changed something on the calendar page. */
export type PageInput = Extract<Incoming, { kind: 'page' }>;

/** What a person did in the private chat. */
export type Input =
  | { kind: 'command'; name: string; behind?: TypedText }
  | { kind: 'text'; text: TypedText; entities?: TextEntity[]; repliedTo?: BotMessage }
  | { kind: 'location'; latitude: number; longitude: number }
  | { kind: 'document'; file: SentFile; messageId: number }
  | { kind: 'attachment' }
  /** `message` is undefined when Telegram no longer gives it. */
  | { kind: 'tap'; callbackId: string; data: string; message: BotMessage | undefined };

/** A message of the bot that was tapped or replied to, with its buttons' data, and the file that it answers. */
export type BotMessage = {
  messageId: number;
  data: string[];
  file?: SentFile;
  isPicture?: true;
  /** What it shows, of a tapped one: its text, and rows of buttons with their text and data. */
  text?: string;
  buttons?: (string | undefined)[][][];
};

/** Telegram lets a message have so many. */
const MAX_BUTTONS = 100;

const From = z.looseObject({
  id: z.int().positive(),
  is_bot: z.boolean().optional(),
  language_code: z.string().optional(),
});
const Chat = z.looseObject({ id: z.int(), type: z.string() });
const Button = z.looseObject({ text: z.string().optional(), callback_data: z.string().optional() });
const Markup = z.looseObject({ inline_keyboard: z.array(z.array(Button)) });
const Document = z.looseObject({
  file_id: z.string().min(1).max(512),
  file_name: z.string().optional(),
  file_size: z.int().nonnegative().optional(),
});
const Message = z.looseObject({
  chat: Chat,
  message_id: z.int(),
  from: From.optional(),
  text: TypedText.optional(),
  entities: z.array(TextEntity).optional(),
  reply_to_message: z
    .looseObject({ message_id: z.int(), from: From.optional(), reply_markup: Markup.optional() })
    .optional(),
  location: z.looseObject({ latitude: z.number(), longitude: z.number() }).optional(),
  ...PaymentFields,
  document: Document.optional(),
});
const Callback = z.looseObject({
  id: z.string(),
  from: From,
  data: z.string().optional(),
  message: z
    .looseObject({
      chat: Chat,
      message_id: z.int(),
      date: z.int(),
      text: z.string().optional(),
      photo: z.array(z.unknown()).optional(),
      reply_markup: Markup.optional(),
      reply_to_message: z.looseObject({ document: Document.optional() }).optional(),
    })
    .optional(),
});
const Membership = z.looseObject({
  chat: Chat,
  from: From,
  new_chat_member: z.looseObject({ status: z.string() }),
});
const Update = z.looseObject({
  update_id: z.int(),
  message: Message.optional(),
  callback_query: Callback.optional(),
  my_chat_member: Membership.optional(),
  subscription: SubscriptionChange.optional(),
  page_change: PageUpdate.optional(),
});

/**
 * Reads one update. Kinds that the bot does not know, and edited messages (the words as first sent count), are ignored.
 * @throws {z.ZodError} when a known kind has another form.
 */
export function readUpdate(body: unknown): Incoming {
  const update = Update.parse(body);
  const updateId = update.update_id;
  if (update.message) return { updateId, ...readMessage(update.message) };
  if (update.callback_query) return { updateId, ...readCallback(update.callback_query) };
  if (update.my_chat_member) return { updateId, ...readMembership(update.my_chat_member) };
  const renewal = update.subscription && readRenewal(update.subscription);
  if (renewal) return { updateId, ...renewal };
  if (update.page_change) {
    const { from, change } = update.page_change;
    return { updateId, kind: 'page', userId: personOf(from).userId, change };
  }
  const kind = Object.keys(update).find((key) => key !== 'update_id');
  return { updateId, kind: 'ignored', what: kind ?? 'nothing' };
}

type Read = Incoming extends infer Each ? (Each extends unknown ? Omit<Each, 'updateId'> : never) : never;

function readMessage(message: z.infer<typeof Message>): Read {
  const { chat, from, text } = message;
  const payment = chat.type === 'private' ? readPayment(message) : undefined;
  if (payment) return { ...payment, languageCode: from?.language_code };
  if (!from || from.is_bot) return { kind: 'ignored', what: 'message of no person' };
  if (chat.type !== 'private') {
    if (text === undefined || !looksLikeCommand(text)) return { kind: 'ignored', what: 'message in a group' };
    return { kind: 'group', groupId: GroupId.parse(chat.id), languageCode: from.language_code };
  }
  return { ...personOf(from), kind: 'input', input: readContent(message) };
}

function readContent(message: z.infer<typeof Message>): Input {
  const { text, entities, location, document, reply_to_message: original } = message;
  if (location) return { kind: 'location', latitude: location.latitude, longitude: location.longitude };
  if (document) return { kind: 'document', file: fileOf(document), messageId: message.message_id };
  if (text === undefined) return { kind: 'attachment' };
  const command = readCommand(text);
  if (command !== undefined) return { kind: 'command', ...command };
  const typed: Input = { kind: 'text', text, ...(entities && { entities }) };
  if (!original?.from?.is_bot || !original.reply_markup) return typed;
  const { message_id: messageId, reply_markup: markup } = original;
  return { ...typed, repliedTo: { messageId, data: dataOf(markup) } };
}

const dataOf = (markup: z.infer<typeof Markup> | undefined): string[] =>
  markup?.inline_keyboard
    .flat()
    .slice(0, MAX_BUTTONS)
    .flatMap((button) => button.callback_data ?? []) ?? [];

/** A name is shown and no more: what is in the file is found out by its content. */
function fileOf({ file_id: fileId, file_name: name, file_size: bytes }: z.infer<typeof Document>): SentFile {
  return {
    fileId,
    ...(name !== undefined && { name: name.slice(0, 256) }),
    ...(bytes !== undefined && { bytes }),
  };
}

const buttonsOf = (markup: z.infer<typeof Markup> | undefined) =>
  markup?.inline_keyboard
    .slice(0, MAX_BUTTONS)
    .map((row) => row.slice(0, MAX_BUTTONS).map(({ text, callback_data: data }) => [text, data])) ?? [];

function readCallback({ id, from, data, message }: z.infer<typeof Callback>): Read {
  if (data === undefined) return { kind: 'ignored', what: 'callback without data' };
  if (message && message.chat.type !== 'private') return { kind: 'ignored', what: 'callback in a group' };
  // Telegram gives date 0 for a message that it no longer lets bots see or edit.
  const seen = message && message.date !== 0;
  const document = message?.reply_to_message?.document;
  const tapped = seen && {
    messageId: message.message_id,
    data: dataOf(message.reply_markup),
    ...(message.text !== undefined && { text: message.text }),
    buttons: buttonsOf(message.reply_markup),
    ...(document && { file: fileOf(document) }),
    ...(message.photo && { isPicture: true as const }),
  };
  return {
    ...personOf(from),
    kind: 'input',
    input: { kind: 'tap', callbackId: id, data, message: tapped || undefined },
  };
}

function readMembership({ chat, from, new_chat_member }: z.infer<typeof Membership>): Read {
  if (chat.type !== 'private') {
    const isIn = new_chat_member.status === 'member' || new_chat_member.status === 'administrator';
    if (!isIn) return { kind: 'ignored', what: 'membership in a group' };
    return { kind: 'group', groupId: GroupId.parse(chat.id), languageCode: from.language_code };
  }
  const blocked = new_chat_member.status === 'kicked' || new_chat_member.status === 'left';
  return { kind: 'membership', userId: personOf(from).userId, blocked };
}

function personOf(from: Pick<z.infer<typeof From>, 'id' | 'language_code'>) {
  return { userId: UserId.parse(String(from.id)), languageCode: from.language_code };
}
