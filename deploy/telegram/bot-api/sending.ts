import { imageSize } from '../chats/image-size.ts';
import type { MessageContent } from '../chats/message.ts';
import { caption, messageText } from '../checks/formatted-text.ts';
import {
  booleanParameter,
  integerParameter,
  isRecord,
  jsonParameter,
  type Parameters,
  textParameter,
  type UploadedFile,
} from '../checks/parameters.ts';
import { badRequest } from '../checks/refusal.ts';
import { replyMarkup } from '../checks/reply-markup.ts';
import type { World } from '../world.ts';
import { type Answer, asTelegram, type Call, reachablePeer } from './call.ts';

export function sendMessage(call: Call): Answer {
  const { text, entities } = messageText(call.parameters);
  return send(call, { text, ...(entities.length > 0 ? { entities } : {}) });
}

export function sendPhoto(call: Call): Answer {
  const file = fileInCall(call, 'photo', 'there is no photo in the request');
  const size = imageSize(file.bytes);
  if (!size) throw badRequest('IMAGE_PROCESS_FAILED');
  const { width, height } = size;
  const captioned = captionInCall(call);
  return send(call, () => ({ photo: [{ ...call.world.files.save(file), width, height }], ...captioned }));
}

export function sendDocument(call: Call): Answer {
  const file = fileInCall(call, 'document', 'there is no document in the request');
  const captioned = captionInCall(call);
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

function captionInCall({ parameters }: Call): MessageContent {
  const { text, entities } = caption(parameters);
  if (text === '') return {};
  return { caption: text, ...(entities.length > 0 ? { caption_entities: entities } : {}) };
}

/** An upload, an `attach://` reference to one, or the id of a file we already have. URLs are not fetched. */
function fileInCall({ world, parameters }: Call, field: string, absent: string): UploadedFile {
  const given = textParameter(parameters, field);
  const part = given.startsWith('attach://') ? given.slice('attach://'.length) : field;
  const uploaded = parameters.files.get(part);
  if (uploaded) {
    if (uploaded.bytes.length === 0) throw badRequest('file must be non-empty');
    return uploaded;
  }
  if (given === '' || given.startsWith('attach://')) throw badRequest(absent);
  if (/^https?:/i.test(given)) throw badRequest('failed to get HTTP URL content');
  const bytes = world.files.read(given);
  if (!bytes) throw badRequest('wrong file identifier/HTTP URL specified');
  return { name: 'file', mimeType: 'application/octet-stream', bytes };
}
