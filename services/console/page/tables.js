import { element } from './elements.js';
import { duration, number } from './words.js';

/** @param ask opens the dialog of an action; absent without a login. */
export function tiersTable({ figures }, ask) {
  return table(
    ['Tier', 'Waiting', 'In hand', 'Oldest', 'State', ask ? 'Action' : undefined],
    figures.tiers.map((tier) => [
      tier.name.replace('sender-', ''),
      number(tier.waiting),
      `${number(tier.inHand)} of ${number(tier.mayBeInHand)}`,
      age(tier),
      state(tier),
      ask?.(tier),
    ]),
  );
}

export function projectionsTable({ figures }) {
  return table(
    ['Projection', 'Behind', 'For'],
    figures.projections.map((each) => [
      each.name.replace('projection-', ''),
      number(each.waiting + each.inHand),
      age(each),
    ]),
  );
}

export function deadTable({ figures }, redrive) {
  if (figures.dead.length === 0) return [element('p', { class: 'quiet' }, 'None.')];
  return table(
    ['Given up by', 'Letters', redrive ? 'Action' : undefined],
    figures.dead.map(({ consumer, letters, mayBeRedriven }) => [
      consumer,
      number(letters),
      mayBeRedriven ? redrive?.(consumer) : element('span', { class: 'quiet' }, 'rebuild, then drop'),
    ]),
  );
}

export function othersTable({ figures }) {
  return table(
    ['Consumer', 'Stream', 'Waiting', 'In hand', 'State'],
    figures.others.map((each) => [
      each.name,
      each.stream,
      number(each.waiting),
      number(each.inHand),
      state(each),
    ]),
  );
}

const age = ({ oldestMs, waiting, inHand }) => (waiting + inHand === 0 ? '–' : duration(oldestMs));

function state({ pausedUntil, stillMs, waiting }) {
  if (pausedUntil !== undefined) return tag('late', `paused until ${pausedUntil.slice(11, 16)}`);
  if (waiting > 0 && stillMs > 60_000) return tag('stuck', `still for ${duration(stillMs)}`);
  return waiting > 0 ? tag('note', 'moving') : tag('good', 'empty');
}

const tag = (kind, text) => element('span', { class: `tag ${kind}` }, text);

/** A heading that is undefined leaves its column out. */
function table(headings, rows) {
  const shown = headings.map((heading) => heading !== undefined);
  const of = (cells) => cells.filter((_, i) => shown[i]);
  return [
    element(
      'table',
      {},
      element(
        'thead',
        {},
        element('tr', {}, ...of(headings).map((each) => element('th', { scope: 'col' }, each))),
      ),
      element(
        'tbody',
        {},
        ...rows.map((row) =>
          element(
            'tr',
            {},
            ...of(row).map((cell, i) =>
              i === 0 ? element('th', { scope: 'row' }, cell) : element('td', {}, cell ?? ''),
            ),
          ),
        ),
      ),
    ),
  ];
}
