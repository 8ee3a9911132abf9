import { z } from 'zod';
import { isRecord, jsonParameter, type Parameters, textParameter } from '../checks/parameters.ts';
import { badRequest } from '../checks/refusal.ts';
import { isWebAppUrl } from '../checks/web-app-url.ts';
import { type Answer, type Call, type Method, namedChat } from './call.ts';
import { botCommandSchema, commandsKey, localised, type Profile } from './profile.ts';

const MOST_COMMANDS = 100;
const SCOPES: ReadonlySet<string> = new Set([
  'default',
  'all_private_chats',
  'all_group_chats',
  'all_chat_administrators',
  'chat',
  'chat_administrators',
  'chat_member',
]);

export function setMyCommands({ world, parameters }: Call): Answer {
  const given = jsonParameter(parameters, 'commands', "can't parse commands JSON object") ?? [];
  if (!Array.isArray(given)) throw badRequest('expected an Array of BotCommand');
  if (given.length > MOST_COMMANDS) throw badRequest('too many bot commands specified');
  const commands = z.array(botCommandSchema).safeParse(given);
  if (!commands.success) {
    const isDescription = commands.error.issues[0]?.path.includes('description');
    throw badRequest(isDescription ? 'BOT_COMMAND_DESCRIPTION_INVALID' : 'BOT_COMMAND_INVALID');
  }
  const key = keyOf(parameters);
  world.profile.change({ commands: { ...world.profile.read().commands, [key]: commands.data } });
  return { result: true };
}

export function getMyCommands({ world, parameters }: Call): Answer {
  return { result: world.profile.read().commands[keyOf(parameters)] ?? [] };
}

export function deleteMyCommands({ world, parameters }: Call): Answer {
  const { [keyOf(parameters)]: _, ...rest } = world.profile.read().commands;
  world.profile.change({ commands: rest });
  return { result: true };
}

type Wording = 'name' | 'description' | 'shortDescription';

/** setMyName, setMyDescription and setMyShortDescription: one text for each language, '' for all others. */
export function setWording(wording: Wording, field: string, longest: number): Method {
  return {
    counts: false,
    run({ world, parameters }) {
      const text = textParameter(parameters, field);
      if (text.length > longest) throw badRequest(`bot ${field.replace('_', ' ')} is too long`);
      const texts = world.profile.read()[wording];
      const change: Partial<Profile> = { [wording]: { ...texts, [languageOf(parameters)]: text } };
      world.profile.change(change);
      return { result: true };
    },
  };
}

export function getWording(wording: Wording, field: string): Method {
  return {
    counts: false,
    run: ({ world, parameters }) => ({
      result: { [field]: localised(world.profile.read()[wording], languageOf(parameters)) },
    }),
  };
}

export function setChatMenuButton({ world, parameters }: Call): Answer {
  const button = jsonParameter(parameters, 'menu_button', "can't parse menu button JSON object") ?? {
    type: 'default',
  };
  const known = isRecord(button) && ['default', 'commands', 'web_app'].includes(String(button.type));
  if (!known) throw badRequest('MenuButton has unsupported type');
  if (button.type === 'web_app') checkWebAppButton(button);
  const key = String(namedChat(parameters) ?? '');
  world.profile.change({ menuButtons: { ...world.profile.read().menuButtons, [key]: button } });
  return { result: true };
}

function checkWebAppButton({ text, web_app: app }: Record<string, unknown>): void {
  if (typeof text !== 'string' || text.trim() === '') throw badRequest('Menu button text must be non-empty');
  const url = isRecord(app) ? app.url : undefined;
  if (!isWebAppUrl(url))
    throw badRequest(`menu button Web App URL '${String(url)}' is invalid: Only HTTPS links are allowed`);
}

export function getChatMenuButton({ world, parameters }: Call): Answer {
  const buttons = world.profile.read().menuButtons;
  return { result: buttons[String(namedChat(parameters) ?? '')] ?? buttons[''] ?? { type: 'commands' } };
}

function languageOf(parameters: Parameters): string {
  const code = textParameter(parameters, 'language_code');
  if (code !== '' && !/^[a-z]{2}$/.test(code)) throw badRequest('invalid language code specified');
  return code;
}

function keyOf(parameters: Parameters): string {
  const given = jsonParameter(parameters, 'scope', "can't parse BotCommandScope JSON object") ?? {
    type: 'default',
  };
  if (!isRecord(given) || !SCOPES.has(String(given.type)))
    throw badRequest('unsupported BotCommandScope type');
  const scope = given.type === 'chat' ? `chat:${String(given.chat_id ?? '')}` : String(given.type);
  return commandsKey(scope, languageOf(parameters));
}
