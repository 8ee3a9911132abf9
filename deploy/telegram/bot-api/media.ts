import { imageSize } from '../chats/image-size.ts';
import type { MessageContent, PhotoSize } from '../chats/message.ts';
import { caption } from '../checks/formatted-text.ts';
import {
  isRecord,
  jsonParameter,
  type Parameters,
  textParameter,
  type UploadedFile,
} from '../checks/parameters.ts';
import { badRequest } from '../checks/refusal.ts';
import type { World } from '../world.ts';

export function captionIn(parameters: Parameters): Pick<MessageContent, 'caption' | 'caption_entities'> {
  const { text, entities } = caption(parameters);
  if (text === '') return {};
  return { caption: text, ...(entities.length > 0 ? { caption_entities: entities } : {}) };
}

/** The photo in a field, checked. What is returned keeps its bytes, so that a refused call leaves no file behind. */
export function photoIn(world: World, parameters: Parameters, field: string): () => PhotoSize {
  const file = fileIn(world, parameters, field);
  const size = imageSize(file.bytes);
  if (!size) throw badRequest('IMAGE_PROCESS_FAILED');
  const { width, height } = size;
  return () => ({ ...world.files.save(file), width, height });
}

/** The parameter `media` of editMessageMedia, read as the parameters of a send. Other kinds than photos are not simulated. */
export function mediaIn(parameters: Parameters): Parameters {
  const given = jsonParameter(parameters, 'media', "can't parse media JSON object");
  if (!isRecord(given)) throw badRequest('media must be specified');
  if (given.type !== 'photo') throw badRequest(`unsupported media type ${String(given.type)}`);
  return { values: { ...given, photo: given.media }, files: parameters.files };
}

/** An upload, an `attach://` reference to one, or the id of a file we already have. URLs are not fetched. */
export function fileIn(world: World, parameters: Parameters, field: string): UploadedFile {
  const given = textParameter(parameters, field);
  const part = given.startsWith('attach://') ? given.slice('attach://'.length) : field;
  const uploaded = parameters.files.get(part);
  if (uploaded) {
    if (uploaded.bytes.length === 0) throw badRequest('file must be non-empty');
    return uploaded;
  }
  if (given === '' || given.startsWith('attach://')) throw badRequest(`there is no ${field} in the request`);
  if (/^https?:/i.test(given)) throw badRequest('failed to get HTTP URL content');
  const bytes = world.files.read(given);
  if (!bytes) throw badRequest('wrong file identifier/HTTP URL specified');
  return { name: 'file', mimeType: 'application/octet-stream', bytes };
}
