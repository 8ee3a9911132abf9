import { dateOf, weeksOf } from './dates.js';
import { element } from './elements.js';
import { dayOfHabit, store } from './store.js';
import { dates, numberText, stateText, t } from './words.js';

/** Beside the colour, for those who cannot tell it. */
const SIGNS = { d: '✓', a: '·', p: '◐', x: '✕', s: '»', v: '~', o: '', '.': '' };
export const KINDS = {
  d: 'kept',
  a: 'automatic',
  p: 'partly',
  x: 'missed',
  s: 'skipped',
  v: 'away',
  o: 'off',
  '.': 'none',
};

/**
 * A month of one habit as a grid: one day of it is in the tab order, and the arrow keys go from day to day. `choose(habit,
 * on, button)` is called for a tap, `more` for a long one.
 */
export function monthGrid(habit, month, ports) {
  const { month: name, weekdays } = dates();
  const focused = dateOfFocus(month);
  const head = element(
    'tr',
    {},
    weekdays.map(({ short, long }) =>
      element('th', { scope: 'col', abbr: long }, element('span', {}, short)),
    ),
  );
  const rows = weeksOf(month).map((week) =>
    element(
      'tr',
      {},
      week.map((day) =>
        day === undefined
          ? element('td', {})
          : dayCell(habit, dateOf(day), { ...ports, isFocused: dateOf(day) === focused }),
      ),
    ),
  );
  return element(
    'table',
    { role: 'grid', class: 'month', 'aria-label': `${habit.name}, ${name(month)}`, onkeydown: moveFocus },
    element('thead', {}, head),
    element('tbody', {}, rows),
  );
}

/** Today, or the last day of a month that is over. */
function dateOfFocus(month) {
  if (store.today.startsWith(month)) return store.today;
  const days = weeksOf(month)
    .flat()
    .filter((day) => day !== undefined);
  return dateOf(days.at(-1));
}

function dayCell(habit, on, { choose, more, isFocused }) {
  return element(
    'td',
    { role: 'gridcell' },
    dayButton(habit, on, { choose, more, tabindex: isFocused ? 0 : -1 }),
  );
}

/** A day as a button: in the month, and today's at the head of its habit. */
export function dayButton(habit, on, { choose, more, tabindex, isHead = false }) {
  const day = dayOfHabit(habit, on);
  const isFuture = on > store.today;
  const date = on === store.today ? `${t('today')}, ${dates().date(on)}` : dates().date(on);
  const sign = day.amount === undefined ? SIGNS[day.mark] : numberText(day.amount);
  const button = element(
    'button',
    {
      type: 'button',
      class: `day ${isFuture ? 'future' : KINDS[day.mark]}${on === store.today ? ' today' : ''}${isHead ? ' head' : ''}`,
      'aria-label': t('day', { habit: habit.name, date, state: stateText(habit, day, isFuture) }),
      'aria-disabled': isFuture ? 'true' : undefined,
      'aria-busy': day.isPending ? 'true' : undefined,
      'aria-current': on === store.today ? 'date' : undefined,
      'data-on': on,
      tabindex,
      onclick: () => !isFuture && choose(habit, on, button),
      oncontextmenu: (event) => {
        event.preventDefault();
        if (!isFuture) more(habit, on, button);
      },
    },
    element(
      'span',
      { class: 'face', 'aria-hidden': 'true' },
      isHead
        ? element('b', {}, sign || (habit.kind === 'yesNo' ? '✓' : '+'))
        : element('b', {}, String(Number(on.slice(8)))),
      isHead ? undefined : element('i', {}, sign),
    ),
  );
  return button;
}

const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

function moveFocus(event) {
  const buttons = [...event.currentTarget.querySelectorAll('button')];
  const at = buttons.indexOf(document.activeElement);
  if (at < 0) return;
  const to = { Home: 0, End: buttons.length - 1 }[event.key] ?? at + (STEPS[event.key] ?? 0);
  const next = buttons[Math.min(Math.max(0, to), buttons.length - 1)];
  if (next === buttons[at]) return;
  event.preventDefault();
  buttons[at].tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}
