import { createCommandList } from './commands.js';
import { byId, element, iconButton } from './dom.js';

const CLIP =
  'M20 11.5l-8.2 8.2a5 5 0 0 1-7.1-7.1l8.9-8.9a3.4 3.4 0 0 1 4.8 4.8l-8.9 8.9a1.7 1.7 0 0 1-2.4-2.4l8.2-8.2';
const SEND = 'M4 12l16-8-5 16-3.5-6.5z';
const KEYS = 'M3 6h18v12H3zM7 10h.01M12 10h.01M17 10h.01M8 14h8';
const CROSS = 'M6 6l12 12M18 6L6 18';

/**
 * Everything below the messages: the input, the commands, the reply keyboard, START and UNBLOCK. `ports`:
 * `say(text, replyTo)`, `shareLocation()`, `sendFile(file)`, `start()`, `unblock()`, `flash(text)`.
 */
export function createComposer(ports) {
  const footer = byId('composer');
  const input = element('textarea', {
    id: 'message-input',
    rows: 1,
    dir: 'auto',
    placeholder: 'Message',
    maxlength: 4096,
    'aria-label': 'Message',
    autocomplete: 'off',
    role: 'combobox',
    'aria-controls': 'commands',
    'aria-expanded': 'false',
  });
  const commands = createCommandList(input, (text) => ports.say(text));
  const file = element('input', { type: 'file', hidden: true, 'aria-label': 'File', onchange: sendFile });
  const menuButton = element('button', {
    type: 'button',
    class: 'menu-button',
    onclick: () => (opensPage ? ports.openPage() : openCommands()),
  });
  const attachMenu = element(
    'div',
    { class: 'menu up', role: 'menu', hidden: true },
    menuItem('Location', ports.shareLocation),
    menuItem('File or photo', () => file.click()),
  );
  const attach = iconButton('Attach', CLIP, () => {
    attachMenu.hidden = !attachMenu.hidden;
  });
  const keysToggle = iconButton('Keyboard of the bot', KEYS, () => showKeys(keys.hidden));
  const send = iconButton('Send', SEND, submit);
  send.classList.add('send');
  const replyBar = element('div', { class: 'reply-bar', hidden: true });
  const keys = element('div', {
    class: 'reply-keyboard',
    role: 'group',
    'aria-label': 'Keyboard of the bot',
    hidden: true,
  });
  const row = element(
    'div',
    { class: 'composer-row', hidden: true },
    menuButton,
    element('div', { class: 'menu-anchor' }, attach, attachMenu),
    input,
    keysToggle,
    send,
    file,
  );
  const big = element('button', { type: 'button', class: 'big-button', hidden: true });
  footer.replaceChildren(commands.node, replyBar, row, keys, big);

  let replyTo;
  let keyboardId;
  let opensPage = false;
  let keyboard;

  function menuItem(label, run) {
    return element(
      'button',
      {
        type: 'button',
        role: 'menuitem',
        onclick: () => {
          attachMenu.hidden = true;
          run();
        },
      },
      label,
    );
  }

  function submit() {
    const text = input.value.trim();
    if (text === '') return;
    input.value = '';
    resize();
    ports.say(text, replyTo?.message_id);
    setReply(undefined);
    input.focus();
  }

  async function sendFile() {
    const [chosen] = file.files;
    file.value = '';
    if (chosen) await ports.sendFile(chosen);
  }

  function openCommands() {
    if (commands.count() === 0) ports.flash('The bot has no commands yet');
    commands.toggleAll();
    input.focus();
  }

  function resize() {
    input.style.height = 'auto';
    // As long as the row is hidden, there is nothing to measure.
    if (input.scrollHeight > 0) input.style.height = `${Math.min(input.scrollHeight, 160)}px`;
    send.disabled = input.value.trim() === '';
  }

  function showKeys(isShown) {
    keys.hidden = !isShown || keys.childElementCount === 0;
    keysToggle.setAttribute('aria-expanded', String(!keys.hidden));
  }

  function setReply(message) {
    replyTo = message;
    replyBar.hidden = !message;
    fitPlaceholder();
    replyBar.replaceChildren(
      ...(message
        ? [
            element(
              'span',
              { class: 'quote' },
              element('strong', {}, 'Reply'),
              element('span', { dir: 'auto' }, message.text ?? message.caption ?? 'Attachment'),
            ),
            iconButton('Do not reply', CROSS, () => setReply(undefined)),
          ]
        : []),
    );
  }

  function reply(message) {
    setReply(message);
    input.focus();
  }

  function fitPlaceholder() {
    const markup = replyTo?.reply_markup ?? keyboard;
    input.placeholder = markup?.input_field_placeholder || 'Message';
  }

  function pressKey(key, message) {
    if (message.reply_markup.one_time_keyboard) showKeys(false);
    if (key.request_location) return ports.shareLocation();
    if (key.request_contact) return ports.flash('Sharing a contact is not simulated');
    ports.say(key.text);
  }

  function setKeyboard(message) {
    const markup = message?.reply_markup;
    keyboard = markup;
    keysToggle.hidden = !markup;
    if (message?.message_id === keyboardId) return;
    keyboardId = message?.message_id;
    keys.replaceChildren(
      ...(markup?.keyboard ?? []).map((keyRow) =>
        element(
          'div',
          { class: 'row' },
          keyRow.map((key) =>
            element(
              'button',
              { type: 'button', class: 'key', dir: 'auto', onclick: () => pressKey(key, message) },
              key.text,
            ),
          ),
        ),
      ),
    );
    showKeys(true);
  }

  input.addEventListener('input', () => {
    resize();
    commands.typed(input.value);
  });
  input.addEventListener('keydown', (event) => {
    if (event.isComposing) return;
    if (commands.key(event)) {
      if (!commands.isOpen() && event.key !== 'Escape') input.value = '';
      resize();
      return;
    }
    if (event.key === 'Escape' && replyTo) setReply(undefined);
    if (event.key !== 'Enter' || event.shiftKey) return;
    event.preventDefault();
    submit();
  });
  document.addEventListener('click', (event) => {
    if (!attach.contains(event.target)) attachMenu.hidden = true;
    if (!footer.contains(event.target)) commands.close();
  });
  resize();

  return {
    /** Whatever is written next answers this message. */
    reply,
    /** Fits everything to the chat as it is now. */
    fit(person, messages, { commands: commandList, menuButton: button }) {
      commands.set(commandList);
      opensPage = button.type === 'web_app';
      menuButton.hidden = !opensPage && commandList.length === 0;
      menuButton.textContent = opensPage ? button.text : 'Menu';
      menuButton.setAttribute('aria-label', opensPage ? 'Page of the bot' : 'Commands of the bot');
      const state = person.deactivated
        ? 'gone'
        : person.blocked
          ? 'blocked'
          : person.started
            ? 'open'
            : 'new';
      row.hidden = state !== 'open';
      big.hidden = state === 'open';
      big.disabled = state === 'gone';
      big.textContent = { gone: 'This account is deleted', blocked: 'Unblock', new: 'Start', open: '' }[
        state
      ];
      big.onclick = state === 'blocked' ? ports.unblock : ports.start;
      setKeyboard(state === 'open' ? keyboardMessage(messages) : undefined);
      if (state !== 'open') setReply(undefined);
      fitPlaceholder();
    },
    /** A message that asks for a reply opens the reply bar, as a Telegram client does. */
    arrived(message) {
      if (message.from.is_bot && message.reply_markup?.force_reply) reply(message);
    },
    clear() {
      setReply(undefined);
      input.value = '';
      resize();
      commands.close();
    },
  };
}

/** The bot's message whose keyboard is in force: the newest that set one, unless a later one removed it. */
function keyboardMessage(messages) {
  const last = messages.findLast(
    ({ from, reply_markup }) => from.is_bot && (reply_markup?.keyboard || reply_markup?.remove_keyboard),
  );
  return last?.reply_markup.keyboard ? last : undefined;
}
