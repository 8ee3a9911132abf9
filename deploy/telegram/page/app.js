import { act, call, listen } from './api.js';
import { createChatMenu } from './chat-menu.js';
import { createComposer } from './composer.js';
import { askLocation, askPerson, showAlert } from './dialogs.js';
import { byId } from './dom.js';
import { createHistory } from './history.js';
import { createOutbox } from './outbox.js';
import { createPeople } from './people.js';
import { createTraffic } from './traffic.js';
import { createWebApps } from './web-app.js';

const TYPING_MS = 5000;
const TAP_TIMEOUT_MS = 30_000;
const TOAST_MS = 3500;

/** The chat that is shown: whose it is, their commands, and the taps that wait for an answer. */
const state = {
  personId: undefined,
  person: undefined,
  commands: [],
  menuButton: {},
  bot: {},
  taps: new Map(),
};

const flash = (text) => {
  const toast = byId('toast');
  toast.textContent = text;
  toast.hidden = false;
  clearTimeout(flash.timer);
  flash.timer = setTimeout(() => {
    toast.hidden = true;
  }, TOAST_MS);
};

/** Acts as the shown person; a refusal is shown, not thrown. */
async function doAs(action) {
  try {
    return await act(state.personId, action);
  } catch (error) {
    flash(error.message);
    return undefined;
  }
}

const outbox = createOutbox({
  send: act,
  onChange: () => history.showPending(outbox.pending(state.personId)),
  onRefused: flash,
});

const say = (text, replyTo) =>
  outbox.add(state.personId, { do: 'say', text, ...(replyTo ? { replyTo } : {}) });

async function shareLocation() {
  const place = await askLocation();
  if (place) await doAs({ do: 'shareLocation', ...place });
}

async function sendFile(file) {
  const dataUrl = await new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.readAsDataURL(file);
  });
  const base64 = dataUrl.slice(dataUrl.indexOf(',') + 1);
  await doAs({ do: 'sendFile', name: file.name, mimeType: file.type || 'application/octet-stream', base64 });
}

const tapKey = (messageId, data) => `${messageId} ${data}`;

async function tap(message, button) {
  const key = tapKey(message.message_id, button.callback_data);
  if (state.taps.has(key)) return;
  state.taps.set(key, { messageId: message.message_id, queryId: undefined });
  history.redraw(message.message_id);
  const result = await doAs({ do: 'tap', messageId: message.message_id, data: button.callback_data });
  const waiting = state.taps.get(key);
  if (!result || waiting?.answered) return endTap(key);
  state.taps.set(key, { ...waiting, queryId: result.callbackQueryId });
  setTimeout(() => endTap(key), TAP_TIMEOUT_MS);
}

function endTap(key) {
  const ended = state.taps.get(key);
  if (!ended) return;
  state.taps.delete(key);
  history.redraw(ended.messageId);
}

function onAnswer({ callback_query_id, text, show_alert }) {
  for (const [key, waiting] of state.taps) {
    if (waiting.queryId === callback_query_id) endTap(key);
    // A fast bot answers before we know the id of our own query.
    else if (waiting.queryId === undefined) waiting.answered = true;
  }
  if (text && show_alert) showAlert(state.bot.name, text);
  else if (text) flash(text);
}

/** Pays with Stars that cost nothing; the bot has ten seconds to agree. */
async function pay(link) {
  try {
    const outcome = await call(`/people/${state.personId}/pay`, { link });
    flash(outcome.paid ? 'Paid with simulated Stars' : `Not paid: ${outcome.error}`);
  } catch (error) {
    flash(error.message);
  }
}

const webApps = createWebApps(flash);
const openPage = (opening) => webApps.open(state.personId, state.bot.name, opening);

const history = createHistory({
  tap,
  pay,
  flash,
  openWebApp: (message, button) => openPage({ messageId: message.message_id, button: button.text }),
  reply: (message) => composer.reply(message),
  sendCommand: (text) => say(text),
  isBusy: (message, button) => state.taps.has(tapKey(message.message_id, button.callback_data)),
});
const composer = createComposer({
  say,
  openPage,
  shareLocation,
  sendFile,
  flash,
  start: () => say('/start'),
  unblock: () => doAs({ do: 'unblock' }),
});
const people = createPeople((personId) => {
  document.body.classList.remove('show-people');
  location.hash = personId;
});
const traffic = createTraffic();
const chatMenu = createChatMenu((isBlocked) => doAs({ do: isBlocked ? 'block' : 'unblock' }));

function fit() {
  composer.fit(state.person, history.messages(), state);
  chatMenu.fit(state.person);
}

async function showChat(personId) {
  const chat = await call(`/people/${personId}/chat`);
  const bot = await call(`/bot?language=${chat.person.language_code ?? ''}`);
  const isOther = personId !== state.personId;
  Object.assign(state, {
    personId,
    person: chat.person,
    commands: chat.commands,
    menuButton: chat.menuButton,
    bot,
    taps: isOther ? new Map() : state.taps,
  });
  byId('bot-name').textContent = bot.name;
  document.title = `${bot.name} · ${chat.person.first_name}`;
  setStatus();
  if (isOther) composer.clear();
  history.show(chat.messages, bot);
  history.showPending(outbox.pending(personId));
  people.put(chat.person, true);
  people.select(personId);
  fit();
  const last = chat.messages.at(-1);
  if (isOther && last) composer.arrived(last);
}

function setStatus(activity) {
  const status = byId('bot-status');
  status.textContent = activity ?? `bot · chat of ${state.person?.first_name ?? ''}`;
  status.classList.toggle('active', activity !== undefined);
  clearTimeout(setStatus.timer);
  if (activity) setStatus.timer = setTimeout(() => setStatus(), TYPING_MS);
}

function onChange(change) {
  if (change.kind === 'person') people.put(change.person);
  if (change.kind === 'message') people.message(change.chatId, change.message);
  if (change.kind === 'bot') return void reloadCommands();
  if ((change.chatId ?? change.person?.id) !== state.personId) return;
  if (change.kind === 'person') state.person = change.person;
  if (change.kind === 'message') showMessage(change.message);
  if (change.kind === 'deleted') history.remove(change.messageId);
  if (change.kind === 'answer') onAnswer(change.answer);
  if (change.kind === 'action') setStatus(change.action === 'typing' ? 'typing…' : 'sending a file…');
  if (change.kind !== 'answer' && change.kind !== 'action') fit();
}

function showMessage(message) {
  const isNew = message.edits === 0;
  history.upsert(message);
  if (message.from.is_bot) setStatus();
  if (isNew) composer.arrived(message);
}

async function reloadCommands() {
  if (state.personId === undefined) return;
  const [{ commands, menuButton }, bot] = await Promise.all([
    call(`/people/${state.personId}/chat`),
    call(`/bot?language=${state.person?.language_code ?? ''}`),
  ]);
  Object.assign(state, { commands, menuButton, bot });
  byId('bot-name').textContent = bot.name;
  fit();
}

async function onOpen() {
  byId('offline').hidden = true;
  people.show(await call('/conversations'));
  await showWanted();
  await outbox.flush();
}

/** The chat that the address names, whether or not the list shows it; else the one before, or the first. */
async function showWanted() {
  const wanted = Number(location.hash.slice(1));
  try {
    if (wanted) return await showChat(wanted);
  } catch (error) {
    flash(error.message);
  }
  return showChat(state.personId ?? people.first());
}

byId('back').addEventListener('click', () => document.body.classList.add('show-people'));
byId('add-person').addEventListener('click', async () => {
  const given = await askPerson();
  if (!given) return;
  const { person } = await call('/people', given);
  people.put(person);
  document.body.classList.remove('show-people');
  location.hash = person.id;
});
addEventListener('hashchange', showWanted);
addEventListener('online', () => outbox.flush());
listen({
  onOpen,
  onChange,
  onTraffic: traffic.update,
  onLost: () => {
    byId('offline').hidden = false;
  },
});
