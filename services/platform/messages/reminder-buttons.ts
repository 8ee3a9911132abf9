import type { InlineKeyboardButton } from 'grammy/types';
import { amountButtonData, habitButtonData, type Wait, waitButtonData } from '#contracts/callback-data.ts';
import type { CardItem } from './card-item.ts';
import type { Translate } from './i18n/translator.ts';

const SHORT_NAME = 18;
const NARROW_NAME = 9;

/** Rows of buttons under a reminder for one of its habits; `named` where it has several. */
export function cardButtons(t: Translate, item: CardItem, named: boolean): InlineKeyboardButton[][] {
  const { habitId, on } = item;
  if (item.waits) return waitButtons(t, item, item.waits);
  if (item.state === 'open' && !item.amounts) return [openRow(t, item, named)];
  return habitButtons(t, item, named, (answer) =>
    answer.action === 'amount'
      ? amountButtonData({ habitId, on, value: answer.value })
      : habitButtonData({ action: answer.action, habitId, on }),
  );
}

/** Three columns are narrow on a phone: beside a name there is room for signs alone. */
function openRow(t: Translate, { habitId, on, name }: CardItem, named: boolean): InlineKeyboardButton[] {
  const button = (action: 'done' | 'skip' | 'later', text: string) => ({
    text,
    callback_data: habitButtonData({ action, habitId, on }),
  });
  if (!named)
    return [
      button('done', t('button-done')),
      button('skip', t('button-skip')),
      button('later', t('button-later')),
    ];
  return [
    button('done', t('button-done-named', { name: shortened(name, NARROW_NAME) })),
    button('skip', t('button-skip-sign')),
    button('later', t('button-later-sign')),
  ];
}

function waitButtons(
  t: Translate,
  { habitId, on }: CardItem,
  waits: readonly Wait[],
): InlineKeyboardButton[][] {
  const back = { text: t('button-back'), callback_data: habitButtonData({ action: 'show', habitId, on }) };
  const offered = waits.map((wait) => ({
    text: waitText(t, wait),
    callback_data: waitButtonData({ habitId, on, wait }),
  }));
  return [offered, [back]];
}

function waitText(t: Translate, wait: Wait): string {
  if ('at' in wait) return t('wait-until', { at: wait.at });
  const { minutes } = wait;
  return minutes % 60 === 0 ? t('wait-hours', { hours: minutes / 60 }) : t('wait-minutes', { minutes });
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
function shortened(text: string, length: number): string {
  const characters = [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment);
  return characters.length <= length
    ? text
    : `${characters
        .slice(0, length - 1)
        .join('')
        .trimEnd()}…`;
}
