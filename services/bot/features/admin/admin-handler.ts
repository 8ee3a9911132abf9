import type { NatsConnection } from '@nats-io/transport-node';
import type { MessageEntity } from 'grammy/types';
import type { Pool } from 'pg';
import type { Locale } from '#contracts/account-events.ts';
import type { BroadcastText } from '#contracts/broadcasts.ts';
import { type BroadcastId, broadcastIdFrom, type UserId } from '#contracts/ids.ts';
import { isRefused, isStoreFull } from '#services/platform/jetstream/errors.ts';
import { type Broadcasts, openBroadcasts } from '#services/platform/messages/broadcasts.ts';
import { type Translate, translator } from '#services/platform/messages/i18n/translator.ts';
import type { Clock } from '#services/platform/process/clock.ts';
import type { Log } from '#services/platform/process/log.ts';
import type { Rendered } from '../../conversation/render-context.ts';
import type { InputUpdate } from '../../incoming.ts';
import type { Replies } from '../../replies/replies.ts';
import { type AdminAction, adminActionOf } from './action.ts';
import { type Draft, type Drafts, openDrafts } from './draft.ts';
import { type FigureReader, FiguresAway, openFigures } from './figures.ts';
import {
  askMessage,
  confirmMessage,
  figuresMessage,
  noticeMessage,
  progressMessage,
  shortenMessage,
} from './messages.ts';

export type AdminHandler = {
  /** @returns false for input that it leaves to the conversation: all of other people's, and most of an admin's. */
  handle(update: InputUpdate, locale: Locale): Promise<boolean>;
};

export type AdminHandlerPorts = {
  nats: NatsConnection;
  database: Pool;
  replies: Replies;
  clock: Clock;
  log: Log;
};

type AdminPorts = {
  drafts: Drafts;
  figures: FigureReader;
  broadcasts: Broadcasts;
  replies: Replies;
  clock: Clock;
};

/** One input of an admin. */
type AdminContext = InputUpdate & { t: Translate; draft: Draft; save(draft: Draft): Promise<void> };

const IDLE: Draft = { at: 'idle' };

/**
 * `/admin` in an admin's private chat: figures, and a message to everybody. Every step may be repeated after a crash: a
 * broadcast gets its id from the update that brought its text, so it begins once.
 */
export async function openAdminHandler(
  adminIds: readonly UserId[],
  { nats, database, replies, clock, log }: AdminHandlerPorts,
): Promise<AdminHandler> {
  const drafts = await openDrafts(nats);
  const figures = await openFigures(nats, database, clock);
  const ports: AdminPorts = { drafts, figures, broadcasts: await openBroadcasts(nats), replies, clock };

  return {
    async handle(update, locale) {
      const { userId, input } = update;
      if (!adminIds.includes(userId)) return false;
      const { draft, revision } = await drafts.read(userId);
      const action = adminActionOf(draft, input);
      if (!action) return false;
      const save = (next: Draft) => drafts.save(userId, revision, next);
      if (action.do === 'leave') {
        await save(IDLE);
        return false;
      }
      const context: AdminContext = { ...update, t: translator(locale), draft, save };
      await act(ports, context, action).catch(async (error: unknown) => {
        await show(ports, context, noticeMessage(context.t, whyNotDone(error, log)));
      });
      return true;
    },
  };
}

/**
 * What an admin is told of what could not be done and would not be done if it were tried again soon.
 * @throws what another try may mend.
 */
function whyNotDone(error: unknown, log: Log): 'admin-away' | 'admin-not-stored' {
  if (error instanceof FiguresAway) {
    log.warn({ err: error }, 'an admin sees no figures');
    return 'admin-away';
  }
  if (!isRefused(error) && !isStoreFull(error)) throw error;
  log.error({ err: error }, 'what an admin asked for was not stored');
  return 'admin-not-stored';
}

async function act(
  ports: AdminPorts,
  context: AdminContext,
  action: Exclude<AdminAction, { do: 'leave' }>,
): Promise<void> {
  const { t } = context;
  switch (action.do) {
    case 'figures': {
      const [figures, latest] = await Promise.all([ports.figures.all(), ports.broadcasts.latest()]);
      await leave(context);
      return show(ports, context, figuresMessage(t, figures, latest?.broadcastId));
    }
    case 'write':
      await context.save({ at: 'writing' });
      return show(ports, context, askMessage(t));
    case 'onlyText':
      return show(ports, context, noticeMessage(t, 'admin-only-text'));
    case 'shorten':
      return show(ports, context, shortenMessage(t, action.tooMuch));
    case 'drop':
    case 'cancel':
      await leave(context);
      return show(ports, context, noticeMessage(t, 'cancelled'));
    case 'preview':
      return preview(ports, context, action.text);
    case 'send':
      return send(ports, context, action.id);
    case 'progress':
      return showProgress(ports, context, action.id);
    case 'stop': {
      const at = new Date(ports.clock.now()).toISOString();
      await ports.broadcasts.cancel(action.id, { by: context.userId, at });
      return showProgress(ports, context, action.id);
    }
  }
}

async function leave({ draft, save }: AdminContext): Promise<void> {
  if (draft.at !== 'idle') await save(IDLE);
}

/** Shows the text exactly as everybody will get it, so that Telegram refuses a malformed one here. */
async function preview(ports: AdminPorts, context: AdminContext, text: BroadcastText): Promise<void> {
  const { t, userId, updateId, save } = context;
  const recipients = await ports.figures.reachable();
  const entities = text.entities as MessageEntity[]; // entities of Telegram's, sent back as they came
  const outcome = await ports.replies.send(userId, { text: text.text, entities });
  if (outcome !== 'shown') return show(ports, context, noticeMessage(t, 'admin-refused'));
  const broadcastId = broadcastIdFrom(userId, updateId);
  await save({ at: 'previewing', broadcastId, text, recipients });
  await ports.replies.send(userId, confirmMessage(t, broadcastId, recipients));
}

/** Begins the broadcast that was previewed last; under an older preview the button begins nothing. */
async function send(ports: AdminPorts, context: AdminContext, id: BroadcastId): Promise<void> {
  const { draft, userId } = context;
  if (draft.at === 'previewing' && draft.broadcastId === id) {
    const at = new Date(ports.clock.now()).toISOString();
    await ports.broadcasts.begin({
      ...{ broadcastId: id, by: userId, at, recipients: draft.recipients },
      ...draft.text,
    });
    await context.save(IDLE);
  }
  await showProgress(ports, context, id);
}

async function showProgress(ports: AdminPorts, context: AdminContext, id: BroadcastId): Promise<void> {
  const { broadcasts, figures } = ports;
  const requested = await broadcasts.request(id);
  if (!requested) return show(ports, context, noticeMessage(context.t, 'admin-not-sent'));
  const [{ queued, complete }, cancelled, outcomes] = await Promise.all([
    broadcasts.progress(id),
    broadcasts.isCancelled(id),
    figures.ofBroadcast(id),
  ]);
  await show(
    ports,
    context,
    progressMessage(context.t, { requested, queued, complete, cancelled, outcomes }),
  );
}

/** Edits the tapped message, or sends a new one. */
async function show(
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
