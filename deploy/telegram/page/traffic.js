import { byId, element } from './dom.js';

const SECONDS_SHOWN = 60;
const CLOCK = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 2,
  hourCycle: 'h23',
});
const SVG = 'http://www.w3.org/2000/svg';

/** The panel that shows how the bot spends its budget: sends per second against the limit, and the newest requests. */
export function createTraffic() {
  const panel = byId('traffic');
  const toggle = byId('traffic-toggle');
  const rate = element('strong', { class: 'rate' }, '0');
  const limit = element('span', {}, '/ 30 sends per second');
  const plot = document.createElementNS(SVG, 'svg');
  plot.setAttribute('viewBox', '0 0 60 30');
  plot.setAttribute('preserveAspectRatio', 'none');
  plot.setAttribute('role', 'img');
  plot.setAttribute('aria-label', 'Sends per second in the last minute');
  const figures = element('dl', { class: 'figures' });
  const rows = element('tbody');
  panel.append(
    element(
      'header',
      { class: 'bar' },
      element('h2', {}, 'Requests of the bot'),
      element('button', { type: 'button', class: 'text-button', onclick: () => show(false) }, 'Close'),
    ),
    element('div', { class: 'traffic-rate' }, rate, limit),
    plot,
    figures,
    element(
      'div',
      { class: 'traffic-log' },
      element('table', {}, element('caption', {}, 'Newest requests'), rows),
    ),
  );

  let latest = { counters: { inLastSecond: 0 }, limits: { overallPerSecond: 30 }, requests: [] };
  const history = Array.from({ length: SECONDS_SHOWN }, () => 0);

  function show(isShown) {
    panel.hidden = !isShown;
    toggle.setAttribute('aria-expanded', String(isShown));
    document.body.classList.toggle('with-traffic', isShown);
    localStorage.setItem('traffic', isShown ? 'shown' : 'hidden');
    if (isShown) draw();
  }

  function draw() {
    if (panel.hidden) return;
    const { counters, limits, requests } = latest;
    rate.textContent = counters.inLastSecond;
    rate.classList.toggle('over', counters.inLastSecond > limits.overallPerSecond);
    limit.textContent = `/ ${limits.overallPerSecond} sends per second`;
    figures.replaceChildren(
      ...figure('Requests', counters.requests ?? 0),
      ...figure('Sends and edits', counters.counted ?? 0),
      ...figure('Most in a second', counters.maxInSlidingSecond ?? 0),
      ...figure('Refused with 429', counters.byStatus?.['429'] ?? 0),
    );
    drawPlot(limits.overallPerSecond);
    rows.replaceChildren(...[...requests].reverse().map(requestRow));
  }

  function drawPlot(overall) {
    const top = Math.max(overall * 1.15, ...history);
    const y = (value) => 30 - (value / top) * 29;
    const points = history.map((value, index) => `${index + 0.5},${y(value).toFixed(2)}`).join(' ');
    plot.replaceChildren(
      shape('polygon', { class: 'area', points: `0.5,30 ${points} 59.5,30` }),
      shape('polyline', { class: 'line', points }),
      shape('line', { class: 'limit', x1: 0, x2: 60, y1: y(overall), y2: y(overall) }),
    );
  }

  toggle.addEventListener('click', () => show(panel.hidden));
  panel.addEventListener('keydown', (event) => event.key === 'Escape' && show(false));
  setInterval(() => {
    history.shift();
    history.push(latest.counters.inLastSecond);
    draw();
  }, 1000);
  show(localStorage.getItem('traffic') === 'shown');

  return {
    update(traffic) {
      latest = traffic;
      draw();
    },
  };
}

function figure(name, value) {
  return [element('div', {}, element('dt', {}, name), element('dd', {}, value))];
}

function shape(name, attributes) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  return node;
}

function requestRow({ atMs, method, chatId, status, description, counted, text }) {
  const state = status === undefined ? 'open' : status === 200 ? 'good' : 'bad';
  const outcome = status === undefined ? '…' : status === 0 ? 'cut' : status;
  return element(
    'tr',
    { class: counted ? 'counted' : undefined, title: description ?? text ?? '' },
    element('td', { class: 'when' }, CLOCK.format(new Date(atMs))),
    element(
      'td',
      {},
      element('strong', {}, method),
      element('span', { dir: 'auto' }, text ?? description ?? ''),
    ),
    element('td', { class: 'chat-id' }, chatId ?? ''),
    element('td', { class: `status ${state}` }, outcome),
  );
}
