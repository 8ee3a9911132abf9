import { z } from 'zod';
import { botCommandSchema, menuButtonSchema } from '../bot-api/profile.ts';
import { groupSchema } from '../chats/group.ts';
import { chatMessageSchema } from '../chats/message.ts';
import { personSchema } from '../chats/person.ts';
import { requestRecordSchema } from '../requests.ts';

/** The shapes of the control API, for its routes and its client alike. */

const callbackAnswerSchema = z.object({
  callback_query_id: z.string(),
  text: z.string(),
  show_alert: z.boolean(),
  url: z.string().optional(),
});

/** A chat as its person sees it now. `version` grows with every change. */
export const chatViewSchema = z.object({
  person: personSchema,
  version: z.int(),
  messages: z.array(chatMessageSchema),
  answers: z.array(callbackAnswerSchema),
  commands: z.array(botCommandSchema),
  menuButton: menuButtonSchema,
  pendingUpdates: z.int(),
});
export type ChatView = z.infer<typeof chatViewSchema>;

/** A group's chat as it is now. */
export const groupViewSchema = z.object({
  group: groupSchema,
  version: z.int(),
  messages: z.array(chatMessageSchema),
});
export type GroupView = z.infer<typeof groupViewSchema>;

/** A group made by a person, who adds the bot to it. */
export const newGroupSchema = groupSchema.omit({ botIsMember: true }).extend({ addedBy: z.int() });

export const requestsViewSchema = z.object({
  /** Pass as `since` to get what comes after. */
  next: z.int(),
  /** Pass as `changedAfter` to get what arrived or was answered afterwards. */
  revision: z.int(),
  requests: z.array(requestRecordSchema),
});

export const limitsSchema = z.object({
  overallPerSecond: z.number().positive(),
  paidPerSecond: z.number().positive(),
  perChatPerSecond: z.number().positive(),
  perChatBurst: z.int().positive(),
  perGroupPerMinute: z.int().positive(),
  penaltyMs: z.number().positive(),
});

/** What a person does. `data` of a tap may be anything; with `button` it is that button's, found by its text. */
export const actionSchema = z.discriminatedUnion('do', [
  z.object({
    do: z.literal('say'),
    text: z.string(),
    replyTo: z.int().optional(),
    groupId: z.int().optional(),
  }),
  z.object({
    do: z.literal('tap'),
    messageId: z.int(),
    data: z.string().optional(),
    button: z.string().optional(),
    /** Whose chat the message is in: a group, or another person's for a forged tap. */
    chatId: z.int().optional(),
  }),
  z.object({
    do: z.literal('shareLocation'),
    latitude: z.number().min(-90).max(90),
    longitude: z.number().min(-180).max(180),
  }),
  z.object({
    do: z.literal('sendFile'),
    name: z.string().min(1),
    mimeType: z.string(),
    base64: z.base64(),
    caption: z.string().optional(),
  }),
  z.object({ do: z.literal('block') }),
  z.object({ do: z.literal('unblock') }),
  z.object({ do: z.literal('deactivate') }),
]);
export type Action = z.infer<typeof actionSchema>;

/** What came of it: the person's own message, or the id of the callback query. */
export const actionResultSchema = z.object({
  message: chatMessageSchema.optional(),
  callbackQueryId: z.string().optional(),
});
export type ActionResult = z.infer<typeof actionResultSchema>;

/** Many people at once for load: ids `firstId`, `firstId` + 1, and so on. */
export const crowdSchema = z.object({
  firstId: z.int().positive(),
  count: z.int().positive().max(1_000_000),
  started: z.boolean(),
  languageCode: z.string().optional(),
});
