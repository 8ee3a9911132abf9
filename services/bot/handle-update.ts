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
import type { Incoming, Input } from './incoming.ts';
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
  /** For those whose ids are in the configuration; without any there is none. */
  admin: AdminHandler | undefined;
  clock: Clock;
  log: Log;
};

type Spoken = Extract<Incoming, { kind: 'input' }>;

/**
 * Handles one update. Its effect is there once, whenever this is cut short and done again: events are appended first
 * (each decision once for an update), then the dialog is saved together with what it showed, then the answer is sent.
 * An update that comes again after its dialog was saved only shows that answer again.
 * @param storedAtMs when ingress stored it, epoch ms
 */
export async function handleUpdate(bot: Bot, incoming: Incoming, storedAtMs: number): Promise<void> {
  switch (incoming.kind) {
    case 'input':
      return answer(bot, incoming, storedAtMs);
    case 'membership':
      return noteBlock(bot, incoming.userId, incoming.blocked, `update-${incoming.updateId}`);
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
export async function noteBlock(bot: Bot, userId: UserId, blocked: boolean, cause: string): Promise<void> {
  const addressed: AddressedCommand = {
    to: 'account',
    command: { type: blocked ? 'RecordBlock' : 'RecordUnblock', data: {} },
  };
  const person = await bot.people.read(userId);
  if (!person.account.registered || person.account.blocked === blocked) return;
  await bot.people.carryOut(person, [addressed], metadataOf(bot, cause));
}

async function answer(bot: Bot, incoming: Spoken, storedAtMs: number): Promise<void> {
  const { userId, updateId, input } = incoming;
  const [verdict, conversation, person] = await Promise.all([
    bot.throttle(userId, updateId, storedAtMs),
    bot.dialogs.read(userId),
    bot.people.read(userId),
  ]);
  if (verdict === 'silenced') return;
  if (verdict === 'told') return tellToWait(bot, incoming, person);
  if (await bot.admin?.take(incoming, person.account.locale)) return;

  const { dialog, handled, lost, revision } = conversation;
  if (handled?.updateId === updateId)
    return reply(bot, incoming, { commands: [], dialog, ...handled }, person);

  const step = lost && needsDialog(input) ? begunAgain() : plan(bot, dialog, incoming, person);
  // The answer's slot is booked while that is written which it waits for.
  const shown = step.shows.length > 0 ? bot.replies.reserve(userId) : undefined;
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
    shown?.();
  }
}

function plan(
  bot: Bot,
  dialog: Dialog,
  { userId, updateId, input, languageCode }: Spoken,
  person: Person,
): Step {
  const { reference } = bot;
  const newHabitId = habitIdFrom(userId, updateId);
  return next(dialog, { input, locale: localeOf(languageCode), newHabitId, reference }, person);
}

/** The domain's "no" takes the place of the answer; the dialog that led to it is over. */
async function carryOut(
  bot: Bot,
  step: Step,
  { input, updateId }: Spoken,
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

async function reply(bot: Bot, { input, updateId }: Spoken, step: Step, person: Person): Promise<void> {
  const t = translator(person.account.locale);
  const toasted =
    input.kind === 'tap'
      ? bot.replies.toast(input.callbackId, step.toast && t(step.toast.key, step.toast.args))
      : undefined;
  for (const show of step.shows) {
    const outcome = await present(bot, input, show, person);
    if (outcome === 'blocked') return noteBlock(bot, person.userId, true, `update-${updateId}`);
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

async function tellToWait(bot: Bot, { userId, input }: Spoken, person: Person): Promise<void> {
  const text = translator(person.account.locale)('throttled');
  if (input.kind === 'tap') return bot.replies.toast(input.callbackId, text);
  await bot.replies.send(userId, { text, entities: [] });
}

/** A text is an answer to something; commands and taps say what they want by themselves. */
const needsDialog = (input: Input) => input.kind === 'text' || input.kind === 'attachment';

const begunAgain = (): Step => ({ dialog: IDLE, commands: [], shows: [send(notice('dialog-restarted'))] });

/** Outside dialogs every input names the state it wants, so doing it again is harmless and needs no memory. */
const isWorthSaving = (before: Dialog, after: Dialog) => before.at !== 'idle' || after.at !== 'idle';

const metadataOf = ({ clock }: Bot, cause: string): EventMetadata => ({
  correlationId: cause,
  causationId: cause,
  at: new Date(clock.now()).toISOString(),
});
