import type { BroadcastText } from '#contracts/broadcasts.ts';
import { callbackFields } from '#contracts/callback-data.ts';
import { BroadcastId } from '#contracts/ids.ts';
import type { Input } from '../../incoming.ts';
import { readBroadcastText, type TooMuch } from './broadcast-text.ts';
import type { Draft } from './draft.ts';

/** What an admin's input asks for. `goOn`: they go on with something else, and the draft is put aside. */
export type AdminAction =
  | { do: 'figures' | 'write' | 'drop' | 'cancel' | 'onlyText' | 'goOn' }
  | { do: 'preview'; text: BroadcastText }
  | { do: 'shorten'; tooMuch: TooMuch }
  | { do: 'send' | 'progress' | 'stop'; id: BroadcastId };

const PLAIN = ['figures', 'write', 'drop'] as const;
const ABOUT_ONE = ['send', 'progress', 'stop'] as const;

export type AdminTap = { do: (typeof PLAIN)[number] } | { do: (typeof ABOUT_ONE)[number]; id: BroadcastId };

/** Callback data of the admins' buttons: `admin:send:<broadcast id>`. */
export const adminTapData = (tap: AdminTap): string =>
  ['admin', tap.do, ...('id' in tap ? [tap.id] : [])].join(':');

/**
 * @param talks whether the conversation is in the middle of something, such as a new habit.
 * @returns undefined for input that the admin handler leaves to the conversation.
 */
export function adminActionOf(draft: Draft, input: Input, talks: boolean): AdminAction | undefined {
  if (input.kind === 'tap') return parseAdminTap(input.data) ?? goingOn(draft);
  if (input.kind === 'command') {
    if (input.name === 'admin') return { do: 'figures' };
    if (input.name === 'cancel' && draft.at !== 'idle' && !(draft.aside && talks)) return { do: 'cancel' };
    return goingOn(draft);
  }
  if (!listensTo(draft, talks)) return undefined;
  if (input.kind !== 'text') return { do: 'onlyText' };
  const text = readBroadcastText(input);
  if (!text) return { do: 'onlyText' };
  return 'of' in text ? { do: 'shorten', tooMuch: text } : { do: 'preview', text };
}

/** A draft stays through whatever else the admin does: its buttons go on working. */
function goingOn(draft: Draft): AdminAction | undefined {
  return draft.at === 'idle' || draft.aside ? undefined : { do: 'goOn' };
}

/**
 * Whether what is typed is for the draft: yes for the answer to its question; after something else only if a question of its is
 * still open and the conversation asks none. A text that was previewed is no longer replaced by then.
 */
function listensTo(draft: Draft, talks: boolean): boolean {
  if (draft.at === 'idle') return false;
  return !draft.aside || (draft.at !== 'previewing' && !talks);
}

function parseAdminTap(data: string): AdminTap | undefined {
  const [root, name, token, ...rest] = callbackFields(data);
  if (root !== 'admin' || rest.length > 0) return undefined;
  const plain = PLAIN.find((known) => known === name);
  if (plain) return token === undefined ? { do: plain } : undefined;
  const about = ABOUT_ONE.find((known) => known === name);
  const id = BroadcastId.safeParse(token);
  return about && id.success ? { do: about, id: id.data } : undefined;
}
