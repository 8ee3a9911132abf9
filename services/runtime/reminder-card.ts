import type { InlineKeyboardButton, InlineKeyboardMarkup } from 'grammy/types';
import type { Locale } from '#contracts/account-events.ts';
import { habitButtonData } from '#contracts/callback-data.ts';
import type { Goal } from '#contracts/habit-events.ts';
import { HabitId } from '#contracts/ids.ts';
import { LocalDate } from '#contracts/time.ts';
import { type RichText, richText } from './i18n/rich-text.ts';
import { type Translate, translator } from './i18n/translator.ts';

/** One habit of a reminder on one local date, as it stands now. */
export type CardItem = {
  habitId: HabitId;
  on: LocalDate;
  at?: string;
  name: string;
  goal?: Goal;
  state: 'open' | 'done' | 'skipped';
  /** Days, when it is worth showing. */
  streak?: number;
  /** What was entered for a numeric habit, in its unit. */
  value?: number;
  /** Set while the person is asked for an amount: those offered as buttons. */
  amounts?: readonly number[];
};

export type Card = RichText & { reply_markup: InlineKeyboardMarkup };

/** Telegram takes 4,096 characters and 100 buttons: 30 habits of three buttons at most fit both. */
const ITEMS_SHOWN = 30;
const SHORT_NAME = 18;

/**
 * The message of a reminder, first sent by the sender and edited by the bot after each answer. The same items give the
 * same card. Names stand in `entities`, never in markup.
 */
export function reminderCard(locale: Locale, items: readonly CardItem[]): Card {
  const t = translator(locale);
  const shown = items.slice(0, ITEMS_SHOWN);
  const [first] = shown;
  const text = shown.length === 1 && first ? singleText(t, first) : severalText(t, shown, items.length);
  const rows = shown.flatMap((item) => cardButtons(t, item, shown.length > 1));
  return { ...richText(text), reply_markup: { inline_keyboard: rows } };
}

function singleText(t: Translate, item: CardItem): string {
  const heading = t(isPartly(item) ? 'reminder-partly' : `reminder-${item.state}`, { name: item.name });
  const goal = goalText(t, item.goal);
  const lines = {
    open: [goal && t('reminder-goal', { goal })],
    done: [amountText(t, item), streakText(t, item)],
    skipped: [t('reminder-skipped-note')],
  };
  return [heading, ...lines[item.state], askText(t, item)].filter(Boolean).join('\n');
}

function severalText(t: Translate, shown: readonly CardItem[], total: number): string {
  const open = shown.filter((item) => item.state === 'open').length + total - shown.length;
  const title = open === 0 ? t('reminder-all-answered') : t('reminder-title', { count: open });
  const more = total > shown.length ? t('reminder-more', { count: total - shown.length }) : '';
  const asked = shown.map((item) => askText(t, item)).filter(Boolean);
  const parts = [title, shown.map((item) => habitLine(t, item)).join('\n'), more, ...asked];
  return parts.filter(Boolean).join('\n\n');
}

/** One line for a habit in a list: sign, name, and the goal or what was reached. */
export function habitLine(t: Translate, item: CardItem): string {
  const key = isPartly(item) ? 'reminder-line-partly' : `reminder-line-${item.state}`;
  const name = t(key, { name: item.name });
  const detail = {
    open: goalText(t, item.goal),
    done: [amountText(t, item), (item.streak ?? 0) > 1 ? `🔥 ${item.streak}` : '']
      .filter(Boolean)
      .join(' · '),
    skipped: '',
  }[item.state];
  return detail ? `${name} · ${detail}` : name;
}

/** `at least 20 pages`, or an empty text for a habit that is only done or not. */
export function goalText(t: Translate, goal: Goal | undefined): string {
  if (goal?.kind !== 'numeric') return '';
  const key = goal.direction === 'atLeast' ? 'goal-at-least' : 'goal-at-most';
  return t(key, { target: goal.target, unit: goal.unit }).trim();
}

/** Answered with an amount that does not reach the goal. */
export function isPartly({ state, goal, value = 0 }: CardItem): boolean {
  if (state !== 'done' || goal?.kind !== 'numeric') return false;
  return goal.direction === 'atLeast' ? value < goal.target : value > goal.target;
}

function amountText(t: Translate, { goal, value }: CardItem): string {
  if (goal?.kind !== 'numeric' || value === undefined) return '';
  const { target, unit } = goal;
  const key = goal.direction === 'atLeast' && target > 0 ? 'amount-of-target' : 'amount';
  return t(key, { value, target, unit }).trim();
}

function streakText(t: Translate, { streak }: CardItem): string {
  return streak === undefined || streak === 0 ? '' : t('streak', { days: streak });
}

/** Asks how much, when amounts are offered. */
export function askText(t: Translate, { amounts, goal, name }: CardItem): string {
  if (!amounts) return '';
  if (goal?.kind !== 'numeric' || !goal.unit) return t('ask-amount', { name });
  return t('ask-amount-in', { name, unit: goal.unit });
}

function cardButtons(t: Translate, item: CardItem, named: boolean): InlineKeyboardButton[][] {
  const { habitId, on } = item;
  return habitButtons(t, item, named, (answer) =>
    answer.action === 'amount'
      ? amountButtonData({ habitId, on, value: answer.value })
      : habitButtonData({ action: answer.action, habitId, on }),
  );
}

type ButtonAnswer = { action: 'done' | 'skip' | 'undo' } | { action: 'amount'; value: number };

/** Rows of buttons for one habit; `named` where several habits share a message. `dataOf` gives each its data. */
export function habitButtons(
  t: Translate,
  item: CardItem,
  named: boolean,
  dataOf: (answer: ButtonAnswer) => string,
): InlineKeyboardButton[][] {
  const name = shortened(item.name, SHORT_NAME);
  const button = (action: 'done' | 'skip' | 'undo') => ({
    text: named ? t(`button-${action}-named`, { name }) : t(`button-${action}`),
    callback_data: dataOf({ action }),
  });
  const back = button(item.state === 'open' ? 'skip' : 'undo');
  const amounts = item.amounts?.map((value) => ({
    text: t('amount', { value, unit: '' }).trim(),
    callback_data: dataOf({ action: 'amount', value }),
  }));
  if (amounts) return [amounts, [back]];
  if (item.state === 'open') return [[button('done'), back]];
  if (item.state === 'skipped' || item.goal?.kind !== 'numeric') return [[back]];
  return [[{ text: t('button-change-amount'), callback_data: dataOf({ action: 'done' }) }, back]];
}

/** `text` in at most `length` characters as people count them: an emoji is never cut in two. */
export function shortened(text: string, length: number): string {
  const characters = [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment);
  return characters.length <= length
    ? text
    : `${characters
        .slice(0, length - 1)
        .join('')
        .trimEnd()}…`;
}

export type AmountButton = { habitId: HabitId; on: LocalDate; value: number };

/** `amount:<habitId>:<YYYY-MM-DD>:<value>`: at most 47 bytes of Telegram's 64. */
export function amountButtonData({ habitId, on, value }: AmountButton): string {
  return `amount:${habitId}:${on}:${value}`;
}

/** @returns undefined for data that no button of ours carried. */
export function parseAmountButtonData(data: string): AmountButton | undefined {
  const match = /^amount:([^:]+):([^:]+):(\d{1,10}(?:\.\d{1,3})?)$/.exec(data);
  const habitId = HabitId.safeParse(match?.[1]);
  const on = LocalDate.safeParse(match?.[2]);
  if (!match || !habitId.success || !on.success) return undefined;
  return { habitId: habitId.data, on: on.data, value: Number(match[3]) };
}
