import type { InlineKeyboardMarkup } from 'grammy/types';
import type { Locale } from '#contracts/account-events.ts';
import type { Goal } from '#contracts/habit-events.ts';
import type { LocalTime } from '#contracts/time.ts';
import type { CardItem } from './card-item.ts';
import { shortDate } from './i18n/date-text.ts';
import { type RichText, richText } from './i18n/rich-text.ts';
import { type Translate, translator } from './i18n/translator.ts';
import { cardButtons } from './reminder-buttons.ts';

export type Card = RichText & { reply_markup: InlineKeyboardMarkup };

/** Telegram takes 4,096 characters and 100 buttons: 30 habits of three buttons at most fit both. */
const ITEMS_SHOWN = 30;

/**
 * The message of a reminder, first sent by the sender and edited by the bot after each answer. The same items give the
 * same card. Names stand in `entities`, never in markup.
 */
export function reminderCard(locale: Locale, items: readonly CardItem[]): Card {
  const t = translator(locale);
  const shown = items.slice(0, ITEMS_SHOWN);
  const [first] = shown;
  const text = shown.length === 1 && first ? singleText(t, first) : severalText(locale, shown, items.length);
  const rows = shown.flatMap((item) => cardButtons(t, item, shown.length > 1));
  return { ...richText(text), reply_markup: { inline_keyboard: rows } };
}

function singleText(t: Translate, item: CardItem): string {
  const heading = t(`reminder-${stateOf(item)}`, { name: item.name });
  const goal = goalText(t, item.goal);
  const lines = {
    open: [goal && t('reminder-goal', { goal }), item.snoozed && snoozedText(t, item.snoozed)],
    done: [amountText(t, item), streakText(t, item)],
    skipped: [t('reminder-skipped-note')],
  };
  return [heading, ...lines[item.state], askText(t, item)].filter(Boolean).join('\n');
}

function severalText(locale: Locale, shown: readonly CardItem[], total: number): string {
  const t = translator(locale);
  const open = shown.filter((item) => item.state === 'open').length + total - shown.length;
  const title = open === 0 ? t('reminder-all-answered') : t('reminder-title', { count: open });
  const more = total > shown.length ? t('reminder-more', { count: total - shown.length }) : '';
  const asked = shown.map((item) => askText(t, item)).filter(Boolean);
  // A message may be about several dates, as when a habit was snoozed overnight.
  const newest = shown
    .map(({ on }) => on)
    .toSorted()
    .at(-1);
  const lines = shown.map(
    (item) => `${habitLine(t, item)}${item.on === newest ? '' : ` · ${shortDate(locale, item.on)}`}`,
  );
  const parts = [title, lines.join('\n'), more, ...asked];
  return parts.filter(Boolean).join('\n\n');
}

/** Said of a habit that will come up again: `Snoozed until 18:30`. */
function snoozedText(t: Translate, { at, tomorrow }: { at: LocalTime; tomorrow: boolean }): string {
  return t(tomorrow ? 'snoozed-until-tomorrow' : 'snoozed-until', { at });
}

function stateOf(item: CardItem): 'open' | 'snoozed' | 'done' | 'partly' | 'skipped' {
  if (isPartly(item)) return 'partly';
  return item.state === 'open' && item.snoozed ? 'snoozed' : item.state;
}

/** One line for a habit in a list: sign, name, and the goal or what was reached. */
export function habitLine(t: Translate, item: CardItem): string {
  const name = t(`reminder-line-${stateOf(item)}`, { name: item.name });
  const { snoozed } = item;
  const detail = {
    open: snoozed
      ? t(snoozed.tomorrow ? 'until-tomorrow' : 'until', { at: snoozed.at })
      : goalText(t, item.goal),
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

/** Asks how much, when amounts are offered, or how long to wait. */
export function askText(t: Translate, { amounts, waits, goal, name }: CardItem): string {
  if (waits) return t('ask-wait', { name });
  if (!amounts) return '';
  if (goal?.kind !== 'numeric' || !goal.unit) return t('ask-amount', { name });
  return t('ask-amount-in', { name, unit: goal.unit });
}
