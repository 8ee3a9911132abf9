import type { InlineKeyboardMarkup } from 'grammy/types';
import type { Clock, Locale } from '#contracts/account-events.ts';
import type { Goal } from '#contracts/habit-events.ts';
import { isLimit } from '#contracts/history.ts';
import type { LocalTime } from '#contracts/time.ts';
import type { CardItem, CardMode } from './card-item.ts';
import { shortDate } from './i18n/date-text.ts';
import { type RichText, richText } from './i18n/rich-text.ts';
import { type Translate, translator } from './i18n/translator.ts';
import { cardButtons } from './reminder-buttons.ts';

export type Card = RichText & { reply_markup: InlineKeyboardMarkup };

/** Telegram takes 4,096 characters and 100 buttons: 30 habits of a button each, one opened, fit both. */
const ITEMS_SHOWN = 30;
/** In a list, and only in one of few habits. */
const NOTE_SHOWN = 60;
const ITEMS_WITH_NOTES = 10;

/**
 * The message of a reminder, first sent by the sender and edited by the bot after each answer. The same items give the
 * same card. Names stand in `entities`, never in markup.
 * `clock` is how times are written; the sender's cards hold none.
 */
export function reminderCard(
  locale: Locale,
  items: readonly CardItem[],
  { mode, clock = 'h24' }: { mode?: CardMode | undefined; clock?: Clock } = {},
): Card {
  const t = translator(locale, clock);
  const shown = items.slice(0, ITEMS_SHOWN);
  const [first] = shown;
  const text =
    shown.length === 1 && first
      ? singleText(t, first)
      : severalText({ t, locale, mode }, shown, items.length);
  const rows = cardButtons(t, shown, mode);
  return { ...richText(text), reply_markup: { inline_keyboard: rows } };
}

function singleText(t: Translate, item: CardItem): string {
  const heading = t(`reminder-${stateOf(item)}`, { name: item.name });
  const goal = goalText(t, item.goal);
  const so = item.value === undefined ? goal && t('reminder-goal', { goal }) : amountText(t, item);
  const lines = {
    open: [
      so,
      timesText(t, item),
      hasStreak(item) && streakText(t, item),
      item.snoozed && snoozedText(t, item.snoozed),
    ],
    done: [amountText(t, item), timesText(t, item), streakText(t, item)],
    no: [t('reminder-no-note'), amountText(t, item)],
    skipped: [t('reminder-skipped-note')],
  };
  const note = item.note && t('reminder-note', { note: item.note });
  return [heading, ...lines[item.state], note, askText(t, item)].filter(Boolean).join('\n');
}

type Style = { t: Translate; locale: Locale; mode: CardMode | undefined };

function severalText({ t, locale, mode }: Style, shown: readonly CardItem[], total: number): string {
  const open = shown.filter((item) => item.state === 'open').length + total - shown.length;
  const title = open === 0 ? t('reminder-all-answered') : t('reminder-title', { count: open });
  const more = total > shown.length ? t('reminder-more', { count: total - shown.length }) : '';
  const question = mode && t(typeof mode === 'string' ? `ask-which-${mode}` : 'ask-wait-all');
  const asked = [...shown.map((item) => askText(t, item)), question].filter(Boolean);
  // A message may be about several dates, as when a habit was snoozed overnight.
  const newest = shown
    .map(({ on }) => on)
    .toSorted()
    .at(-1);
  const lines = shown
    .map(withoutNotes(shown.length > ITEMS_WITH_NOTES))
    .map((item) => `${habitLine(t, item)}${item.on === newest ? '' : ` · ${shortDate(locale, item.on)}`}`);
  const parts = [title, lines.join('\n'), more, ...asked];
  return parts.filter(Boolean).join('\n\n');
}

const withoutNotes =
  (isMany: boolean) =>
  ({ note, ...item }: CardItem): CardItem =>
    isMany || note === undefined ? item : { ...item, note };

/** Said of a habit that will come up again: `Snoozed until 18:30`. */
function snoozedText(t: Translate, { at, tomorrow }: { at: LocalTime; tomorrow: boolean }): string {
  return t(tomorrow ? 'snoozed-until-tomorrow' : 'snoozed-until', { at });
}

type Shown = CardItem['state'] | 'partly' | 'snoozed';

function stateOf(item: CardItem): Shown {
  if (isPartly(item)) return 'partly';
  return item.state === 'open' && item.snoozed ? 'snoozed' : item.state;
}

/** One line for a habit in a list: sign, name, and the goal or what was reached. */
export function habitLine(t: Translate, item: CardItem): string {
  const name = t(`reminder-line-${stateOf(item)}`, { name: item.name });
  const { snoozed } = item;
  const detail = {
    open: [
      item.value !== undefined ? amountText(t, item) : !snoozed && goalText(t, item.goal),
      timesText(t, item),
      hasStreak(item) && `🔥 ${item.streak}`,
      snoozed && t(snoozed.tomorrow ? 'until-tomorrow' : 'until', { at: snoozed.at }),
    ],
    done: [amountText(t, item), timesText(t, item), hasStreak(item) && `🔥 ${item.streak}`],
    no: [amountText(t, item)],
    skipped: [],
  }[item.state];
  const line = [name, ...detail.filter(Boolean)].join(' · ');
  return item.note ? `${line}\n${t('line-note', { note: shortened(item.note) })}` : line;
}

/** One day is no streak yet. */
const hasStreak = ({ streak = 0 }: CardItem): boolean => streak > 1;

/** Of a note, what a list has room for, as people count characters. */
function shortened(note: string): string {
  const characters = [...new Intl.Segmenter().segment(note.replaceAll('\n', ' '))].map(
    ({ segment }) => segment,
  );
  return characters.length <= NOTE_SHOWN
    ? characters.join('')
    : `${characters.slice(0, NOTE_SHOWN).join('')}…`;
}

/** How far a habit of so many times in a while is: `2 of 3 this week`. A limit is not there to be done. */
function timesText(t: Translate, { times, goal }: CardItem): string {
  if (!times || (goal && isLimit(goal))) return '';
  const { done, wanted, days } = times;
  return t(`times-done-${times.in}`, { done, wanted, days });
}

/** `at least 20 pages`, or an empty text for a habit that is only done or not. */
export function goalText(t: Translate, goal: Goal | undefined): string {
  if (goal?.kind !== 'numeric') return '';
  const key = goal.direction === 'atLeast' ? 'goal-at-least' : 'goal-at-most';
  return t(key, { target: goal.target, unit: goal.unit }).trim();
}

/** An amount that does not reach the goal yet, or is beyond the limit. */
export function isPartly({ state, goal, value }: CardItem): boolean {
  if (state === 'open') return value !== undefined;
  if (state !== 'done' || goal?.kind !== 'numeric' || value === undefined) return false;
  return goal.direction === 'atLeast' ? value < goal.target : value > goal.target;
}

function amountText(t: Translate, { goal, value }: CardItem): string {
  if (goal?.kind !== 'numeric' || value === undefined) return '';
  const { target, unit } = goal;
  const key = goal.direction === 'atLeast' && target > 0 ? 'amount-of-target' : 'amount';
  const amount = t(key, { value, target, unit }).trim();
  return isLimit(goal) && value > target ? t('amount-over', { amount, target }) : amount;
}

function streakText(t: Translate, { streak }: CardItem): string {
  return streak === undefined || streak === 0 ? '' : t('streak', { days: streak });
}

/** Asks how much, when amounts are offered, how long to wait, or whether a day that is done should become another. */
export function askText(t: Translate, item: CardItem): string {
  const { amounts, waits, instead, goal, name } = item;
  if (instead) {
    const amount = amountText(t, item);
    return amount ? t('ask-instead-of', { name, amount }) : t('ask-instead', { name });
  }
  if (waits) return t('ask-wait', { name });
  if (!amounts) return '';
  if (goal?.kind !== 'numeric' || !goal.unit) return t('ask-amount', { name });
  return t('ask-amount-in', { name, unit: goal.unit });
}
