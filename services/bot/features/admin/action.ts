import type { BroadcastText } from '#contracts/broadcasts.ts';
import { callbackFields } from '#contracts/callback-data.ts';
import { BroadcastId, UserId } from '#contracts/ids.ts';
import type { Theme } from '#services/platform/pictures/picture.ts';
import type { Input } from '../../incoming.ts';
import { readUserId } from '../../reading/user-id.ts';
import { readBroadcastText, type TooMuch } from './broadcast-text.ts';
import type { Draft } from './draft.ts';

/** What an admin's input asks for. `goOn`: they go on with something else, and the draft is put aside. */
export type AdminAction =
  | AdminTap
  | { do: 'cancel' | 'onlyText' | 'goOn' }
  | { do: 'found'; userId: UserId | undefined }
  | { do: 'preview'; text: BroadcastText }
  | { do: 'shorten'; tooMuch: TooMuch };

const PLAIN = ['figures', 'delivery', 'write', 'find', 'drop'] as const;
const ACTIVITY_DAYS = [30, 90] as const;
const THEMES: readonly Theme[] = ['dark', 'light'];
const ABOUT_ONE = ['send', 'test', 'progress', 'stop'] as const;
const ABOUT_CHARGE = ['askRefund', 'refund'] as const;

export type ActivityDays = (typeof ACTIVITY_DAYS)[number];

/** `charge` is the number of a person's charge, from 0. */
export type AdminTap =
  | { do: (typeof PLAIN)[number] }
  | { do: (typeof ABOUT_ONE)[number]; id: BroadcastId }
  | { do: 'activity'; days: ActivityDays; theme: Theme }
  | { do: 'person'; userId: UserId }
  | { do: (typeof ABOUT_CHARGE)[number]; userId: UserId; charge: number };

/** Callback data of the admins' buttons: `admin:send:<broadcast id>`, `admin:refund:<user id>:<number>`. */
export const adminTapData = ({ do: name, ...values }: AdminTap): string =>
  ['admin', name, ...Object.values(values)].join(':');

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
  if (draft.at === 'finding')
    return { do: 'found', userId: input.kind === 'text' ? readUserId(input.text) : undefined };
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
  const [root, name, ...tokens] = callbackFields(data);
  if (root !== 'admin') return undefined;
  const plain = PLAIN.find((known) => known === name);
  if (plain) return tokens.length === 0 ? { do: plain } : undefined;
  const [token, charge, ...rest] = tokens;
  if (rest.length > 0) return undefined;
  if (name === 'activity') {
    const days = ACTIVITY_DAYS.find((known) => String(known) === token);
    const theme = THEMES.find((known) => known === charge);
    return days && theme && { do: name, days, theme };
  }
  const about = ABOUT_ONE.find((known) => known === name);
  const id = BroadcastId.safeParse(token);
  if (about) return id.success && charge === undefined ? { do: about, id: id.data } : undefined;
  const userId = UserId.safeParse(token);
  if (!userId.success) return undefined;
  if (name === 'person') return charge === undefined ? { do: name, userId: userId.data } : undefined;
  const aboutCharge = ABOUT_CHARGE.find((known) => known === name);
  if (!aboutCharge || !/^\d{1,4}$/.test(charge ?? '')) return undefined;
  return { do: aboutCharge, userId: userId.data, charge: Number(charge) };
}
