import { element, icon, iconButton } from './dom.js';
import { formattedText, safeAddress } from './entities.js';

const CLOCK = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const PIN =
  'M12 21s7-6.4 7-11.5A7 7 0 0 0 5 9.5C5 14.6 12 21 12 21zM12 12a2.4 2.4 0 1 0 0-4.8 2.4 2.4 0 0 0 0 4.8z';
/** Links to an invoice open Telegram's own dialog. */
const INVOICE = 'https://t.me/$';
const REPLY = 'M10 5L3 11l7 6v-4c5 0 8 1.5 11 5-1-6-4-10-11-10z';
const FILE = 'M7 3h7l5 5v13H7zM14 3v5h5';

/**
 * One message as a bubble with its inline buttons. `ports` are what can be done with it: `tap(message, button)`,
 * `reply(message)`, `pay(link)`, `isBusy(message, button)`, `sendCommand(text)`, `messageById(id)`, `flash(text)`.
 */
export function messageNode(message, ports) {
  const own = !message.from.is_bot;
  const bubble = element(
    'div',
    { class: 'bubble' },
    quote(message, ports),
    media(message),
    body(message, ports),
    element(
      'span',
      { class: 'meta' },
      message.edit_date ? 'edited ' : '',
      element('time', {}, clock(message.date)),
    ),
  );
  const keyboard = inlineKeyboard(message, ports);
  return element(
    'article',
    {
      class: `message ${own ? 'own' : 'bot'}${keyboard ? ' with-buttons' : ''}`,
      'data-message-id': message.message_id,
      'aria-label': `${message.from.first_name}, ${clock(message.date)}`,
    },
    bubble,
    keyboard,
    replyButton(message, ports),
  );
}

function replyButton(message, { reply }) {
  const button = iconButton('Reply', REPLY, () => reply(message));
  button.classList.add('reply-button');
  return button;
}

/** A text that is not sent yet. */
export function pendingNode(text) {
  return element(
    'article',
    { class: 'message own pending', 'aria-label': 'Not sent yet' },
    element(
      'div',
      { class: 'bubble' },
      element('div', { class: 'text', dir: 'auto' }, text),
      element('span', { class: 'meta' }, 'not sent yet'),
    ),
  );
}

/** What the chat list shows of a message. */
export function preview(message) {
  if (!message) return 'No messages yet';
  const attachment = message.photo
    ? '🖼 Photo '
    : message.document
      ? '📎 File '
      : message.location
        ? '📍 Location'
        : payment(message);
  return `${message.from.is_bot ? '' : 'You: '}${attachment}${message.text ?? message.caption ?? ''}`.slice(
    0,
    120,
  );
}

export function clock(seconds) {
  return CLOCK.format(new Date(seconds * 1000));
}

function body(message, { sendCommand }) {
  const text = message.text ?? message.caption ?? (payment(message) || undefined);
  if (text === undefined) return undefined;
  const entities = message.entities ?? message.caption_entities;
  return element('div', { class: 'text', dir: 'auto' }, formattedText(text, entities, sendCommand));
}

/** Telegram's own words about Stars that were paid or given back. */
function payment({ successful_payment: paid, refunded_payment: refunded }) {
  if (paid) return `⭐ Paid ${paid.total_amount} Stars`;
  return refunded ? `⭐ ${refunded.total_amount} Stars were given back` : '';
}

function quote(message, { messageById }) {
  const quoted = messageById(message.reply_to_message_id);
  if (!quoted) return undefined;
  return element(
    'div',
    { class: 'quote' },
    element('strong', { dir: 'auto' }, quoted.from.first_name),
    element('span', { dir: 'auto' }, quoted.text ?? quoted.caption ?? 'Attachment'),
  );
}

function media({ photo, document, location }) {
  const size = photo?.at(-1);
  if (size) {
    const { file_id, width, height } = size;
    return element('img', {
      class: 'photo',
      src: `/media/${file_id}`,
      width,
      height,
      alt: 'Photo',
      loading: 'lazy',
    });
  }
  if (document) {
    return element(
      'a',
      { class: 'document', href: `/media/${document.file_id}`, download: document.file_name ?? 'file' },
      element('span', { class: 'document-icon' }, icon(FILE)),
      element('span', {}, element('strong', {}, document.file_name ?? 'file'), bytes(document.file_size)),
    );
  }
  if (!location) return undefined;
  const { latitude, longitude } = location;
  return element(
    'div',
    { class: 'place' },
    element('span', { class: 'place-map' }, icon(PIN)),
    element('span', {}, element('strong', {}, 'Location'), `${latitude.toFixed(4)}, ${longitude.toFixed(4)}`),
  );
}

function bytes(count) {
  return count < 1024
    ? `${count} B`
    : count < 1048576
      ? `${(count / 1024).toFixed(1)} KB`
      : `${(count / 1048576).toFixed(1)} MB`;
}

function inlineKeyboard(message, ports) {
  const rows = message.reply_markup?.inline_keyboard;
  if (!rows) return undefined;
  return element(
    'div',
    { class: 'inline-keyboard', role: 'group', 'aria-label': 'Buttons of this message' },
    rows.map((row) =>
      element(
        'div',
        { class: 'row' },
        row.map((button) => inlineButton(message, button, ports)),
      ),
    ),
  );
}

function inlineButton(message, button, { tap, pay, openWebApp, isBusy, flash }) {
  const label = element('span', { dir: 'auto' }, button.text);
  if (button.url?.startsWith(INVOICE)) {
    return element(
      'button',
      { type: 'button', class: 'inline-button', onclick: () => pay(button.url) },
      label,
    );
  }
  if (button.web_app) {
    return element(
      'button',
      { type: 'button', class: 'inline-button', onclick: () => openWebApp(message, button) },
      label,
    );
  }
  const href = button.url === undefined ? undefined : safeAddress(button.url);
  if (href) {
    return element(
      'a',
      { class: 'inline-button url', href, target: '_blank', rel: 'noopener noreferrer' },
      label,
    );
  }
  const press =
    button.callback_data === undefined
      ? () => flash('This kind of button is not simulated')
      : () => tap(message, button);
  const busy = isBusy(message, button);
  return element(
    'button',
    { type: 'button', class: 'inline-button', 'aria-busy': busy ? 'true' : undefined, onclick: press },
    label,
  );
}
