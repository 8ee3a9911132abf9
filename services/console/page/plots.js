import { byId, drawing, element } from './elements.js';
import { duration, number, timeOfDay } from './words.js';

const HEIGHT = 190;
const LEFT = 52;
const RIGHT = 8;
const TOP = 8;
const BOTTOM = 22;
/** Drawn as wide as its place, so that letters are as big on a phone. */
const widthOf = (id) => Math.min(720, Math.max(280, byId(id).clientWidth));
const SPAN_MS = 15 * 60_000;
const MARKS_MS = [100, 1_000, 10_000, 60_000, 600_000, 3_600_000, 36_000_000];

/** Lateness by logarithm: a second and an hour are both seen. */
export function latenessPlot({ figures, deliveries }) {
  const frame = { nowMs: figures.nowMs, width: widthOf('lateness') };
  const known = deliveries.filter(({ p99Ms }) => p99Ms !== undefined);
  const worstMs = Math.max(60_000, ...known.map(({ p99Ms }) => p99Ms));
  const top = MARKS_MS.find((mark) => mark >= worstMs) ?? worstMs;
  const y = (ms) => scaled(Math.log(Math.max(ms, 100) / 100) / Math.log(top / 100));
  const marks = MARKS_MS.filter((mark) => mark <= top).map((mark) => [
    y(mark),
    duration(mark).replace('.0', ''),
  ]);
  const points = (key) => known.map((point) => [point.atMs, y(point[key])]);
  const last = known.at(-1);
  const summary = last
    ? `Half of the last reminders came within ${duration(last.p50Ms)}, 99 of 100 within ${duration(last.p99Ms)}.`
    : 'No reminder was delivered in the last 15 minutes.';
  return plotted(frame, marks, summary, [
    curve(frame, points('p99Ms'), 'second'),
    curve(frame, points('p50Ms'), 'first'),
    legend([
      ['is-first', 'half within'],
      ['is-second', '99 of 100 within'],
    ]),
  ]);
}

/** What was booked against the budget, and what of it were reminders and broadcasts. */
export function sendsPlot({ figures, deliveries, used }) {
  const frame = { nowMs: figures.nowMs, width: widthOf('sends') };
  const { whole, bulk } = figures.budget.rates;
  const perSecond = deliveries.map(({ atMs, delivered }) => [atMs, delivered / 5]);
  const most =
    Math.max(whole, 1, ...perSecond.map(([, n]) => n), ...used.map((point) => point.perSecond)) * 1.1;
  const y = (n) => scaled(n / most);
  const marks = [0, whole / 2, whole]
    .filter((n, i, all) => all.indexOf(n) === i)
    .map((n) => [y(n), number(n)]);
  const at = ([atMs, n]) => [atMs, y(n)];
  const now = used.at(-1)?.perSecond ?? 0;
  return plotted(
    frame,
    marks,
    `${number(now)} of ${number(whole)} messages a second are used; bulk may have ${number(bulk)}.`,
    [
      whole > 0 && level(frame, y(whole)),
      area(frame, perSecond.map(at)),
      curve(
        frame,
        used.map((point) => [point.atMs, y(point.perSecond)]),
        'second',
      ),
      legend([
        ['is-first', 'reminders and broadcasts delivered'],
        ['is-second', 'all messages, the most of 5 s'],
        ['is-limit', 'budget'],
      ]),
    ],
  );
}

const scaled = (part) => HEIGHT - BOTTOM - part * (HEIGHT - TOP - BOTTOM);
const x = ({ nowMs, width }, atMs) => width - RIGHT - ((nowMs - atMs) / SPAN_MS) * (width - LEFT - RIGHT);

function plotted(frame, marks, summary, parts) {
  const { nowMs, width } = frame;
  const shapes = parts.filter((part) => part && part.tagName !== 'UL');
  const picture = drawing(
    'svg',
    { viewBox: `0 0 ${width} ${HEIGHT}`, role: 'img', 'aria-label': summary },
    ...marks.map(([y, text]) => [
      drawing('line', { class: 'grid-line', x1: LEFT, x2: width - RIGHT, y1: y, y2: y }),
      drawing('text', { x: LEFT - 8, y: y + 4, 'text-anchor': 'end' }, text),
    ]),
    ...[15, 10, 5, 0].map((minutes) => {
      const atMs = nowMs - minutes * 60_000;
      const anchor = minutes === 0 ? 'end' : minutes === 15 ? 'start' : 'middle';
      const text = timeOfDay(atMs).slice(0, 5);
      return drawing('text', { x: x(frame, atMs), y: HEIGHT - 6, 'text-anchor': anchor }, text);
    }),
    ...shapes,
  );
  return [picture, parts.find((part) => part?.tagName === 'UL')];
}

/** Broken where nothing is known for more than a minute. */
function curve(frame, points, kind) {
  let beforeMs = Number.NEGATIVE_INFINITY;
  const path = points.map(([atMs, y]) => {
    const step = `${atMs - beforeMs > 60_000 ? 'M' : 'L'}${x(frame, atMs).toFixed(1)} ${y.toFixed(1)}`;
    beforeMs = atMs;
    return step;
  });
  // A single point is a line of no length, which a round end makes a dot.
  return drawing('path', {
    class: `curve ${kind}`,
    d: `${path.join('')}${path.length === 1 ? 'h.1' : ''}`,
    'stroke-linecap': 'round',
  });
}

function area(frame, points) {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return false;
  const line = points
    .map(([atMs, y]) => `L${Math.max(LEFT, x(frame, atMs)).toFixed(1)} ${y.toFixed(1)}`)
    .join('');
  const ground = scaled(0);
  return drawing('path', {
    class: 'area',
    d: `M${Math.max(LEFT, x(frame, first[0]))} ${ground}${line}L${x(frame, last[0])} ${ground}Z`,
  });
}

const level = ({ width }, y) =>
  drawing('line', { class: 'limit-line', x1: LEFT, x2: width - RIGHT, y1: y, y2: y });

const legend = (entries) =>
  element('ul', { class: 'legend' }, ...entries.map(([kind, text]) => element('li', { class: kind }, text)));
