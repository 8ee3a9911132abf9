import { hueOf } from './card.js';
import { icon, speak } from './dom.js';
import { element } from './elements.js';
import { buzz } from './telegram.js';
import { t } from './words.js';

const GRIP = 'M5 8h14M5 12h14M5 16h14';
/** A drag this near to an edge of the window scrolls it. In px. */
const EDGE = 90;

/**
 * The habits of one group as a list that is put in order: by dragging a grip, or on it by Space, the arrow keys and Space
 * again. `moved(habitIds)` gets the new order of the group when a move ends in another one than it began.
 */
export function reorderList(habits, label, moved) {
  const list = element('ol', { class: 'reorder', 'aria-label': label });
  const move = moveIn(list, moved);
  list.append(
    ...habits.map((habit) => {
      const item = row(habit);
      const grip = item.querySelector('button');
      grip.addEventListener('keydown', (event) => keyOn(item, event, move));
      grip.addEventListener('pointerdown', (event) => drag(item, event, move));
      // A lifted one that is left is put down where it is.
      grip.addEventListener('blur', () => move.isLifted(item) && move.drop(true));
      return item;
    }),
  );
  return list;
}

/** One move at a time: lifted, taken step by step, put down or put back. */
function moveIn(list, moved) {
  const idsNow = () => [...list.children].map(({ dataset }) => dataset.habit);
  let before;
  let lifted;

  const nameOf = (item) => item.querySelector('span[dir]').textContent;
  const placesOf = (item) => ({
    habit: nameOf(item),
    place: [...list.children].indexOf(item) + 1,
    places: list.childElementCount,
  });

  /** One place up or down: its neighbour is moved, so that the item keeps the focus and the finger on it. */
  function step(by) {
    const neighbour = by < 0 ? lifted.previousElementSibling : lifted.nextElementSibling;
    if (!neighbour) return;
    if (by < 0) lifted.after(neighbour);
    else lifted.before(neighbour);
  }

  function putBack() {
    const id = lifted.dataset.habit;
    const away = () => idsNow().indexOf(id) - before.indexOf(id);
    while (away() !== 0) step(-Math.sign(away()));
  }

  return {
    step,
    isLifted: (item) => lifted === item,
    saying: (item) => speak(t('moving', placesOf(item))),
    lift(item) {
      before = idsNow();
      lifted = item;
      item.classList.add('lifted');
      item.querySelector('button').setAttribute('aria-pressed', 'true');
      buzz();
    },
    drop(isKept) {
      const item = lifted;
      if (!isKept) putBack();
      lifted = undefined;
      item.classList.remove('lifted');
      item.style.translate = '';
      item.querySelector('button').setAttribute('aria-pressed', 'false');
      const isChanged = idsNow().join() !== before.join();
      speak(isChanged ? t('moved', placesOf(item)) : t('not-moved', { habit: nameOf(item) }));
      if (isChanged) moved(idsNow());
    },
  };
}

const STEPS = { ArrowUp: -1, ArrowDown: 1 };

function keyOn(item, event, move) {
  const { key } = event;
  if (key === ' ' || key === 'Enter') {
    if (move.isLifted(item)) move.drop(true);
    else move.lift(item);
  } else if (!move.isLifted(item)) {
    return;
  } else if (key === 'Escape') {
    move.drop(false);
  } else if (key in STEPS) {
    move.step(STEPS[key]);
    item.scrollIntoView({ block: 'nearest' });
    move.saying(item);
  } else {
    return;
  }
  event.preventDefault();
}

function drag(item, event, move) {
  if (event.button !== 0) return;
  const grip = event.currentTarget;
  grip.setPointerCapture(event.pointerId);
  move.lift(item);
  let grabbedAt = event.pageY;
  const follow = ({ clientY, pageY }) => {
    if (clientY < EDGE) scrollBy(0, -12);
    if (clientY > innerHeight - EDGE) scrollBy(0, 12);
    const shift = pageY - grabbedAt;
    if (Math.abs(shift) > item.offsetHeight * 0.6) {
      const top = item.offsetTop;
      move.step(Math.sign(shift));
      grabbedAt += item.offsetTop - top;
    }
    item.style.translate = `0 ${pageY - grabbedAt}px`;
  };
  const end = (isKept) => () => {
    grip.removeEventListener('pointermove', follow);
    if (move.isLifted(item)) move.drop(isKept);
  };
  grip.addEventListener('pointermove', follow);
  grip.addEventListener('pointerup', end(true), { once: true });
  grip.addEventListener('pointercancel', end(false), { once: true });
}

function row(habit) {
  const item = element(
    'li',
    { 'data-habit': habit.habitId },
    element('span', { class: 'dot', 'aria-hidden': 'true' }, habit.emoji ?? ''),
    element('span', { dir: 'auto' }, habit.name),
    element(
      'button',
      {
        type: 'button',
        class: 'grip',
        'aria-label': t('move', { habit: habit.name }),
        'aria-describedby': 'move-how',
        'aria-pressed': 'false',
      },
      icon(GRIP),
    ),
  );
  item.style.setProperty('--hue', hueOf(habit));
  return item;
}
