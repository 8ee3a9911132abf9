import {
  type CardButton,
  parseAmountButtonData,
  parseHabitButtonData,
  parseWaitButtonData,
  type Wait,
} from '#contracts/callback-data.ts';
import { type Card, type Dialog, type HabitDay, IDLE } from '../../conversation/dialog.ts';
import { edit, type Step, stay, toast } from '../../conversation/step.ts';
import type { BotMessage } from '../../incoming.ts';
import type { Person } from '../../person.ts';
import { doneAll } from '../check-in/day-list.ts';
import { type EntryAction, tapEntry } from '../check-in/dialog.ts';
import { tapLater, tapLaterAll, tapWait, tapWaitAll } from '../snooze/dialog.ts';

/** A tap on a button of a reminder. */
export type CardTap = { day: HabitDay } & (
  | { ask: 'entry'; action: EntryAction }
  | { ask: 'later' }
  | { ask: 'wait'; wait: Wait }
);

/** @returns undefined for data that no button of a reminder carried. */
export function readCardTap(data: string): CardTap | undefined {
  const amount = parseAmountButtonData(data);
  if (amount) {
    const { action, habitId, on, value } = amount;
    return { day: { habitId, on }, ask: 'entry', action: { action, value } };
  }
  const waiting = parseWaitButtonData(data);
  if (waiting) {
    const { habitId, on, wait } = waiting;
    return { day: { habitId, on }, ask: 'wait', wait };
  }
  const button = parseHabitButtonData(data);
  if (!button) return undefined;
  const { action, habitId, on } = button;
  const day = { habitId, on };
  if (action === 'later') return { day, ask: action };
  return { day, ask: 'entry', action: { action } };
}

export function tapCard(dialog: Dialog, tap: CardTap, card: Card, person: Person): Step {
  switch (tap.ask) {
    case 'entry':
      return tapEntry(dialog, { day: tap.day, action: tap.action, askedIn: card }, person);
    case 'later':
      return tapLater(dialog, tap.day, card, person);
    case 'wait':
      return tapWait(dialog, { day: tap.day, wait: tap.wait, askedIn: card }, person);
  }
}

/** A tap on a button for all habits of a reminder. */
export function tapAll(dialog: Dialog, tap: CardButton, card: Card, person: Person): Step {
  if (card.items.length === 0) return toast(dialog, 'toast-stale');
  const { items } = card;
  switch (tap.action) {
    case 'doneAll': {
      const commands = doneAll(items, person);
      const key = commands.length > 0 ? 'toast-all-done' : 'toast-already';
      return { dialog, commands, shows: [edit({ screen: 'card', items })], toast: { key } };
    }
    case 'laterAll':
      return tapLaterAll(dialog, card, person);
    case 'waitAll':
      return tapWaitAll(dialog, tap.wait, card, person);
    case 'chooseSkip':
      return stay(dialog, edit({ screen: 'card', items, choosing: 'skip' }));
    case 'chooseLater':
      return stay(dialog, edit({ screen: 'card', items, choosing: 'later' }));
    case 'showAll': {
      const isAskedHere =
        dialog.at === 'snoozing' && dialog.all && dialog.askedIn.messageId === card.messageId;
      return stay(isAskedHere ? IDLE : dialog, edit({ screen: 'card', items }));
    }
  }
}

/** The habits that a reminder shows, read from its buttons; without the message, the tapped one alone. */
export function cardOf(message: BotMessage | undefined, tappedDay?: HabitDay): Card {
  const days = (message?.data ?? []).flatMap((data) => readCardTap(data)?.day ?? []);
  const all = tappedDay ? [...days, tappedDay] : days;
  const items = new Map(all.map((day) => [`${day.habitId}:${day.on}`, day]));
  return { list: 'card', items: [...items.values()], messageId: message?.messageId };
}

/** @returns undefined for a message that is no reminder. */
export function cardIn(message: BotMessage): Card | undefined {
  const card = cardOf(message);
  return card.items.length > 0 ? card : undefined;
}
