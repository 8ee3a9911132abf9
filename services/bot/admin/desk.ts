import type { NatsConnection } from '@nats-io/transport-node';
import type { MessageEntity } from 'grammy/types';
import type { Pool } from 'pg';
import type { Locale } from '#contracts/account-events.ts';
import type { BroadcastText } from '#contracts/broadcasts.ts';
import { type BroadcastId, broadcastIdFrom, type UserId } from '#contracts/ids.ts';
import { type Broadcasts, openBroadcasts } from '#services/platform/messages/broadcasts.ts';
import { type Translate, translator } from '#services/platform/messages/i18n/translator.ts';
import type { Clock } from '#services/platform/process/clock.ts';
import type { Log } from '#services/platform/process/log.ts';
import type { Incoming } from '../incoming.ts';
import type { Replies } from '../replies.ts';
import type { Drawn } from '../screens/scene.ts';
import { type Draft, type Drafts, openDrafts } from './draft.ts';
import { type FigureReader, FiguresAway, openFigures } from './figures.ts';
import { askMessage, confirmMessage, figuresMessage, noticeMessage, progressMessage } from './messages.ts';
import { type Turn, turnOf } from './turn.ts';

type Spoken = Extract<Incoming, { kind: 'input' }>;

export type AdminDesk = {
  /** @returns false for what is not the desk's business: everything that is not an admin's, first of all. */
  take(spoken: Spoken, locale: Locale): Promise<boolean>;
};

export type DeskPorts = { nats: NatsConnection; database: Pool; replies: Replies; clock: Clock; log: Log };

type Desk = {
  drafts: Drafts;
  figures: FigureReader;
  broadcasts: Broadcasts;
  replies: Replies;
  clock: Clock;
};

/** One input at the desk. */
type Visit = Spoken & { t: Translate; draft: Draft; save(draft: Draft): Promise<void> };

const IDLE: Draft = { at: 'idle' };

/**
 * What admins do in their private chat: figures, and a message to everybody. Each step may be done again after a crash:
 * a broadcast has its id from the update in which its text was written, and begins once.
 */
export async function openAdminDesk(adminIds: readonly UserId[], ports: DeskPorts): Promise<AdminDesk> {
  const { nats, database, replies, clock, log } = ports;
  const drafts = await openDrafts(nats);
  const figures = await openFigures(nats, database, clock);
  const desk: Desk = { drafts, figures, broadcasts: await openBroadcasts(nats), replies, clock };

  return {
    async take(spoken, locale) {
      const { userId, input } = spoken;
      if (!adminIds.includes(userId)) return false;
      const { draft, revision } = await drafts.read(userId);
      const turn = turnOf(draft, input);
      if (!turn) return false;
      const save = (next: Draft) => drafts.save(userId, revision, next);
      if (turn.do === 'leave') {
        await save(IDLE);
        return false;
      }
      const visit: Visit = { ...spoken, t: translator(locale), draft, save };
      await act(desk, visit, turn).catch(async (error: unknown) => {
        if (!(error instanceof FiguresAway)) throw error;
        log.warn({ err: error }, 'an admin sees no figures');
        await show(desk, visit, noticeMessage(visit.t, 'admin-away'));
      });
      return true;
    },
  };
}

async function act(desk: Desk, visit: Visit, turn: Exclude<Turn, { do: 'leave' }>): Promise<void> {
  const { t } = visit;
  switch (turn.do) {
    case 'figures': {
      const [figures, latest] = await Promise.all([desk.figures.all(), desk.broadcasts.latest()]);
      await leave(visit);
      return show(desk, visit, figuresMessage(t, figures, latest?.broadcastId));
    }
    case 'write':
      await visit.save({ at: 'writing' });
      return show(desk, visit, askMessage(t));
    case 'onlyText':
      return show(desk, visit, noticeMessage(t, 'admin-only-text'));
    case 'drop':
    case 'cancel':
      await leave(visit);
      return show(desk, visit, noticeMessage(t, 'cancelled'));
    case 'preview':
      return preview(desk, visit, turn.text);
    case 'send':
      return send(desk, visit, turn.id);
    case 'progress':
      return showProgress(desk, visit, turn.id);
    case 'stop': {
      const at = new Date(desk.clock.now()).toISOString();
      await desk.broadcasts.cancel(turn.id, { by: visit.userId, at });
      return showProgress(desk, visit, turn.id);
    }
  }
}

async function leave({ draft, save }: Visit): Promise<void> {
  if (draft.at !== 'idle') await save(IDLE);
}

/** Shows the text exactly as everybody will get it: what Telegram refuses is seen here. */
async function preview(desk: Desk, visit: Visit, text: BroadcastText): Promise<void> {
  const { t, userId, updateId, save } = visit;
  const recipients = await desk.figures.reachable();
  const entities = text.entities as MessageEntity[]; // Telegram's own, given back as they came
  const outcome = await desk.replies.send(userId, { text: text.text, entities });
  if (outcome !== 'shown') return show(desk, visit, noticeMessage(t, 'admin-refused'));
  const broadcastId = broadcastIdFrom(userId, updateId);
  await save({ at: 'previewing', broadcastId, text, recipients });
  await desk.replies.send(userId, confirmMessage(t, broadcastId, recipients));
}

/** Begins what was previewed last; a button under an older preview only says so. */
async function send(desk: Desk, visit: Visit, id: BroadcastId): Promise<void> {
  const { draft, userId } = visit;
  if (draft.at === 'previewing' && draft.broadcastId === id) {
    const at = new Date(desk.clock.now()).toISOString();
    await desk.broadcasts.begin({
      ...{ broadcastId: id, by: userId, at, recipients: draft.recipients },
      ...draft.text,
    });
    await visit.save(IDLE);
  }
  await showProgress(desk, visit, id);
}

async function showProgress(desk: Desk, visit: Visit, id: BroadcastId): Promise<void> {
  const { broadcasts, figures } = desk;
  const requested = await broadcasts.request(id);
  if (!requested) return show(desk, visit, noticeMessage(visit.t, 'admin-not-sent'));
  const [{ queued, complete }, cancelled, outcomes] = await Promise.all([
    broadcasts.progress(id),
    broadcasts.isCancelled(id),
    figures.ofBroadcast(id),
  ]);
  await show(desk, visit, progressMessage(visit.t, { requested, queued, complete, cancelled, outcomes }));
}

/** In the tapped message, or as a new one. */
async function show({ replies }: Desk, { userId, input }: Visit, message: Drawn): Promise<void> {
  if (input.kind !== 'tap') {
    await replies.send(userId, message);
    return;
  }
  await replies.toast(input.callbackId, undefined);
  if (input.message) await replies.edit(userId, input.message.messageId, message);
  else await replies.send(userId, message);
}
