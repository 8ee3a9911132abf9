import { habitIdFrom, type UserId } from '#contracts/ids.ts';
import { isStoreFull } from '#services/platform/jetstream/errors.ts';
import type { StoredMessage } from '#services/platform/jetstream/handler.ts';
import { localeOf, translator } from '#services/platform/messages/i18n/translator.ts';
import type { Clock } from '#services/platform/process/clock.ts';
import type { Log } from '#services/platform/process/log.ts';
import { type Dialog, IDLE } from './conversation/dialog.ts';
import type { Conversation, DialogStore } from './conversation/dialog-store.ts';
import { next } from './conversation/next.ts';
import { showsPicture } from './conversation/screen.ts';
import { askedToWait, notice, type Step, said, send } from './conversation/step.ts';
import { mayBeAnswer, type ReferenceData } from './conversation/update-context.ts';
import { clockOf } from './domain/clock.ts';
import { Refusal } from './domain/refusal.ts';
import type { AdminHandler } from './features/admin/admin-handler.ts';
import type { Stars } from './features/premium/stars.ts';
import type { Forgetting } from './forgetting.ts';
import type { Groups } from './groups.ts';
import { handlePayment, type PaymentUpdate, recordRenewal } from './handle-payment.ts';
import type { Incoming, Input, InputUpdate } from './incoming.ts';
import type { MovingQueue } from './moving/jobs.ts';
import { handlePageChange, type Pages } from './page/change.ts';
import { metadataOf, type People } from './people.ts';
import type { AddressedCommand, Person } from './person.ts';
import { type Dispatch, openDispatch } from './replies/dispatch.ts';
import { changedDays, daysOf, type FollowUp, type LastReminder } from './replies/follow-up.ts';
import { messagesOf, repliesOf } from './replies/of-step.ts';
import type { Replies } from './replies/replies.ts';
import type { Waiting } from './replies/reply-stream.ts';
import { replyRank } from './replies/share.ts';
import type { ReplyPorts } from './replies/show-reply.ts';
import type { Throttle } from './throttle/throttle.ts';

export type Bot = {
  people: People;
  dialogs: DialogStore;
  throttle: Throttle;
  /** What is said at once. */
  replies: Replies;
  /** Where the other replies take turns. */
  replying: ReplyPorts;
  /** Other reminders of a day that changed. */
  followUp: FollowUp;
  lastReminder: LastReminder;
  /** Where files that are to be read or written wait. */
  moving: MovingQueue;
  groups: Groups;
  forgetting: Forgetting;
  reference: ReferenceData;
  stars: Stars;
  /** Undefined when the configuration names no admins. */
  admin: AdminHandler | undefined;
  pages: Pages;
  clock: Clock;
  log: Log;
};

/** Where and when ingress stored an update, which delivery of it this is, and how many of its consumer's wait behind it. */
type StoredUpdate = Pick<StoredMessage, 'seq' | 'storedAtMs' | 'behind' | 'tries'>;

/**
 * Handles one update. A crash anywhere in it is harmless, because an update that comes again has no second effect: its
 * events are appended first (each decision once for an update), then the dialog is saved together with what it shows,
 * then the reply is sent, or stored to be sent when its turn comes. If the dialog was saved, the repeated update only shows
 * the same reply again.
 */
export async function handleUpdate(bot: Bot, incoming: Incoming, stored: StoredUpdate): Promise<void> {
  switch (incoming.kind) {
    case 'input':
      return handleInput(bot, incoming, stored);
    case 'membership':
      return noteBlock(bot, incoming.userId, incoming.blocked, incoming.updateId);
    case 'page':
      return handlePageChange(bot, incoming, stored);
    case 'paid':
    case 'refunded':
      return recordPayment(bot, incoming, `update-${incoming.updateId}`);
    case 'renewal':
      return recordRenewal(bot.people, incoming, metadataOf(bot, `update-${incoming.updateId}`));
    case 'group':
      return bot.groups.answerOnceAndLeave(incoming.groupId, localeOf(incoming.languageCode));
    case 'ignored':
      bot.log.info({ updateId: incoming.updateId, what: incoming.what }, 'update ignored');
  }
}

/** Records a payment in Stars, or its refund, and tells the person. */
export async function recordPayment(bot: Bot, update: PaymentUpdate, cause: string): Promise<void> {
  const shown = await handlePayment(bot, update, metadataOf(bot, cause));
  if (shown === 'blocked') await noteBlock(bot, update.userId, true, update.updateId);
}

/** Records that a person blocked the bot, or came back. A person who never registered has nothing to record. */
export async function recordBlock(bot: Bot, userId: UserId, blocked: boolean, cause: string): Promise<void> {
  const addressed: AddressedCommand = {
    to: 'account',
    command: { type: blocked ? 'RecordBlock' : 'RecordUnblock', data: {} },
  };
  const person = await bot.people.read(userId);
  if (!person.account.registered || person.account.blocked === blocked) return;
  await bot.people.carryOut(person, [addressed], metadataOf(bot, cause));
}

/**
 * {@link recordBlock}, but not while EVENTS has no room: others' updates wait behind this one. Telegram's next refusal, or
 * the person's next message, says the same again.
 */
export async function noteBlock(bot: Bot, userId: UserId, blocked: boolean, updateId: number): Promise<void> {
  try {
    await recordBlock(bot, userId, blocked, `update-${updateId}`);
  } catch (error) {
    if (!isStoreFull(error)) throw error;
    bot.log.warn({ err: error, updateId, blocked }, 'no room to record a block');
  }
}

async function handleInput(bot: Bot, incoming: InputUpdate, stored: StoredUpdate): Promise<void> {
  const { seq, storedAtMs, behind, tries } = stored;
  const { userId, updateId } = incoming;
  if (bot.throttle.isUnanswered(userId, storedAtMs)) return;
  const kind = incoming.input.kind === 'tap' ? 'tap' : 'words';
  const [{ verdict, requests, waitMs }, conversation, person, waiting, isForgotten] = await Promise.all([
    bot.throttle.decide(userId, { updateId, atMs: storedAtMs, kind }),
    bot.dialogs.read(userId),
    bot.people.read(userId),
    bot.replying.stream.glance(userId),
    bot.forgetting.isUnderWay(userId),
  ]);
  if (verdict === 'silenced') return;
  const rank = replyRank(kind, requests, !person.account.registered);
  const dispatch = openDispatch(bot.replying, userId, { rank, waiting, behind, upTo: seq });
  try {
    if (isForgotten)
      await reply(bot, incoming, { step: said(incoming.input, 'being-forgotten'), person }, dispatch);
    else if (verdict === 'told')
      await reply(bot, incoming, { step: askedToWait(incoming.input, waitMs), person }, dispatch);
    else await answer(bot, incoming, { conversation, person, waiting, tries }, dispatch);
  } finally {
    dispatch.end();
  }
}

type Known = { conversation: Conversation; person: Person; waiting: Waiting; tries: number };

async function answer(
  bot: Bot,
  incoming: InputUpdate,
  { conversation, person, waiting, tries }: Known,
  dispatch: Dispatch,
): Promise<void> {
  const { userId, updateId, input } = incoming;
  const { dialog, handled, lost, revision } = conversation;
  const { locale } = person.account;
  if (await bot.admin?.handle(incoming, { locale, talks: dialog.at !== 'idle' })) return;

  if (handled?.updateId === updateId)
    return reply(bot, incoming, { step: { ...handled, dialog }, person }, dispatch);

  const step = lost && needsDialog(input) ? restarted() : await plan(bot, dialog, incoming, person);
  // The reply waits for the events; its slot is taken while they are appended.
  const [first] = step.shows;
  if (first && !showsPicture(first.screen)) dispatch.prepare();
  const done = await carryOut(bot, { step, before: dialog }, incoming, person);
  const [before, after] = [tries > 1 ? undefined : person, done.person];
  const days = before ? changedDays(step.commands, before, after) : daysOf(step.commands);
  const shownIn = messagesOf(done.step.shows, input);
  const followed = bot.followUp({ userId, updateId, days, shownIn, before, after, waiting });
  if (isWorthSaving(dialog, done.step.dialog) || lost) {
    const { shows, toast } = done.step;
    await bot.dialogs.save(userId, revision, done.step.dialog, {
      updateId,
      shows: [...shows],
      ...(toast && { toast }),
    });
  }
  const changed = days.length > 0 || daysOf(step.commands).length < step.commands.length;
  await reply(bot, incoming, { ...done, changed }, dispatch);
  await followed;
}

async function plan(
  { reference, ...bot }: Bot,
  dialog: Dialog,
  { userId, updateId, input, languageCode }: InputUpdate,
  person: Person,
): Promise<Step> {
  const stars = await bot.stars.ask(input, person);
  const lastReminder = mayBeAnswer(dialog, input) ? await bot.lastReminder(userId) : undefined;
  const newHabitId = habitIdFrom(userId, updateId);
  const known = { locale: localeOf(languageCode), newHabitId, reference, stars, lastReminder };
  return next(dialog, { input, ...known }, person);
}

/**
 * A refusal by the domain is shown in place of the step's screens; the dialog goes on as the step says. When EVENTS has no
 * room, people are told so, and the dialog stays as it was before: the same can be done again.
 */
async function carryOut(
  bot: Bot,
  { step, before }: { step: Step; before: Dialog },
  { input, updateId, userId }: InputUpdate,
  person: Person,
): Promise<{ step: Step; person: Person }> {
  const told = (dialog: Dialog, key: string) => {
    return { step: { dialog, commands: [], ...said(input, key) }, person };
  };
  try {
    const after = await bot.people.carryOut(person, step.commands, metadataOf(bot, `update-${updateId}`));
    for (const job of step.jobs ?? []) await bot.moving.put(userId, updateId, job);
    if (step.forget) await bot.forgetting.ask(userId, after.account.locale);
    return { step, person: after };
  } catch (error) {
    if (error instanceof Refusal) return told(step.dialog, `refusal-${error.code}`);
    if (isStoreFull(error)) return told(before, 'not-saved');
    throw error;
  }
}

type Shown = { step: Pick<Step, 'shows'> & Partial<Step>; person: Person; changed?: boolean };

async function reply(
  bot: Bot,
  incoming: InputUpdate,
  { step, person, changed = true }: Shown,
  dispatch: Dispatch,
): Promise<void> {
  const { input, updateId } = incoming;
  const t = translator(person.account.locale, clockOf(person.account));
  const toasted =
    input.kind === 'tap'
      ? bot.replies.toast(input.callbackId, step.toast && t(step.toast.key, step.toast.args))
      : undefined;
  const replies = repliesOf(bot.replying, { ...step, person, changed }, incoming);
  if ((await dispatch.show(replies, person)) === 'blocked')
    await noteBlock(bot, person.userId, true, updateId);
  await toasted;
}

/** A text is an answer to what the dialog asked; commands and taps say by themselves what they want. */
const needsDialog = (input: Input) => input.kind === 'text' || input.kind === 'attachment';

const restarted = (): Step => ({ dialog: IDLE, commands: [], shows: [send(notice('dialog-restarted'))] });

/** Outside a dialog every input names the state it wants: handling it twice is harmless, no record is needed. */
const isWorthSaving = (before: Dialog, after: Dialog) => before.at !== 'idle' || after.at !== 'idle';
