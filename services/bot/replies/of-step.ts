import { type Dialog, habitAskedOf } from '../conversation/dialog.ts';
import type { Rendered } from '../conversation/render-context.ts';
import { type Question, type Show, showsPicture } from '../conversation/screen.ts';
import type { BotMessage, Input, InputUpdate } from '../incoming.ts';
import type { Person } from '../person.ts';
import type { PendingReply } from './pending-replies.ts';
import { type ReplyPorts, renderReply } from './show-reply.ts';

/** The message that a show edits; undefined for a new one. */
function messageIdOf({ place, screen }: Pick<Show, 'place' | 'screen'>, input: Input): number | undefined {
  if (typeof place === 'object') return place.messageId;
  const tapped = place === 'here' && input.kind === 'tap' ? input.message : undefined;
  // Telegram puts a picture in place of a text, and never a text in place of a picture.
  return tapped?.isPicture && !showsPicture(screen) ? undefined : tapped?.messageId;
}

/** The messages that a step edits. */
export const messagesOf = (shows: readonly Show[], input: Input): number[] =>
  shows.flatMap((show) => messageIdOf(show, input) ?? []);

/**
 * `changed`: something was recorded, and an edit may be under way that the tapped message does not show yet. `dialog`: what
 * is asked then.
 */
export type ToShow = {
  shows: readonly Show[];
  dialog?: Dialog | undefined;
  person: Person;
  changed: boolean;
};

/** What a step shows, as replies; without an edit that would leave the tapped message as it is. */
export function repliesOf(
  ports: Pick<ReplyPorts, 'places'>,
  { shows, dialog, person, changed }: ToShow,
  { input, updateId }: Pick<InputUpdate, 'input' | 'updateId'>,
): PendingReply[] {
  const tapped = input.kind === 'tap' && !changed ? input.message : undefined;
  const asks = questionOf(dialog);
  return shows.flatMap(({ place, ...show }): PendingReply[] => {
    const shown = { ...show, ...(asks && { asks }) };
    const messageId = messageIdOf({ place, ...shown }, input);
    const isTapped = messageId !== undefined && messageId === tapped?.messageId;
    if (isTapped && isShown(renderReply(ports, shown, person), tapped)) return [];
    return [{ updateId, ...shown, ...(messageId !== undefined && { messageId }) }];
  });
}

function questionOf(dialog: Dialog | undefined): Question | undefined {
  if (!dialog || dialog.at === 'idle') return undefined;
  const of = habitAskedOf(dialog);
  return { at: dialog.at, ...(of && { of }) };
}

/** Whether a message looks so already, as Telegram gave it with the tap. */
function isShown(
  { text, picture, reply_markup: markup }: Rendered,
  { text: before, buttons }: BotMessage,
): boolean {
  if (picture || before === undefined || text !== before) return false;
  const rows = markup && 'inline_keyboard' in markup ? markup.inline_keyboard : [];
  const now = rows.map((row) =>
    row.map((button) => [button.text, 'callback_data' in button ? button.callback_data : undefined]),
  );
  return JSON.stringify(now) === JSON.stringify(buttons ?? []);
}
