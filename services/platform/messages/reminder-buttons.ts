import type { InlineKeyboardButton } from 'grammy/types';
import {
  amountButtonData,
  type CardButton,
  cardButtonData,
  type HabitAction,
  habitButtonData,
  type Wait,
  waitButtonData,
} from '#contracts/callback-data.ts';
import type { CardItem, CardMode } from './card-item.ts';
import type { Translate } from './i18n/translator.ts';
import { quickAmounts } from './quick-amounts.ts';

/** What a button asks for one habit on one date. */
export type ItemAction =
  | { action: HabitAction }
  | { action: 'amount' | 'add'; value: number }
  | { action: 'wait'; wait: Wait };

/** The callback data of an action; undefined where a list does not offer it. */
export type DataOf = (item: CardItem, asked: ItemAction) => string | undefined;

type Row = InlineKeyboardButton[];

/** As many characters as half a phone's width shows beside a sign. */
const SHORT_NAME = 13;

/** Buttons under a reminder. */
export function cardButtons(t: Translate, items: readonly CardItem[], mode: CardMode | undefined): Row[] {
  const [first] = items;
  if (items.length === 1 && first) return itemRows(t, first, dataOnCard);
  const names = namedRows(t, items, dataOnCard, mode === 'skip' || mode === 'later' ? mode : undefined);
  if (mode === undefined) return [...names, ...(items.some(isAsking) ? [] : lastRows(t, items))];
  const back = [[cardButton(t('button-back'), { action: 'showAll' })]];
  if (typeof mode === 'string') return [...names, ...back];
  const waits = mode.all.map((wait) => cardButton(waitText(t, wait), { action: 'waitAll', wait }));
  const others = namedRows(t, items, dataOnCard, 'later');
  return [waits, ...others, ...back];
}

const dataOnCard: DataOf = ({ habitId, on }, asked) => {
  if (asked.action === 'amount' || asked.action === 'add') return amountButtonData({ habitId, on, ...asked });
  if (asked.action === 'wait') return waitButtonData({ habitId, on, wait: asked.wait });
  return habitButtonData({ habitId, on, action: asked.action });
};

const cardButton = (text: string, button: CardButton) => ({ text, callback_data: cardButtonData(button) });

function lastRows(t: Translate, items: readonly CardItem[]): Row[] {
  if (!items.some(({ state }) => state === 'open')) return [];
  return [
    [
      cardButton(t('button-done-all'), { action: 'doneAll' }),
      cardButton(t('button-later-all'), { action: 'laterAll' }),
    ],
    [
      cardButton(t('button-choose-skip'), { action: 'chooseSkip' }),
      cardButton(t('button-choose-later'), { action: 'chooseLater' }),
    ],
  ];
}

const isAsking = ({ unfolded, amounts, waits, instead }: CardItem): boolean =>
  Boolean(unfolded || amounts || waits || instead);

/**
 * A button a habit, two beside one another where both names are short; in place of one that is unfolded, its own buttons.
 * Names are not cut: Telegram does that where it must.
 */
export function namedRows(
  t: Translate,
  items: readonly CardItem[],
  dataOf: DataOf,
  choosing?: 'skip' | 'later',
): Row[] {
  const rows: Row[] = [];
  let half: Row | undefined;
  for (const item of items) {
    if (isAsking(item)) {
      rows.push(
        ...itemRows(t, item, dataOf),
        ...(item.unfolded ? [[backButton(t, item, dataOf)].flat()] : []),
      );
      half = undefined;
      continue;
    }
    const button = nameButton(t, item, dataOf, choosing);
    const isShort = charactersIn(item.name) <= SHORT_NAME;
    if (half && isShort) {
      half.push(button);
      half = undefined;
    } else {
      const row = [button];
      rows.push(row);
      half = isShort ? row : undefined;
    }
  }
  return rows;
}

/** A tap on an open habit of yes and no is a yes; any other habit opens. */
function nameButton(
  t: Translate,
  item: CardItem,
  dataOf: DataOf,
  choosing: 'skip' | 'later' | undefined,
): InlineKeyboardButton {
  const isOpen = item.state === 'open';
  const tapped = item.goal?.kind === 'numeric' ? 'open' : 'done';
  const action = isOpen ? (choosing ?? tapped) : 'open';
  const state =
    isOpen && item.value !== undefined ? 'partly' : isOpen && item.snoozed ? 'snoozed' : item.state;
  return {
    text: t(`button-habit-${state}`, { name: item.name }),
    callback_data: dataOf(item, { action }) ?? dataOf(item, { action: tapped }) ?? '',
  };
}

/** All that can be done with one habit on its date. */
export function itemRows(t: Translate, item: CardItem, dataOf: DataOf): Row[] {
  const button = (asked: ItemAction, text: string): Row => {
    const data = dataOf(item, asked);
    return data === undefined ? [] : [{ text, callback_data: data }];
  };
  const plain = (action: HabitAction, key: string = action): Row => button({ action }, t(`button-${key}`));
  const back = backButton(t, item, dataOf);
  if (item.waits) {
    return [item.waits.flatMap((wait) => button({ action: 'wait', wait }, waitText(t, wait))), back];
  }
  if (item.instead) return [[...plain(`${item.instead}Anyway`, `${item.instead}-anyway`), ...back]];
  if (item.amounts) {
    const offered = item.amounts.flatMap((value) => button({ action: 'amount', value }, number(t, value)));
    return [offered, back];
  }
  const rows =
    item.state === 'open' ? openRows(t, item, { button, plain }) : answeredRows(t, item, { button, plain });
  return rows.filter((row) => row.length > 0);
}

type Make = {
  button(asked: ItemAction, text: string): Row;
  plain(action: HabitAction, key?: string): Row;
};

function openRows(t: Translate, item: CardItem, { button, plain }: Make): Row[] {
  const last = [...plain('skip'), ...plain('later'), ...plain('note')];
  if (item.goal?.kind !== 'numeric') return [[...plain('done'), ...plain('no')], last];
  const undo = item.value === undefined ? [] : plain('undo');
  return [
    quickAmounts(item.goal).flatMap((quick) => button(quick, quickText(t, quick, item.goal))),
    [...plain('other'), ...(item.goal.direction === 'atLeast' ? plain('no') : [])],
    [...last, ...undo],
  ];
}

function answeredRows(t: Translate, item: CardItem, { button, plain }: Make): Row[] {
  const last = [...plain('undo'), ...plain('note')];
  if (item.goal?.kind !== 'numeric' || item.state === 'skipped') return [last];
  const more = quickAmounts(item.goal).find(({ action }) => action === 'add');
  const add = more ? button(more, quickText(t, more, item.goal)) : [];
  return [[...add, ...plain('other', 'change-amount')], last];
}

function backButton(t: Translate, item: CardItem, dataOf: DataOf): Row {
  const data = dataOf(item, { action: 'show' });
  return data === undefined ? [] : [{ text: t('button-back'), callback_data: data }];
}

/** `+1`, or `✅ 8` for all of a goal. */
function quickText(
  t: Translate,
  { action, value }: { action: 'add' | 'amount'; value: number },
  goal: CardItem['goal'],
): string {
  if (action === 'add') return `+${number(t, value)}`;
  const isGoal = goal?.kind === 'numeric' && goal.direction === 'atLeast';
  return isGoal ? `✅ ${number(t, value)}` : number(t, value);
}

const number = (t: Translate, value: number): string => t('amount', { value, unit: '' }).trim();

function waitText(t: Translate, wait: Wait): string {
  if ('at' in wait) return t('wait-until', { at: wait.at });
  const { minutes } = wait;
  return minutes % 60 === 0 ? t('wait-hours', { hours: minutes / 60 }) : t('wait-minutes', { minutes });
}

/** As people count them: an emoji of many code points is one. */
const charactersIn = (text: string): number => [...new Intl.Segmenter().segment(text)].length;
