import { z } from 'zod';
import { entitySchema } from '../checks/entities.ts';
import { replyMarkupSchema } from '../checks/reply-markup.ts';
import { type Peer, telegramChat } from './group.ts';

const fileSchema = z.object({
  file_id: z.string(),
  file_unique_id: z.string(),
  file_size: z.int(),
  file_name: z.string().optional(),
  mime_type: z.string().optional(),
});
const photoSizeSchema = z.object({
  file_id: z.string(),
  file_unique_id: z.string(),
  file_size: z.int(),
  width: z.int(),
  height: z.int(),
});

export type PhotoSize = z.infer<typeof photoSizeSchema>;

/** A message as it is now. `edits` counts how often it was changed; `reply_markup` keeps every form of keyboard. */
export const chatMessageSchema = z.object({
  message_id: z.int(),
  from: z.looseObject({ id: z.int(), is_bot: z.boolean(), first_name: z.string() }),
  date: z.int(),
  edit_date: z.int().optional(),
  text: z.string().optional(),
  entities: z.array(entitySchema).optional(),
  caption: z.string().optional(),
  caption_entities: z.array(entitySchema).optional(),
  photo: z.array(photoSizeSchema).optional(),
  document: fileSchema.optional(),
  location: z.object({ latitude: z.number(), longitude: z.number() }).optional(),
  successful_payment: z
    .looseObject({ currency: z.string(), total_amount: z.int(), telegram_payment_charge_id: z.string() })
    .optional(),
  refunded_payment: z
    .looseObject({ currency: z.string(), total_amount: z.int(), telegram_payment_charge_id: z.string() })
    .optional(),
  reply_to_message_id: z.int().optional(),
  reply_markup: replyMarkupSchema.optional(),
  edits: z.int(),
});
export type ChatMessage = z.infer<typeof chatMessageSchema>;
export type MessageContent = Omit<ChatMessage, 'message_id' | 'from' | 'date' | 'edit_date' | 'edits'>;

/** The message in Telegram's own form. `replyTo` is the quoted message, when there is one. */
export function telegramMessage(peer: Peer, message: ChatMessage, replyTo?: ChatMessage): object {
  const { edits: _, reply_to_message_id: __, reply_markup, ...shown } = message;
  return {
    ...shown,
    chat: telegramChat(peer),
    // Telegram returns only inline keyboards; the others belong to the chat, not to the message.
    ...(reply_markup?.inline_keyboard ? { reply_markup } : {}),
    ...(replyTo ? { reply_to_message: telegramMessage(peer, replyTo) } : {}),
  };
}

/** A message a person can no longer see, as a tap on it reports it. */
export function inaccessibleMessage(peer: Peer, messageId: number): object {
  return { chat: telegramChat(peer), message_id: messageId, date: 0 };
}
