import { habitCard } from './card.js';
import { monthOf, monthsAfter, yearOf } from './dates.js';
import { banner, icon } from './dom.js';
import { byId, element, toast } from './elements.js';
import { reorderList } from './reorder.js';
import { askDay } from './sheet.js';
import { changeDay, dayOfHabit, firstYear, hasYear, isSaving, load, reorder, store } from './store.js';
import { buzz, connect, initData, languageGiven } from './telegram.js';
import { dates, speakIn, t } from './words.js';

const BACK = 'M15 5l-7 7 7 7';
const FORTH = 'M9 5l7 7-7 7';
const CHECK = 'M5 12.5l4.5 4.5L19 7.5';
const ARROWS = 'M8 4v16M4 8l4-4 4 4M16 20V4M12 16l4 4 4-4';
const SWIPE_PX = 60;

let isReordering = false;

/** What is said of replies that are no success. */
const PROBLEMS = {
  away: 'away',
  pending: 'saving',
  throttled: 'throttled',
  notSaved: 'not-saved',
  tryLater: 'not-saved',
  unregistered: 'unregistered',
};

const waiting = (outcome) => banner(outcome === undefined ? '' : t(PROBLEMS[outcome] ?? 'away'));

/** @returns whether the page can go on. */
function isUsable({ status, body }) {
  if (status === 401) return giveUp(t(body.why === 'expired' ? 'expired' : 'outside'));
  if (status === 403) return giveUp(t('unregistered'));
  if (body.text) toast(body.text);
  else if (status !== 200) toast(t(PROBLEMS[body.outcome] ?? 'failed'));
  return true;
}

function giveUp(text) {
  byId('top').hidden = true;
  banner('');
  byId('habits').replaceChildren(element('p', { class: 'message', role: 'alert' }, text));
  byId('habits').removeAttribute('aria-busy');
  return false;
}

const ports = {
  /** A tap on an open day of a yes-or-no habit answers it; every other day says what it can hold. */
  choose(habit, on) {
    const { mark } = dayOfHabit(habit, on);
    const isOpen = habit.kind === 'yesNo' && '.ov'.includes(mark);
    return isOpen ? answer(habit, on, { do: 'enter', value: 1 }) : ports.more(habit, on);
  },
  async more(habit, on) {
    const action = await askDay(habit, on);
    if (action) await answer(habit, on, action);
  },
};

async function answer(habit, on, action) {
  buzz();
  const saving = changeDay(habit, on, action, waiting);
  redraw(habit.habitId);
  const reply = await saving;
  if (!isUsable(reply)) return;
  redraw(habit.habitId);
}

/** Draws one habit again; the focus stays on its day. */
function redraw(habitId) {
  const old = document.querySelector(`[data-habit="${habitId}"]`);
  const habit = store.habits.get(habitId);
  if (!old || !habit || isReordering) return;
  const { on } = old.contains(document.activeElement) ? document.activeElement.dataset : {};
  const isHead = document.activeElement.classList.contains('head');
  const card = habitCard(habit, ports);
  old.replaceWith(card);
  if (on === undefined) return;
  const day = card.querySelector(`button[data-on="${on}"]${isHead ? '.head' : ':not(.head)'}`);
  if (!isHead)
    for (const other of card.querySelectorAll('td button')) other.tabIndex = other === day ? 0 : -1;
  day?.focus({ preventScroll: true });
}

function habitsByGroup() {
  const groups = new Map();
  for (const habitId of store.habitIds) {
    const habit = store.habits.get(habitId);
    if (habit) groups.set(habit.group ?? '', [...(groups.get(habit.group ?? '') ?? []), habit]);
  }
  return [...groups];
}

function draw() {
  const main = byId('habits');
  main.removeAttribute('aria-busy');
  byId('top').hidden = false;
  byId('title').textContent = t('title');
  drawNavigation();
  if (store.habitIds.length === 0) {
    main.replaceChildren(
      element('div', { class: 'message' }, element('h2', {}, t('empty')), element('p', {}, t('empty-how'))),
    );
    return;
  }
  const groups = habitsByGroup();
  const sections = groups.map(([group, habits]) => {
    const name = group || (groups.length > 1 ? t('other') : '');
    return element(
      'section',
      { 'aria-label': name || t('title') },
      name ? element('h2', { class: 'group', dir: 'auto' }, name) : undefined,
      isReordering
        ? reorderList(habits, name || t('title'), (ids) => saveOrder(group, ids))
        : element(
            'div',
            { class: 'cards' },
            habits.map((habit) => habitCard(habit, ports)),
          ),
    );
  });
  const how = isReordering ? element('p', { class: 'how', id: 'move-how' }, t('move-how')) : undefined;
  main.replaceChildren(...[how, ...sections].filter(Boolean));
}

async function saveOrder(group, ids) {
  const others = new Map(
    habitsByGroup().map(([name, habits]) => [name, habits.map(({ habitId }) => habitId)]),
  );
  others.set(group, ids);
  const reply = await reorder([...others.values()].flat(), waiting);
  if (isUsable(reply) && reply.status !== 200) draw();
}

function drawNavigation() {
  const isMonth = store.mode === 'month' && !isReordering;
  const isLast = store.month === monthOf(store.today);
  const isFirst = store.month <= `${firstYear()}-01`;
  const focused = document.activeElement?.id;
  byId('navigation').replaceChildren(
    ...[
      isMonth && iconButton('earlier', BACK, () => showMonth(-1), isFirst),
      element('strong', { class: 'when', 'aria-live': 'polite' }, heading(isMonth)),
      isMonth && iconButton('later', FORTH, () => showMonth(1), isLast),
      element('span', { class: 'gap' }),
      !isReordering &&
        element('div', { class: 'modes', role: 'group' }, modeButton('month'), modeButton('year')),
      store.habitIds.length > 1 && orderButton(),
    ].filter(Boolean),
  );
  if (focused) byId(focused)?.focus();
}

function heading(isMonth) {
  if (isReordering) return t('reorder');
  return isMonth ? dates().shortMonth(store.month, yearOf(store.today)) : t('year');
}

function iconButton(key, path, onclick, isDisabled) {
  const properties = { type: 'button', id: `to-${key}`, class: 'round', 'aria-label': t(key), title: t(key) };
  // A disabled button would lose the focus of the one who has just pressed it.
  return element(
    'button',
    {
      ...properties,
      'aria-disabled': isDisabled ? 'true' : undefined,
      onclick: () => !isDisabled && onclick(),
    },
    icon(path),
  );
}

function modeButton(mode) {
  return element(
    'button',
    {
      type: 'button',
      id: `mode-${mode}`,
      'aria-pressed': String(store.mode === mode),
      onclick: () => {
        store.mode = mode;
        draw();
      },
    },
    t(mode === 'month' ? 'month' : 'year-short'),
  );
}

function orderButton() {
  const button = iconButton('reorder', isReordering ? CHECK : ARROWS, () => {
    isReordering = !isReordering;
    draw();
  });
  button.setAttribute('aria-pressed', String(isReordering));
  return button;
}

async function showMonth(by) {
  const month = monthsAfter(store.month, by);
  if (month > monthOf(store.today) || yearOf(month) < firstYear()) return;
  store.month = month;
  draw();
  if (hasYear(yearOf(month))) return;
  const reply = await load(waiting, [yearOf(month)]);
  if (isUsable(reply)) draw();
}

function swipes() {
  let from;
  const main = byId('habits');
  main.addEventListener(
    'touchstart',
    ({ touches }) => {
      from = touches.length === 1 && !isReordering ? touches[0] : undefined;
    },
    { passive: true },
  );
  main.addEventListener('touchend', ({ changedTouches: [to] }) => {
    if (!from || store.mode !== 'month') return;
    const [x, y] = [to.clientX - from.clientX, to.clientY - from.clientY];
    if (Math.abs(x) > SWIPE_PX && Math.abs(x) > 2 * Math.abs(y)) void showMonth(x > 0 ? -1 : 1);
  });
}

async function refresh() {
  const reply = await load(waiting);
  if (!isUsable(reply) || !reply.body.view) return;
  await speakIn(store.locale);
  if (!isReordering && !document.querySelector('dialog')) draw();
}

async function begin() {
  connect();
  await speakIn(languageGiven().startsWith('ru') ? 'ru' : 'en');
  if (initData === '') return giveUp(t('outside'));
  byId('habits').replaceChildren(element('p', { class: 'message' }, t('loading')));
  await refresh();
  swipes();
  // The chat may have changed something meanwhile, and a new day may have begun.
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && refresh());
  addEventListener('beforeunload', (event) => isSaving() && event.preventDefault());
}

void begin();
