import { element } from './elements.js';
import { counted, duration, levelAt, number } from './words.js';

/** The way of an update, and the way of a reminder: parts, and what waits on each arrow between them. */
export function pipeline({ figures, findings }) {
  const { updates, replies, shards, tiers, projections, budget, tick } = figures;
  const at = (...places) => levelAt(findings, ...places) ?? '';
  const reminders = summed(tiers);
  const part = (name, level = '') => element('li', { class: `part ${level === 'note' ? '' : level}` }, name);
  const store = (name) => element('li', { class: 'part store' }, name);
  return [
    element(
      'ol',
      { class: 'flow', 'aria-label': 'What happens to an update' },
      part('Telegram', at('telegram')),
      arrow('', 'ingress'),
      store('UPDATES'),
      queueArrow(updates, 'update', at('bot')),
      part('bot', at('bot')),
      arrow(
        '',
        replies.waiting + replies.inHand > 0 ? counted(replies.waiting + replies.inHand, 'reply') : '',
      ),
      store('EVENTS'),
      queueArrow(worst(projections), 'event', at('projector')),
      part('projector', at('projector')),
      arrow('', ''),
      store('Postgres'),
    ),
    element(
      'ol',
      { class: 'flow', 'aria-label': 'What happens to a reminder' },
      part('tick', at('tick')),
      arrow(
        at('tick'),
        tick.ageMs === undefined ? 'none yet' : `${duration(tick.ageMs)} ago`,
        'newest minute',
      ),
      store('TICKS'),
      queueArrow(shards, 'tick', at('shards')),
      part('shards', at('shards')),
      arrow('', ''),
      store('REMINDERS'),
      queueArrow(reminders, 'reminder', at('sender')),
      part('sender', at('sender')),
      arrow(
        at('telegram'),
        budget.rates.whole === 0
          ? 'nothing sent yet'
          : `${number(budget.lastSecond)} of ${number(budget.rates.whole)} a second`,
        budget.pause ? 'paused by Telegram' : '',
      ),
      part('Telegram', at('telegram')),
    ),
  ];
}

function queueArrow(queue, what, level) {
  const all = queue.waiting + queue.inHand;
  if (all === 0) return arrow(level, 'nothing waits', '');
  return arrow(level, counted(all, what), queue.oldestMs >= 1000 ? `for ${duration(queue.oldestMs)}` : '');
}

function arrow(level, text, below = '') {
  return element('li', { class: `arrow ${level}` }, element('b', {}, text), element('span', {}, below));
}

const summed = (queues) => ({
  waiting: queues.reduce((sum, { waiting }) => sum + waiting, 0),
  inHand: queues.reduce((sum, { inHand }) => sum + inHand, 0),
  oldestMs: Math.max(0, ...queues.map(({ oldestMs }) => oldestMs)),
});

/** The projection that is furthest behind stands for all. */
const worst = (queues) =>
  [...queues].sort((a, b) => b.oldestMs - a.oldestMs || b.waiting + b.inHand - a.waiting - a.inHand)[0] ?? {
    waiting: 0,
    inHand: 0,
    oldestMs: 0,
  };
