import type { MessageContent } from '../chats/message.ts';
import { messageText } from '../checks/formatted-text.ts';
import {
  booleanParameter,
  integerParameter,
  isRecord,
  jsonParameter,
  type Parameters,
  textParameter,
} from '../checks/parameters.ts';
import { badRequest } from '../checks/refusal.ts';
import { replyMarkup } from '../checks/reply-markup.ts';
import type { World } from '../world.ts';
import { type Answer, asTelegram, type Call, reachablePeer } from './call.ts';
import { captionIn, fileIn, photoIn } from './media.ts';

export function sendMessage(call: Call): Answer {
  const { text, entities } = messageText(call.parameters);
  return send(call, { text, ...(entities.length > 0 ? { entities } : {}) });
}

export function sendPhoto(call: Call): Answer {
  const photo = photoIn(call.world, call.parameters, 'photo');
  const captioned = captionIn(call.parameters);
  return send(call, () => ({ photo: [photo()], ...captioned }));
}

export function sendDocument(call: Call): Answer {
  const file = fileIn(call.world, call.parameters, 'document');
  const captioned = captionIn(call.parameters);
  return send(call, () => ({
    document: { ...call.world.files.save(file), file_name: file.name, mime_type: file.mimeType },
    ...captioned,
  }));
}

export function sendChatAction(call: Call): Answer {
  const action = textParameter(call.parameters, 'action');
  if (action === '') throw badRequest('wrong parameter action in request');
  const peer = reachablePeer(call);
  call.world.changes.publish({ kind: 'action', chatId: peer.id, action });
  return { result: true };
}

/** Content is made only after all checks, so that a refused upload leaves no file behind. */
function send(call: Call, content: MessageContent | (() => MessageContent)): Answer {
  const { world, parameters } = call;
  const markup = replyMarkup(parameters);
  const peer = reachablePeer(call);
  const quoted = quotedMessage(world, peer.id, parameters);
  const message = world.chats.addMessage(peer.id, world.bot, {
    ...(typeof content === 'function' ? content() : content),
    ...(markup ? { reply_markup: markup } : {}),
    ...(quoted === undefined ? {} : { reply_to_message_id: quoted }),
  });
  return { result: asTelegram(world, peer, message) };
}

function quotedMessage(world: World, chatId: number, parameters: Parameters): number | undefined {
  const given = jsonParameter(parameters, 'reply_parameters', "can't parse reply parameters JSON object");
  const fields: Parameters = isRecord(given) ? { values: given, files: new Map() } : parameters;
  const id = integerParameter(fields, isRecord(given) ? 'message_id' : 'reply_to_message_id');
  if (id === undefined || id === 0) return undefined;
  if (world.chats.chat(chatId).messages.has(id)) return id;
  if (booleanParameter(fields, 'allow_sending_without_reply')) return undefined;
  throw badRequest('message to be replied not found');
}
