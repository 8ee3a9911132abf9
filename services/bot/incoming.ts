import { z } from 'zod';
import { UserId } from '#contracts/ids.ts';

/** What of an update concerns us. Ids are validated; texts are as the person sent them. */
export type Incoming = { updateId: number } & (
  | { kind: 'input'; userId: UserId; languageCode: string | undefined; input: Input }
  | { kind: 'membership'; userId: UserId; blocked: boolean }
  | { kind: 'group'; chatId: number; languageCode: string | undefined }
  | { kind: 'ignored'; what: string }
);

/** What a person did in the private chat. */
export type Input =
  | { kind: 'command'; name: string }
  | { kind: 'text'; text: string }
  | { kind: 'location'; latitude: number; longitude: number }
  | { kind: 'attachment' }
  | { kind: 'tap'; callbackId: string; data: string; message: TappedMessage | undefined };

/** The message under whose button was tapped; absent when Telegram no longer gives it. */
export type TappedMessage = { messageId: number; data: string[] };

const From = z.looseObject({
  id: z.int().positive(),
  is_bot: z.boolean().optional(),
  language_code: z.string().optional(),
});
const Chat = z.looseObject({ id: z.int(), type: z.string() });
const Message = z.looseObject({
  chat: Chat,
  from: From.optional(),
  text: z.string().optional(),
  location: z.looseObject({ latitude: z.number(), longitude: z.number() }).optional(),
});
const Button = z.looseObject({ callback_data: z.string().optional() });
const Callback = z.looseObject({
  id: z.string(),
  from: From,
  data: z.string().optional(),
  message: z
    .looseObject({
      chat: Chat,
      message_id: z.int(),
      date: z.int(),
      reply_markup: z.looseObject({ inline_keyboard: z.array(z.array(Button)) }).optional(),
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
});

/**
 * Reads one update. Kinds that we do not know, and edited messages (the words as first sent count), are ignored.
 * @throws {z.ZodError} when a kind that we know has another form.
 */
export function readUpdate(body: unknown): Incoming {
  const update = Update.parse(body);
  const updateId = update.update_id;
  if (update.message) return { updateId, ...readMessage(update.message) };
  if (update.callback_query) return { updateId, ...readCallback(update.callback_query) };
  if (update.my_chat_member) return { updateId, ...readMembership(update.my_chat_member) };
  const kind = Object.keys(update).find((key) => key !== 'update_id');
  return { updateId, kind: 'ignored', what: kind ?? 'nothing' };
}

type Read = Incoming extends infer Each ? (Each extends unknown ? Omit<Each, 'updateId'> : never) : never;

function readMessage({ chat, from, text, location }: z.infer<typeof Message>): Read {
  if (!from || from.is_bot) return { kind: 'ignored', what: 'message of no person' };
  if (chat.type !== 'private') {
    if (!text?.startsWith('/')) return { kind: 'ignored', what: 'message in a group' };
    return { kind: 'group', chatId: chat.id, languageCode: from.language_code };
  }
  return { ...personOf(from), kind: 'input', input: readContent(text, location) };
}

function readContent(text: string | undefined, location: z.infer<typeof Message>['location']): Input {
  if (location) return { kind: 'location', latitude: location.latitude, longitude: location.longitude };
  if (text === undefined) return { kind: 'attachment' };
  const command = /^\/([A-Za-z0-9_]{1,32})(?:@\w+)?(?:\s|$)/.exec(text);
  return command ? { kind: 'command', name: (command[1] ?? '').toLowerCase() } : { kind: 'text', text };
}

function readCallback({ id, from, data, message }: z.infer<typeof Callback>): Read {
  if (data === undefined) return { kind: 'ignored', what: 'callback without data' };
  if (message && message.chat.type !== 'private') return { kind: 'ignored', what: 'callback in a group' };
  // Telegram gives date 0 for a message that it no longer lets bots see or edit.
  const seen = message && message.date !== 0;
  const buttons = message?.reply_markup?.inline_keyboard.flat() ?? [];
  const tapped = seen && {
    messageId: message.message_id,
    data: buttons.flatMap((button) => button.callback_data ?? []),
  };
  return {
    ...personOf(from),
    kind: 'input',
    input: { kind: 'tap', callbackId: id, data, message: tapped || undefined },
  };
}

function readMembership({ chat, from, new_chat_member }: z.infer<typeof Membership>): Read {
  if (chat.type !== 'private') return { kind: 'ignored', what: 'membership in a group' };
  const blocked = new_chat_member.status === 'kicked' || new_chat_member.status === 'left';
  return { kind: 'membership', userId: personOf(from).userId, blocked };
}

function personOf(from: z.infer<typeof From>) {
  return { userId: UserId.parse(String(from.id)), languageCode: from.language_code };
}
