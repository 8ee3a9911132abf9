import { act, confirmed, post } from './actions.js';
import { byId, element } from './elements.js';
import { pipeline } from './pipeline.js';
import { latenessPlot, sendsPlot } from './plots.js';
import { deadTable, othersTable, projectionsTable, tiersTable } from './tables.js';
import { timeOfDay } from './words.js';

const EVERY_MS = 1_000;
/** A view that is older says nothing about now. */
const STALE_MS = 15_000;

const VERDICTS = { stuck: 'Stuck', late: 'Late', note: 'On time', none: 'On time' };

/** When the last view came, by this browser's clock, and of when it was. */
let seen = { nowMs: 0, atMs: 0 };

async function look() {
  await refresh();
  setTimeout(look, document.hidden ? 5 * EVERY_MS : EVERY_MS);
}

async function refresh() {
  try {
    const response = await fetch('/api/view', { signal: AbortSignal.timeout(5_000) });
    if (!response.ok) throw new Error(String(response.status));
    show(await response.json());
  } catch {
    trouble('The console does not answer.');
  }
}

/** What was done is seen at once. */
async function seenAtOnce(done) {
  const isDone = await done;
  if (isDone) await refresh();
  return isDone;
}

function show({ view, trouble: why, mayLogIn, isIn }) {
  session(mayLogIn, isIn);
  if (!view) return trouble(why);
  if (view.figures.nowMs !== seen.nowMs) seen = { nowMs: view.figures.nowMs, atMs: Date.now() };
  const isStale = why !== undefined || Date.now() - seen.atMs > STALE_MS;
  trouble(
    isStale ? `${why ?? 'Nothing new is seen'}. What is below is of ${timeOfDay(seen.nowMs)} UTC.` : '',
  );
  if (!isStale) verdict(view.findings[0]?.level ?? 'none');
  byId('clock').textContent = `${timeOfDay(view.figures.nowMs)} UTC`;
  replace(
    'findings',
    view.findings.map(({ level, place, text }) =>
      element(
        'li',
        { class: level },
        text,
        isIn && place === 'telegram' && [' ', endOfPause(view.figures.budget)],
      ),
    ),
  );
  replace('pipeline', pipeline(view));
  replace('lateness', latenessPlot(view));
  replace('sends', sendsPlot(view));
  replace('rate', rate(view, isIn));
  replace('tiers', tiersTable(view, isIn ? tierButton : undefined));
  replace('projections', projectionsTable(view));
  replace('dead', deadTable(view, isIn ? redriveButton : undefined));
  replace('others', othersTable(view));
}

const drawn = new Map();

/** Only what has changed is drawn again, so that a button keeps its focus. */
function replace(id, nodes) {
  const html = nodes.map((node) => node?.outerHTML ?? '').join('');
  if (drawn.get(id) === html) return;
  drawn.set(id, html);
  const label =
    byId(id).contains(document.activeElement) && document.activeElement.getAttribute('aria-label');
  byId(id).replaceChildren(...nodes.filter(Boolean));
  if (label)
    [...byId(id).querySelectorAll('button')]
      .find((each) => each.getAttribute('aria-label') === label)
      ?.focus();
}

function verdict(level) {
  const node = byId('verdict');
  const text = VERDICTS[level];
  if (node.textContent !== text) node.textContent = text;
  node.className = `verdict ${level === 'stuck' || level === 'late' ? level : 'good'}`;
  document.title = `${text} · Habitstream console`;
}

function trouble(text) {
  byId('trouble').textContent = text;
  byId('trouble').hidden = text === '';
  if (text === '') return;
  byId('verdict').textContent = 'Unknown';
  byId('verdict').className = 'verdict stuck';
  document.title = 'Unknown · Habitstream console';
}

function session(mayLogIn, isIn) {
  const node = byId('session');
  node.hidden = !mayLogIn;
  node.textContent = isIn ? 'Log out' : 'Log in to act';
  node.onclick = isIn ? () => seenAtOnce(post('/api/logout', {})) : logIn;
}

function logIn() {
  const input = element('input', {
    type: 'password',
    name: 'password',
    autocomplete: 'current-password',
    required: true,
  });
  confirmed({
    title: 'Log in',
    fields: [{ label: 'Password', input }],
    yes: 'Log in',
    run: ({ password }) => seenAtOnce(post('/api/login', { password })),
  });
}

function tierButton({ name, pausedUntil }) {
  if (pausedUntil !== undefined)
    return button('Go on', name, () => seenAtOnce(act({ kind: 'go-on', consumer: name })));
  const input = element('input', {
    type: 'number',
    name: 'minutes',
    value: 15,
    min: 1,
    max: 1440,
    required: true,
  });
  return button('Pause …', name, () =>
    confirmed({
      title: `Pause ${name}`,
      text: 'Its reminders wait; those that expire meanwhile are not sent. It goes on by itself.',
      fields: [{ label: 'Minutes', input }],
      yes: 'Pause',
      run: ({ minutes }) => seenAtOnce(act({ kind: 'pause', consumer: name, minutes: Number(minutes) })),
    }),
  );
}

/** By what the fleet sends, where that was set live; and how it is changed. */
function rate({ figures }, isIn) {
  const { live, rates } = figures.budget;
  const text =
    live && element('span', { class: 'quiet' }, `set live to ${live.whole}, ${live.bulk} of it bulk`);
  if (!isIn) return [text];
  const field = (name, value) =>
    element('input', { type: 'number', name, value: value || '', min: 1, max: 30, required: true });
  const { whole, bulk } = live ?? rates;
  const set = button('Change …', 'rate', () =>
    confirmed({
      title: 'Messages a second',
      text: 'For all processes together, until it is given back to their settings.',
      fields: [
        { label: 'All messages, at most 30', input: field('whole', whole) },
        { label: 'Of these, reminders and broadcasts', input: field('bulk', bulk) },
      ],
      yes: 'Set',
      run: (given) =>
        seenAtOnce(act({ kind: 'set-rate', whole: Number(given.whole), bulk: Number(given.bulk) })),
    }),
  );
  const back =
    live && button('Back to the settings', 'rate', () => seenAtOnce(act({ kind: 'give-rate-back' })));
  return [text, set, back];
}

function redriveButton(consumer) {
  return button('Try again …', consumer, () =>
    confirmed({
      title: `Dead letters of ${consumer}`,
      text: 'Each is given back to the consumer that gave it up. One that fails again is dead-lettered again.',
      yes: 'Try again',
      run: () => seenAtOnce(act({ kind: 'redrive', consumer })),
    }),
  );
}

/** Beside the finding that says so. */
function endOfPause({ heldChats }) {
  return button('End it …', 'pause of Telegram', () =>
    confirmed({
      title: 'End the pause',
      text: `Telegram may answer with a longer one. ${heldChats} chats are held alone, and are let go too.`,
      yes: 'End it',
      run: () => seenAtOnce(act({ kind: 'end-telegram-pause' })),
    }),
  );
}

const button = (text, what, onclick) =>
  element('button', { type: 'button', 'aria-label': `${text.replace(' …', '')}: ${what}`, onclick }, text);

look();
