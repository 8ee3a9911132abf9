import type { Locale } from '#contracts/account-events.ts';
import type { Broadcasts } from '#services/platform/messages/broadcasts.ts';
import type { Translate } from '#services/platform/messages/i18n/translator.ts';
import type { Clock } from '#services/platform/process/clock.ts';
import type { Log } from '#services/platform/process/log.ts';
import type { Rendered } from '../../conversation/render-context.ts';
import type { InputUpdate } from '../../incoming.ts';
import type { Replies } from '../../replies/replies.ts';
import { adminTapData } from './action.ts';
import type { Draft, Drafts } from './draft.ts';
import type { FigureReader } from './figures.ts';

/** What admin actions stand on. */
export type AdminPorts = {
  drafts: Drafts;
  figures: FigureReader;
  broadcasts: Broadcasts;
  replies: Replies;
  clock: Clock;
  log: Log;
};

/** One input of an admin. */
export type AdminContext = InputUpdate & {
  t: Translate;
  locale: Locale;
  draft: Draft;
  save(draft: Draft): Promise<void>;
};

export const NO_DRAFT: Draft = { at: 'idle' };

/** Edits the tapped message, or sends a new one. */
export async function show(
  { replies }: AdminPorts,
  { userId, input }: AdminContext,
  message: Rendered,
): Promise<void> {
  if (input.kind !== 'tap') {
    await replies.send(userId, message);
    return;
  }
  await replies.toast(input.callbackId, undefined);
  if (input.message) await replies.edit(userId, input.message.messageId, message);
  else await replies.send(userId, message);
}

/** A message with a picture stays one. From the figures, which are text and stay, it is a new message. */
export async function showPicture(
  ports: AdminPorts,
  context: AdminContext,
  message: Rendered,
): Promise<void> {
  const { input, userId } = context;
  const isUnderFigures = input.kind === 'tap' && input.message?.data.includes(adminTapData({ do: 'find' }));
  if (!isUnderFigures) return show(ports, context, message);
  await ports.replies.toast(input.callbackId, undefined);
  await ports.replies.send(userId, message);
}
