import { dateOf, dayOf, monthOf, weekdayOf } from './dates.js';
import { drawing } from './elements.js';
import { KINDS } from './month.js';
import { dayOfHabit, store } from './store.js';
import { dates, t } from './words.js';

/** Two half years, one under the other: in one row the months could not be read on a phone. */
const BANDS = 2;
const COLUMNS = 27;
const WEEKS = 53;
const STEP = 10;
const SIZE = 8.4;
const TOP = 12;
const BAND = TOP + 7 * STEP + 4;

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
    const kind = kindOf(habit, mark, amount);
    const week = Math.floor((day - monday) / 7);
    const [x, top] = [(week % COLUMNS) * STEP, Math.floor(week / COLUMNS) * BAND];
    const square = `M${x} ${top + TOP + weekdayOf(day) * STEP}h${SIZE}v${SIZE}h-${SIZE}z`;
    paths.set(kind, (paths.get(kind) ?? '') + square);
    if (mark === 'd') kept++;
    if (on.endsWith('-01')) months.push(monthLabel(monthOf(on), x, top));
  }
  const keptText = t(habit.kind === 'atMost' ? 'state-within' : 'state-kept');
  return drawing(
    'svg',
    {
      class: 'heatmap',
      viewBox: `0 0 ${COLUMNS * STEP} ${BANDS * BAND - 4}`,
      role: 'img',
      'aria-label': `${habit.name}, ${t('year')}: ${keptText} × ${kept}`,
    },
    months,
    [...paths].map(([kind, d]) => drawing('path', { class: `square ${kind}`, d })),
  );
}

function kindOf({ kind, target }, mark, amount) {
  if (mark === 'p') return `partly-${amount * 2 >= target ? 'more' : 'less'}`;
  return mark === 'x' && kind === 'atMost' ? 'over' : KINDS[mark];
}

function monthLabel(month, x, top) {
  return drawing('text', { x, y: top + 8, class: 'month-label' }, dates().monthBrief(month));
}
