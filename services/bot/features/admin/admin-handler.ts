import type { NatsConnection } from '@nats-io/transport-node';
import type { Pool } from 'pg';
import type { Locale } from '#contracts/account-events.ts';
import type { UserId } from '#contracts/ids.ts';
import { isRefused, isStoreFull } from '#services/platform/jetstream/errors.ts';
import { openBroadcasts } from '#services/platform/messages/broadcasts.ts';
import { translator } from '#services/platform/messages/i18n/translator.ts';
import type { Clock } from '#services/platform/process/clock.ts';
import type { Log } from '#services/platform/process/log.ts';
import type { InputUpdate } from '../../incoming.ts';
import type { People } from '../../people.ts';
import type { Replies } from '../../replies/replies.ts';
import { type AdminAction, adminActionOf } from './action.ts';
import { activityMessage } from './activity-message.ts';
import { preview, send, sendTest, showProgress } from './broadcast-actions.ts';
import { type AdminContext, NO_DRAFT, show, showPicture } from './context.ts';
import { deliveryMessage } from './delivery-message.ts';
import { type Draft, openDrafts } from './draft.ts';
import { FiguresAway, openFigures } from './figures.ts';
import { askIdMessage, askMessage, figuresMessage, noticeMessage, shortenMessage } from './messages.ts';
import { askRefund, find, type PersonPorts, type RefundApi, refund, showPerson } from './person-actions.ts';

export type AdminHandler = {
  /** @returns false for input that it leaves to the conversation: all of other people's, and most of an admin's. */
  handle(update: InputUpdate, conversation: { locale: Locale; talks: boolean }): Promise<boolean>;
};

export type AdminHandlerPorts = {
  nats: NatsConnection;
  database: Pool;
  people: People;
  telegram: RefundApi;
  replies: Replies;
  clock: Clock;
  log: Log;
};

/**
 * `/admin` in an admin's private chat: figures, a person's state and payments, and a message to everybody. Every step may be repeated after a crash: a
 * broadcast gets its id from the update that brought its text, so it begins once.
 */
export async function openAdminHandler(
  adminIds: readonly UserId[],
  { nats, database, people, telegram, replies, clock, log }: AdminHandlerPorts,
): Promise<AdminHandler> {
  const drafts = await openDrafts(nats);
  const figures = await openFigures({ nats, database, clock, log });
  const broadcasts = await openBroadcasts(nats);
  const ports: PersonPorts = { nats, people, telegram, drafts, figures, broadcasts, replies, clock, log };

  return {
    async handle(update, { locale, talks }) {
      const { userId, input } = update;
      if (!adminIds.includes(userId)) return false;
      const { draft, revision } = await drafts.read(userId);
      const action = adminActionOf(draft, input, talks);
      if (!action) return false;
      const save = (next: Draft) => drafts.save(userId, revision, next);
      if (action.do === 'goOn') {
        if (draft.at !== 'idle') await save({ ...draft, aside: true });
        return false;
      }
      const context: AdminContext = { ...update, t: translator(locale), locale, draft, save };
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
  ports: PersonPorts,
  context: AdminContext,
  action: Exclude<AdminAction, { do: 'goOn' }>,
): Promise<void> {
  const { t } = context;
  switch (action.do) {
    case 'figures': {
      const [figures, latest] = await Promise.all([ports.figures.all(), ports.broadcasts.latest()]);
      return show(ports, context, figuresMessage(t, figures, latest?.broadcastId));
    }
    case 'delivery':
      return show(ports, context, deliveryMessage(t, await ports.figures.delivery()));
    case 'activity': {
      const activity = await ports.figures.activity(action.days);
      return showPicture(ports, context, activityMessage(t, context.locale, { ...action, activity }));
    }
    case 'write':
      await context.save({ at: 'writing' });
      return show(ports, context, askMessage(t));
    case 'find':
      await context.save({ at: 'finding' });
      return show(ports, context, askIdMessage(t));
    case 'found':
      return find(ports, context, action.userId);
    case 'person':
      return showPerson(ports, context, action.userId);
    case 'askRefund':
      return askRefund(ports, context, action);
    case 'refund':
      return refund(ports, context, action);
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
    case 'test':
      return sendTest(ports, context, action.id);
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
  if (draft.at !== 'idle') await save(NO_DRAFT);
}
