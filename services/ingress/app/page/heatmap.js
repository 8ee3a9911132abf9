import { dateOf, dayOf, monthOf, weekdayOf } from './dates.js';
import { drawing } from './dom.js';
import { KINDS } from './month.js';
import { dayOfHabit, store } from './store.js';
import { dates, t } from './words.js';

const WEEKS = 53;
const STEP = 10;
const SIZE = 8.4;
const TOP = 14;

/** The last twelve months of a habit, a column a week, Monday on top. One path for all days of a kind. */
export function heatmap(habit) {
  const today = dayOf(store.today);
  const monday = today - weekdayOf(today) - (WEEKS - 1) * 7;
  const paths = new Map();
  const months = [];
  let kept = 0;
  for (let day = monday; day <= today; day++) {
    const on = dateOf(day);
    const { mark, amount } = dayOfHabit(habit, on);
    const kind = mark === 'p' ? `partly-${amount * 2 >= habit.target ? 'more' : 'less'}` : KINDS[mark];
    const [column, row] = [Math.floor((day - monday) / 7), weekdayOf(day)];
    const square = `M${column * STEP} ${TOP + row * STEP}h${SIZE}v${SIZE}h-${SIZE}z`;
    paths.set(kind, (paths.get(kind) ?? '') + square);
    if (mark === 'd') kept++;
    if (on.endsWith('-01')) months.push(monthLabel(monthOf(on), column));
  }
  return drawing(
    'svg',
    {
      class: 'heatmap',
      viewBox: `0 0 ${WEEKS * STEP} ${TOP + 7 * STEP}`,
      role: 'img',
      'aria-label': `${habit.name}, ${t('year')}: ${t('state-kept')} × ${kept}`,
    },
    months,
    [...paths].map(([kind, d]) => drawing('path', { class: `square ${kind}`, d })),
  );
}

function monthLabel(month, column) {
  return drawing('text', { x: column * STEP, y: 9, class: 'month-label' }, dates().monthLetter(month));
}
