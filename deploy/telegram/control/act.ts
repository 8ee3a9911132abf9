import { asTelegram } from '../bot-api/call.ts';
import type { Group } from '../chats/group.ts';
import { imageSize } from '../chats/image-size.ts';
import { tellMembership } from '../chats/membership.ts';
import { type ChatMessage, inaccessibleMessage, type MessageContent } from '../chats/message.ts';
import { type Person, userOf } from '../chats/person.ts';
import { withDetectedEntities } from '../checks/detect-entities.ts';
import { LONGEST_TEXT } from '../checks/formatted-text.ts';
import type { World } from '../world.ts';
import type { Action, ActionResult } from './contract.ts';

/** What a person cannot do, in words for the caller. */
export class Impossible extends Error {}

/** Does as the person what they could do in a Telegram client, and tells the bot. Throws Impossible. */
export function act(world: World, person: Person, action: Action): ActionResult {
  if (person.deactivated) throw new Impossible(`${person.first_name} has deleted their account`);
  switch (action.do) {
    case 'say':
      return say(world, person, action);
    case 'tap':
      return tap(world, person, action);
    case 'shareLocation': {
      const { latitude, longitude } = action;
      return write(world, person, { location: { latitude, longitude } });
    }
    case 'sendFile':
      return sendFile(world, person, action);
    case 'block':
      return setBlocked(world, person, true);
    case 'unblock':
      return setBlocked(world, person, false);
    case 'deactivate':
      world.chats.changePerson(person.id, { deactivated: true });
      return {};
  }
}

function say(world: World, person: Person, action: Action & { do: 'say' }): ActionResult {
  const { replyTo, groupId } = action;
  const text = action.text.trim();
  if (text === '') throw new Impossible('an empty message cannot be sent');
  if (text.length > LONGEST_TEXT) throw new Impossible(`a message has at most ${LONGEST_TEXT} characters`);
  const entities = withDetectedEntities(text, []);
  const content = {
    text,
    ...(entities.length > 0 ? { entities } : {}),
    ...(replyTo === undefined ? {} : { reply_to_message_id: replyTo }),
  };
  if (groupId === undefined) return write(world, person, content);
  const group = world.chats.group(groupId);
  if (!group) throw new Impossible(`there is no group ${groupId}`);
  return writeInGroup(world, person, group, content);
}

function sendFile(world: World, person: Person, action: Action & { do: 'sendFile' }): ActionResult {
  const bytes = new Uint8Array(Buffer.from(action.base64, 'base64'));
  if (bytes.length === 0) throw new Impossible('an empty file cannot be sent');
  const stored = world.files.save({ name: action.name, mimeType: action.mimeType, bytes });
  const size = action.mimeType.startsWith('image/') ? imageSize(bytes) : undefined;
  const captioned = action.caption ? { caption: action.caption } : {};
  if (size) {
    const { width, height } = size;
    return write(world, person, { photo: [{ ...stored, width, height }], ...captioned });
  }
  const document = { ...stored, file_name: action.name, mime_type: action.mimeType };
  return write(world, person, { document, ...captioned });
}

function write(world: World, person: Person, content: MessageContent): ActionResult {
  if (person.blocked)
    throw new Impossible(`${person.first_name} has blocked the bot and must unblock it first`);
  if (!person.started) world.chats.changePerson(person.id, { started: true });
  const message = world.chats.addMessage(person.id, userOf(person), content);
  world.updates.enqueue('message', asTelegram(world, person, message), person.id);
  return { message };
}

/** As a bot in privacy mode sees it: of a group it gets commands, mentions of itself and answers to its messages. */
function writeInGroup(world: World, person: Person, group: Group, content: MessageContent): ActionResult {
  const message = world.chats.addMessage(group.id, userOf(person), content);
  const { text = '', reply_to_message_id: quoted } = content;
  const isAnswer = quoted !== undefined && world.chats.chat(group.id).messages.get(quoted)?.from.is_bot;
  const isMeant = /^\/\w+(?!\w*@)/.test(text) || text.includes(`@${world.bot.username}`) || isAnswer;
  if (group.botIsMember && isMeant)
    world.updates.enqueue('message', asTelegram(world, group, message), group.id);
  return { message };
}

function tap(world: World, person: Person, action: Action & { do: 'tap' }): ActionResult {
  const owner = world.chats.peer(action.chatId ?? person.id) ?? person;
  const message = world.chats.chat(owner.id).messages.get(action.messageId);
  const data = action.data ?? dataOfButton(message, action.button);
  const id = world.callbacks.open(person.id);
  const query = {
    id,
    from: userOf(person),
    message: message ? asTelegram(world, owner, message) : inaccessibleMessage(owner, action.messageId),
    chat_instance: String(owner.id),
    data,
  };
  world.updates.enqueue('callback_query', query, person.id);
  return { callbackQueryId: id };
}

function dataOfButton(message: ChatMessage | undefined, label: string | undefined): string {
  const buttons = message?.reply_markup?.inline_keyboard?.flat() ?? [];
  const found =
    buttons.find(({ text }) => text === label) ?? buttons.find(({ text }) => label && text.includes(label));
  if (found?.callback_data !== undefined) return found.callback_data;
  const labels = buttons.map(({ text }) => text).join(', ') || 'none';
  throw new Impossible(`there is no button "${label ?? ''}" to tap; buttons: ${labels}`);
}

function setBlocked(world: World, person: Person, blocked: boolean): ActionResult {
  if (person.blocked === blocked) return {};
  world.chats.changePerson(person.id, { blocked });
  tellMembership(world, person, userOf(person), blocked ? ['member', 'kicked'] : ['kicked', 'member']);
  return {};
}
