import type { Locale } from '#contracts/account-events.ts';
import type { HabitId } from '#contracts/ids.ts';
import type { Plan } from '../features/premium/plan.ts';
import type { BotName } from '../features/share/bot-name.ts';
import type { Places } from '../features/timezone/places.ts';
import type { Input } from '../incoming.ts';
import type { Card, Dialog, Draft } from './dialog.ts';

/** The same for every update: places, the reply keyboard's texts, ready habits to choose from, and what is sold. */
export type ReferenceData = {
  places: Places;
  /** Texts of reply-keyboard buttons, in every language: they come back as ordinary messages. */
  keyboard: { clocks: readonly string[]; cancel: readonly string[] };
  /** Filled in once Telegram has said it. */
  bot: BotName;
  templates: Readonly<Record<Locale, readonly Draft[]>>;
  /** Undefined while nothing is sold, and so nothing is limited. */
  plan?: Plan | undefined;
};

/** What Telegram did about Stars before the conversation went on. */
export type StarsAnswer =
  | { did: 'link'; link: string }
  /** The renewal is as it was asked for, of the subscription that this charge began. */
  | { did: 'renewal'; chargeId: string }
  | { did: 'nothing' };

/** One update, and what the conversation needs to know to answer it. */
export type UpdateContext = {
  input: Input;
  /** The language to register a new person with. */
  locale: Locale;
  /** The id of the habit that this update would define. */
  newHabitId: HabitId;
  reference: ReferenceData;
  /** Undefined for input that needs nothing of Telegram. */
  stars?: StarsAnswer | undefined;
  /** The last reminder of the last hours, where words may be an answer to it. */
  lastReminder?: Card | undefined;
};

/** Words that no dialog asked for, and that are no reply to any message. */
export const mayBeAnswer = (dialog: Dialog, input: Input): boolean =>
  dialog.at === 'idle' && input.kind === 'text' && input.repliedTo === undefined;

/** A tap on a button. */
export type TapContext = UpdateContext & { input: Extract<Input, { kind: 'tap' }> };
