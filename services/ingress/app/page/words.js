import { dateNames } from './dates.js';

/*
 * The page's texts, from the server, and names of dates and numbers in the same language.
 */

let texts = {};
let locale = 'en';
let names = dateNames('en');
let number = new Intl.NumberFormat('en');
let percent = new Intl.NumberFormat('en', { style: 'percent' });

/** Loads the texts of a language of ours. */
export async function speakIn(wanted) {
  if (wanted === locale && Object.keys(texts).length > 0) return;
  const response = await fetch(`/app/texts-${wanted}.json`);
  texts = await response.json();
  locale = wanted;
  names = dateNames(wanted);
  number = new Intl.NumberFormat(wanted, { maximumFractionDigits: 3 });
  percent = new Intl.NumberFormat(wanted, { style: 'percent' });
  document.documentElement.lang = wanted;
  document.title = t('title');
}

/** A text, with its places filled in: `{habit}`. */
export function t(key, places = {}) {
  return (texts[key] ?? '').replace(/\{(\w+)\}/g, (_, place) => String(places[place] ?? ''));
}

export const dates = () => names;
export const numberText = (value) => number.format(value);
export const percentText = (value) => percent.format(value / 100);
/** As a field holds it, and as a person types it: `2,5` in Russian. */
export const fieldText = (value) => String(value).replace('.', locale === 'ru' ? ',' : '.');
export const typedNumber = (text) => {
  const value = Number(text.trim().replace(',', '.'));
  return text.trim() !== '' && Number.isFinite(value) && value >= 0 && value <= 1e9 ? value : undefined;
};

/** `5 glasses`; a Russian word stands before the number, so that it need not be inflected: `стаканы: 5`. */
export function withUnit({ unit = '', unitForm = 'none' }, amount) {
  return unitForm === 'none' ? amount : t(`amount-${unitForm}`, { amount, what: unit });
}

/** `3 of 8 glasses`, `4, at most 3 cups`. */
export function amountText(habit, amount) {
  const { kind, target } = habit;
  const places = { amount: numberText(amount), target: numberText(target) };
  const isAny = kind === 'atLeast' && target === 0;
  const words = isAny ? places.amount : t(kind === 'atMost' ? 'amount-most' : 'amount-of', places);
  return withUnit(habit, words);
}

/** What a day holds, in words: for those who hear the page. */
export function stateText(habit, { mark, amount }, isFuture = false) {
  const state = {
    d: habit.kind === 'atMost' ? 'within' : 'kept',
    a: 'automatic',
    p: 'partly',
    x: habit.kind === 'atMost' ? 'over' : 'missed',
    s: 'skipped',
    v: 'away',
    o: 'off',
    '.': 'none',
  }[mark];
  const words = t(`state-${isFuture ? 'future' : state}`);
  return amount === undefined ? words : `${words}, ${amountText(habit, amount)}`;
}
