import { isGroup, telegramChat } from '../chats/group.ts';
import { setMembership } from '../chats/membership.ts';
import { booleanParameter, textParameter } from '../checks/parameters.ts';
import { ApiRefusal, badRequest } from '../checks/refusal.ts';
import { type Answer, type Call, peerInCall, reachablePeer } from './call.ts';

const LONGEST_CALLBACK_TEXT = 200;
const LARGEST_DOWNLOAD_BYTES = 20 * 1024 * 1024;

export function getMe({ world }: Call): Answer {
  return {
    result: {
      ...world.bot,
      can_join_groups: true,
      can_read_all_group_messages: false,
      supports_inline_queries: false,
      can_connect_to_business: false,
      has_main_web_app: false,
    },
  };
}

export function getChat(call: Call): Answer {
  const known = peerInCall(call);
  const peer = isGroup(known) ? reachablePeer(call) : known;
  return { result: { ...telegramChat(peer), accent_color_id: 0, max_reaction_count: 11 } };
}

/** Telegram tells the bot of its own leaving, too. */
export function leaveChat(call: Call): Answer {
  const peer = reachablePeer(call);
  if (!isGroup(peer)) throw badRequest("chat member status can't be changed in private chats");
  setMembership(call.world, peer, call.world.bot, false);
  return { result: true };
}

export function getFile({ world, parameters }: Call): Answer {
  const fileId = textParameter(parameters, 'file_id');
  if (fileId === '') throw badRequest('file_id not specified');
  const bytes = world.files.read(fileId);
  if (!bytes) throw badRequest('wrong file_id or the file is temporarily unavailable');
  if (bytes.length > LARGEST_DOWNLOAD_BYTES) throw badRequest('file is too big');
  const unique = fileId.slice(3, 19);
  return {
    result: {
      file_id: fileId,
      file_unique_id: unique,
      file_size: bytes.length,
      file_path: `documents/${fileId}`,
    },
  };
}

export function answerCallbackQuery({ world, parameters }: Call): Answer {
  const text = textParameter(parameters, 'text');
  if (text.length > LONGEST_CALLBACK_TEXT) throw badRequest('MESSAGE_TOO_LONG');
  const id = textParameter(parameters, 'callback_query_id');
  const personId = world.callbacks.take(id);
  if (personId === undefined) {
    throw badRequest('query is too old and response timeout expired or query ID is invalid');
  }
  const url = textParameter(parameters, 'url');
  world.chats.addAnswer(personId, {
    callback_query_id: id,
    text,
    show_alert: booleanParameter(parameters, 'show_alert'),
    ...(url ? { url } : {}),
  });
  return { result: true };
}

/** The bytes behind the `file_path` of getFile. Throws ApiRefusal. */
export function downloadFile(call: Pick<Call, 'world'>, path: string): Uint8Array {
  const bytes = call.world.files.read(path.replace(/^documents\//, ''));
  if (!bytes) throw new ApiRefusal(404, 'Not Found');
  return bytes;
}
