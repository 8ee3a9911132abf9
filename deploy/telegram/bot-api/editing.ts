import { isDeepStrictEqual } from 'node:util';
import type { Peer } from '../chats/group.ts';
import type { ChatMessage } from '../chats/message.ts';
import { messageText } from '../checks/formatted-text.ts';
import { integerParameter } from '../checks/parameters.ts';
import { badRequest } from '../checks/refusal.ts';
import { inlineMarkup, type ReplyMarkup } from '../checks/reply-markup.ts';
import { telegramDate } from '../clock.ts';
import { type Answer, asTelegram, type Call, peerInCall, reachablePeer } from './call.ts';
import { captionIn, mediaIn, photoIn } from './media.ts';

const DELETABLE_SECONDS = 48 * 3600;
const NOT_MODIFIED =
  'message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message';

export function editMessageText(call: Call): Answer {
  const { text, entities } = messageText(call.parameters);
  const markup = inlineMarkup(call.parameters);
  const peer = reachablePeer(call);
  const message = editableMessage(call, peer);
  if (message.text === undefined) throw badRequest('there is no text in the message to edit');
  const { entities: _, ...rest } = message;
  const edited = { ...rest, text, ...(entities.length > 0 ? { entities } : {}) };
  return applyEdit(call, peer, message, withMarkup(edited, markup));
}

/** Text becomes the picture's; a message with media never becomes one of text again. */
export function editMessageMedia(call: Call): Answer {
  const media = mediaIn(call.parameters);
  const photo = photoIn(call.world, media, 'photo');
  const captioned = captionIn(media);
  const markup = inlineMarkup(call.parameters);
  const peer = reachablePeer(call);
  const message = editableMessage(call, peer);
  const { text: _, entities: __, document: ___, ...rest } = withoutCaption(message);
  return applyEdit(call, peer, message, withMarkup({ ...rest, photo: [photo()], ...captioned }, markup));
}

export function editMessageCaption(call: Call): Answer {
  const captioned = captionIn(call.parameters);
  const markup = inlineMarkup(call.parameters);
  const peer = reachablePeer(call);
  const message = editableMessage(call, peer);
  if (!message.photo && !message.document) throw badRequest('there is no caption in the message to edit');
  return applyEdit(call, peer, message, withMarkup({ ...withoutCaption(message), ...captioned }, markup));
}

function withoutCaption(message: ChatMessage): ChatMessage {
  const { caption: _, caption_entities: __, ...rest } = message;
  return rest;
}

export function editMessageReplyMarkup(call: Call): Answer {
  const markup = inlineMarkup(call.parameters);
  const peer = reachablePeer(call);
  const message = editableMessage(call, peer);
  return applyEdit(call, peer, message, withMarkup(message, markup));
}

export function deleteMessage(call: Call): Answer {
  const peer = peerInCall(call);
  const message = findMessage(call, peer);
  if (!message) throw badRequest('message to delete not found');
  if (telegramDate(call.world.clock) - message.date > DELETABLE_SECONDS) {
    throw badRequest("message can't be deleted for everyone");
  }
  call.world.chats.deleteMessage(peer.id, message.message_id);
  return { result: true };
}

/** An edit without markup takes the buttons away. */
function withMarkup(message: ChatMessage, markup: ReplyMarkup | undefined): ChatMessage {
  const { reply_markup: _, ...bare } = message;
  return markup ? { ...bare, reply_markup: markup } : bare;
}

function applyEdit(call: Call, peer: Peer, before: ChatMessage, after: ChatMessage): Answer {
  const { world } = call;
  if (isDeepStrictEqual(before, after)) throw badRequest(NOT_MODIFIED);
  const message = world.chats.changeMessage(peer.id, {
    ...after,
    edit_date: telegramDate(world.clock),
    edits: before.edits + 1,
  });
  return { result: asTelegram(world, peer, message) };
}

/** Only the bot's own messages, and only those without a reply keyboard, may be edited. */
function editableMessage(call: Call, peer: Peer): ChatMessage {
  const message = findMessage(call, peer);
  if (!message) throw badRequest('message to edit not found');
  const hasOtherKeyboard = message.reply_markup !== undefined && !message.reply_markup.inline_keyboard;
  if (!message.from.is_bot || hasOtherKeyboard) throw badRequest("message can't be edited");
  return message;
}

function findMessage({ world, parameters }: Call, peer: Peer): ChatMessage | undefined {
  const id = integerParameter(parameters, 'message_id');
  if (id === undefined || id <= 0) throw badRequest('message identifier is not specified');
  return world.chats.chat(peer.id).messages.get(id);
}
