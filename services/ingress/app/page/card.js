import { drawing, element } from './elements.js';
import { heatmap } from './heatmap.js';
import { dayButton, monthGrid } from './month.js';
import { dayOfHabit, store } from './store.js';
import { dates, percentText, t } from './words.js';

/** Hues of Loop's palette, in degrees; the greys of its end are blues here. */
const LOOP_HUES = [
  27, 38, 55, 65, 80, 110, 130, 145, 180, 210, 235, 255, 275, 290, 315, 0, 50, 255, 240, 225,
];
const HUES = [255, 150, 30, 300, 200, 60, 350, 180, 280, 110];

/** One habit: what it is, today, how strong it is, and its days. */
export function habitCard(habit, ports) {
  const card = element(
    'article',
    { class: `card${habit.paused ? ' paused' : ''}`, 'data-habit': habit.habitId, 'aria-label': habit.name },
    head(habit, ports),
    store.mode === 'year' ? year(habit) : monthGrid(habit, store.month, ports),
  );
  card.style.setProperty('--hue', hueOf(habit));
  return card;
}

function head(habit, ports) {
  const change = changeText(habit);
  return element(
    'header',
    { class: 'card-head' },
    dayButton(habit, store.today, { ...ports, isHead: true }),
    element(
      'div',
      { class: 'card-name' },
      element(
        'h3',
        { dir: 'auto' },
        habit.emoji ? element('span', { class: 'emoji' }, habit.emoji) : undefined,
        habit.name,
      ),
      element(
        'p',
        {},
        habit.paused ? pauseText(habit) : habit.streak,
        change && element('span', { class: 'change' }, change),
      ),
    ),
    ring(habit),
  );
}

function pauseText({ pausedUntil }) {
  return pausedUntil ? t('paused-until', { date: dates().date(pausedUntil) }) : t('paused');
}

/** What today has made of the strength; a day that is still open has made nothing of it yet. */
function changeText(habit) {
  const points = habit.strengthChange;
  if (points === 0 || !'dpxs'.includes(dayOfHabit(habit, store.today).mark)) return undefined;
  return t(points > 0 ? 'strength-up' : 'strength-down', { points: Math.abs(points) });
}

function ring({ strength }) {
  const circle = { cx: 22, cy: 22, r: 19, pathLength: 100 };
  return element(
    'div',
    { class: 'ring', role: 'img', 'aria-label': t('strength', { percent: percentText(strength) }) },
    drawing(
      'svg',
      { viewBox: '0 0 44 44', 'aria-hidden': 'true' },
      drawing('circle', { ...circle, class: 'ring-whole' }),
      strength > 0 &&
        drawing('circle', { ...circle, class: 'ring-part', 'stroke-dasharray': `${strength} 100` }),
    ),
    element('span', { 'aria-hidden': 'true' }, percentText(strength).replace(/\s/g, '')),
  );
}

function year(habit) {
  return element(
    'div',
    { class: 'year' },
    heatmap(habit),
    element(
      'p',
      { class: 'facts' },
      [habit.about, habit.best, habit.kind === 'atMost' && t('silent')].map(
        (fact) => fact && element('span', {}, fact),
      ),
    ),
  );
}

export function hueOf({ habitId, color }) {
  if (color !== undefined) return LOOP_HUES[color] ?? HUES[0];
  const sum = [...habitId].reduce((all, letter) => (all * 31 + letter.charCodeAt(0)) % 9_973, 7);
  return HUES[sum % HUES.length];
}
