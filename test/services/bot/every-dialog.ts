import { Locale } from '#contracts/account-events.ts';
import { habitButtonData } from '#contracts/callback-data.ts';
import { habitIdFrom } from '#contracts/ids.ts';
import { type Card, type Dialog, type Draft, DraftStep } from '#services/bot/conversation/dialog.ts';
import { next } from '#services/bot/conversation/next.ts';
import type { Step } from '#services/bot/conversation/step.ts';
import { adminActionOf } from '#services/bot/features/admin/action.ts';
import { readUpdate } from '#services/bot/incoming.ts';
import type { Person } from '#services/bot/person.ts';
import { localeOf } from '#services/platform/messages/i18n/translator.ts';
import { reference, TODAY, USER, withHabit } from './conversation/fixture.ts';
import { LONGEST_TEXT } from './worst-texts.ts';

const { person, habitId } = withHabit();

export { habitId };
/** A person with one habit, as each language has them. */
export const people = Locale.options.map(
  (locale): Person => ({ ...person, account: { ...person.account, locale } }),
);
export const day = { habitId, on: TODAY };
const askedIn: Card = { list: 'card', items: [day], messageId: 9 };

const DRAFT: Draft = { name: 'Read', weekdays: [], times: [] };

/** Every dialog that a text can meet. The compiler asks for one that is missing. */
const DIALOGS: Record<Dialog['at'], Dialog[]> = {
  idle: [{ at: 'idle' }],
  choosingTimezone: [{ at: 'choosingTimezone', first: false }],
  newHabit: DraftStep.options.map((step) => ({
    at: 'newHabit',
    step,
    draft: DRAFT,
  })),
  renaming: [{ at: 'renaming', habitId }],
  pausing: [{ at: 'pausing', habitId }],
  addingReminder: [{ at: 'addingReminder', habitId }],
  movingReminder: [{ at: 'movingReminder', habitId, from: '09:00' }],
  editingHabit: DraftStep.options.map((step) => ({ at: 'editingHabit', habitId, step, draft: DRAFT })),
  choosingEmoji: [{ at: 'choosingEmoji', habitId }],
  namingGroup: [{ at: 'namingGroup', habitId }],
  enteringAmount: [{ at: 'enteringAmount', day, askedIn }],
  snoozing: [
    { at: 'snoozing', day, askedIn },
    { at: 'snoozing', day, askedIn, all: true },
  ],
  noting: [{ at: 'noting', day, askedIn }],
  settingQuietHours: [{ at: 'settingQuietHours' }],
  planningVacation: [{ at: 'planningVacation' }],
};
export const dialogs = Object.values(DIALOGS).flat();

export const from = { id: Number(USER), is_bot: false, language_code: 'ru'.repeat(LONGEST_TEXT) };
export const chat = { id: Number(USER), type: 'private' };
export const message = (content: object) => ({
  update_id: 1,
  message: { message_id: 5, from, chat, ...content },
});
/** A reminder's buttons. */
export const cardOf = (habits: number) => ({
  inline_keyboard: Array.from({ length: habits }, (_, update) => [
    { callback_data: habitButtonData({ action: 'done', habitId: habitIdFrom(USER, update), on: TODAY }) },
  ]),
});
export const reply_to_message = { message_id: 9, from: { id: 7, is_bot: true }, reply_markup: cardOf(1) };

/** From Telegram's update to the step that follows from it. */
export function handled(update: object, dialog: Dialog, who = person): Step {
  const incoming = readUpdate(update);
  if (incoming.kind !== 'input') throw new Error('not what a person does');
  adminActionOf({ at: 'idle' }, incoming.input, false);
  const context = {
    input: incoming.input,
    locale: localeOf(incoming.languageCode),
    newHabitId: habitIdFrom(USER, 1),
    reference,
  };
  return next(dialog, context, who);
}
