import type { EventMetadata } from '#contracts/events.ts';
import { habitIdFrom, type UserId } from '#contracts/ids.ts';
import { localeOf, translator } from '#services/platform/messages/i18n/translator.ts';
import type { Clock } from '#services/platform/process/clock.ts';
import type { Log } from '#services/platform/process/log.ts';
import { type Dialog, IDLE } from './conversation/dialog.ts';
import type { DialogStore } from './conversation/dialog-store.ts';
import { next } from './conversation/next.ts';
import { render } from './conversation/render.ts';
import type { Show } from './conversation/screen.ts';
import { notice, type Step, send } from './conversation/step.ts';
import type { ReferenceData } from './conversation/update-context.ts';
import { Refusal } from './domain/refusal.ts';
import type { AdminHandler } from './features/admin/admin-handler.ts';
import type { Incoming, Input, InputUpdate } from './incoming.ts';
import type { People } from './people.ts';
import type { AddressedCommand, Person } from './person.ts';
import type { Outcome, Replies } from './replies.ts';
import type { Throttle } from './throttle/throttle.ts';

export type Bot = {
  people: People;
  dialogs: DialogStore;
  throttle: Throttle;
  replies: Replies;
  reference: ReferenceData;
  /** Undefined when the configuration names no admins. */
  admin: AdminHandler | undefined;
  clock: Clock;
  log: Log;
};

/**
 * Handles one update. A crash anywhere in it is harmless, because an update that comes again has no second effect: its
 * events are appended first (each decision once for an update), then the dialog is saved together with what it shows,
 * then the reply is sent. If the dialog was saved, the repeated update only shows the same reply again.
 * @param storedAtMs when ingress stored it, epoch ms
 */
export async function handleUpdate(bot: Bot, incoming: Incoming, storedAtMs: number): Promise<void> {
  switch (incoming.kind) {
    case 'input':
      return handleInput(bot, incoming, storedAtMs);
    case 'membership':
      return recordBlock(bot, incoming.userId, incoming.blocked, `update-${incoming.updateId}`);
    case 'group': {
      const text = translator(localeOf(incoming.languageCode))('private-only');
      await bot.replies.send(incoming.groupId, { text, entities: [] });
      return;
    }
    case 'ignored':
      bot.log.info({ updateId: incoming.updateId, what: incoming.what }, 'update ignored');
  }
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

async function handleInput(bot: Bot, incoming: InputUpdate, storedAtMs: number): Promise<void> {
  const { userId, updateId, input } = incoming;
  const [verdict, conversation, person] = await Promise.all([
    bot.throttle(userId, updateId, storedAtMs),
    bot.dialogs.read(userId),
    bot.people.read(userId),
  ]);
  if (verdict === 'silenced') return;
  if (verdict === 'told') return askToWait(bot, incoming, person);
  if (await bot.admin?.handle(incoming, person.account.locale)) return;

  const { dialog, handled, lost, revision } = conversation;
  if (handled?.updateId === updateId)
    return reply(bot, incoming, { commands: [], dialog, ...handled }, person);

  const step = lost && needsDialog(input) ? restarted() : plan(bot, dialog, incoming, person);
  // The reply waits for the events; its slot is reserved while they are appended.
  const release = step.shows.length > 0 ? bot.replies.reserve(userId) : undefined;
  try {
    const done = await carryOut(bot, step, incoming, person);
    if (isWorthSaving(dialog, done.step.dialog) || lost) {
      const { shows, toast } = done.step;
      await bot.dialogs.save(userId, revision, done.step.dialog, {
        updateId,
        shows: [...shows],
        ...(toast && { toast }),
      });
    }
    await reply(bot, incoming, done.step, done.person);
  } finally {
    release?.();
  }
}

function plan(
  bot: Bot,
  dialog: Dialog,
  { userId, updateId, input, languageCode }: InputUpdate,
  person: Person,
): Step {
  const { reference } = bot;
  const newHabitId = habitIdFrom(userId, updateId);
  return next(dialog, { input, locale: localeOf(languageCode), newHabitId, reference }, person);
}

/** A refusal by the domain is shown in place of the step's screens; the dialog goes on as the step says. */
async function carryOut(
  bot: Bot,
  step: Step,
  { input, updateId }: InputUpdate,
  person: Person,
): Promise<{ step: Step; person: Person }> {
  try {
    return {
      step,
      person: await bot.people.carryOut(person, step.commands, metadataOf(bot, `update-${updateId}`)),
    };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const key = `refusal-${error.code}`;
    const shown: Pick<Step, 'shows' | 'toast'> =
      input.kind === 'tap' ? { shows: [], toast: { key } } : { shows: [send(notice(key))] };
    return { step: { dialog: step.dialog, commands: [], ...shown }, person };
  }
}

async function reply(bot: Bot, { input, updateId }: InputUpdate, step: Step, person: Person): Promise<void> {
  const t = translator(person.account.locale);
  const toasted =
    input.kind === 'tap'
      ? bot.replies.toast(input.callbackId, step.toast && t(step.toast.key, step.toast.args))
      : undefined;
  for (const show of step.shows) {
    const outcome = await present(bot, input, show, person);
    if (outcome === 'blocked') return recordBlock(bot, person.userId, true, `update-${updateId}`);
  }
  await toasted;
}

function present(bot: Bot, input: Input, { place, screen, above }: Show, person: Person): Promise<Outcome> {
  const message = render(screen, above, person, bot.reference.places);
  const tapped = input.kind === 'tap' ? input.message?.messageId : undefined;
  const messageId = typeof place === 'object' ? place.messageId : place === 'here' ? tapped : undefined;
  if (messageId === undefined) return bot.replies.send(person.userId, message);
  return bot.replies.edit(person.userId, messageId, message);
}

async function askToWait(bot: Bot, { userId, input }: InputUpdate, person: Person): Promise<void> {
  const text = translator(person.account.locale)('throttled');
  if (input.kind === 'tap') return bot.replies.toast(input.callbackId, text);
  await bot.replies.send(userId, { text, entities: [] });
}

/** A text is an answer to what the dialog asked; commands and taps say by themselves what they want. */
const needsDialog = (input: Input) => input.kind === 'text' || input.kind === 'attachment';

const restarted = (): Step => ({ dialog: IDLE, commands: [], shows: [send(notice('dialog-restarted'))] });

/** Outside a dialog every input names the state it wants: handling it twice is harmless, no record is needed. */
const isWorthSaving = (before: Dialog, after: Dialog) => before.at !== 'idle' || after.at !== 'idle';

const metadataOf = ({ clock }: Bot, cause: string): EventMetadata => ({
  correlationId: cause,
  causationId: cause,
  at: new Date(clock.now()).toISOString(),
});
