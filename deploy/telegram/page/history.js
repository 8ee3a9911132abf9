import { byId, element } from './dom.js';
import { messageNode, pendingNode } from './message.js';

const DAY = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'long' });

/**
 * The list of messages. Only what changed is drawn again, so that a reader, their focus and a text they have
 * selected stay where they are.
 */
export function createHistory(ports) {
  const scroller = byId('history');
  // Reachable by keyboard, to be scrolled with the arrow keys.
  scroller.tabIndex = 0;
  const list = byId('messages');
  const toEnd = byId('to-end');
  let messages = new Map();

  const fullPorts = { ...ports, messageById: (id) => messages.get(id) };

  function isAtEnd() {
    return scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 60;
  }

  function scrollToEnd(behavior = 'auto') {
    scroller.scrollTo({ top: scroller.scrollHeight, behavior });
  }

  function nodeOf(messageId) {
    return list.querySelector(`[data-message-id="${messageId}"]`);
  }

  function draw(message, entering) {
    const node = messageNode(message, fullPorts);
    if (entering) node.classList.add('entering');
    const old = nodeOf(message.message_id);
    if (!old) {
      addDay(message);
      list.insertBefore(node, list.querySelector('.pending'));
      return;
    }
    const focused = old.contains(document.activeElement) ? buttonIndex(old) : -1;
    old.replaceWith(node);
    if (focused >= 0) (node.querySelectorAll('button')[focused] ?? scroller).focus({ preventScroll: true });
  }

  function addDay({ date }) {
    const day = DAY.format(new Date(date * 1000));
    if (list.dataset.day === day) return;
    list.dataset.day = day;
    const label = day === DAY.format(new Date()) ? 'Today' : day;
    const node = element('div', { class: 'day' }, element('span', {}, label));
    list.insertBefore(node, list.querySelector('.pending'));
  }

  toEnd.addEventListener('click', () => scrollToEnd('smooth'));
  // Photos, the reply bar and keyboards change heights after the fact. Only a reader who scrolled up stays there.
  let stick = true;
  let lastTop = 0;
  scroller.addEventListener('scroll', () => {
    toEnd.hidden = isAtEnd();
    if (isAtEnd()) stick = true;
    else if (scroller.scrollTop < lastTop - 1) stick = false;
    lastTop = scroller.scrollTop;
  });
  new ResizeObserver(() => stick && scrollToEnd()).observe(list);
  new ResizeObserver(() => stick && scrollToEnd()).observe(scroller);

  return {
    /** Shows a whole chat; one without messages introduces the bot. */
    show(all, bot) {
      messages = new Map(all.map((message) => [message.message_id, message]));
      delete list.dataset.day;
      list.replaceChildren(...(all.length === 0 ? [emptyChat(bot)] : []));
      for (const message of all) draw(message, false);
      stick = true;
      scrollToEnd();
    },
    upsert(message) {
      const isNew = !messages.has(message.message_id);
      if (messages.size === 0) list.replaceChildren();
      messages.set(message.message_id, message);
      draw(message, isNew);
      if (isNew && !message.from.is_bot) stick = true;
      if (stick) scrollToEnd();
    },
    remove(messageId) {
      messages.delete(messageId);
      nodeOf(messageId)?.remove();
    },
    redraw(messageId) {
      const message = messages.get(messageId);
      if (message) draw(message, false);
    },
    /** What the person wrote and nobody got yet, under all messages. */
    showPending(texts) {
      const shown = list.querySelectorAll('.pending');
      if (texts.length > shown.length) stick = true;
      for (const node of shown) node.remove();
      list.append(...texts.map(pendingNode));
      if (stick) scrollToEnd();
    },
    messages: () => [...messages.values()],
  };
}

function buttonIndex(node) {
  return [...node.querySelectorAll('button')].indexOf(document.activeElement);
}

function emptyChat({ name, description, shortDescription }) {
  return element(
    'div',
    { class: 'empty' },
    element('strong', {}, description ? 'What can this bot do?' : name),
    element(
      'p',
      { dir: 'auto' },
      description || shortDescription || 'Press Start to begin the conversation.',
    ),
  );
}
