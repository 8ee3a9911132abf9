import { element } from './dom.js';

const TAGS = {
  bold: 'strong',
  italic: 'em',
  underline: 'u',
  strikethrough: 's',
  code: 'code',
  blockquote: 'blockquote',
  expandable_blockquote: 'blockquote',
};

/**
 * A text with its entities as nodes. Entities may nest and overlap; offsets are UTF-16 units, as in strings.
 * `onCommand` is called with a bot command that was clicked.
 */
export function formattedText(text, entities = [], onCommand = () => {}) {
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return render(text, { start: 0, end: text.length }, sorted, onCommand);
}

function render(text, { start, end }, entities, onCommand) {
  const nodes = [];
  const queue = [...entities];
  let position = start;
  while (queue.length > 0) {
    const entity = queue.shift();
    const from = Math.max(entity.offset, position);
    const to = Math.min(entity.offset + entity.length, end);
    if (from >= to) continue;
    if (from > position) nodes.push(text.slice(position, from));
    const inner = [];
    while (queue.length > 0 && queue[0].offset < to) {
      const next = queue.shift();
      inner.push(next);
      // What reaches beyond this entity goes on after it.
      const rest = next.offset + next.length - to;
      if (rest > 0) queue.unshift({ ...next, offset: to, length: rest });
      if (rest > 0) break;
    }
    nodes.push(
      wrap(entity, text.slice(from, to), render(text, { start: from, end: to }, inner, onCommand), onCommand),
    );
    position = to;
  }
  if (position < end) nodes.push(text.slice(position, end));
  return nodes;
}

function wrap(entity, covered, children, onCommand) {
  const tag = TAGS[entity.type];
  if (tag) return element(tag, {}, children);
  switch (entity.type) {
    case 'pre':
      return element('pre', { 'data-language': entity.language }, element('code', {}, children));
    case 'spoiler':
      return spoiler(children);
    case 'url':
      return link(covered, children);
    case 'text_link':
      return link(entity.url, children);
    case 'email':
      return element('a', { href: `mailto:${covered}` }, children);
    case 'bot_command':
      return element(
        'button',
        { type: 'button', class: 'command', onclick: () => onCommand(covered) },
        children,
      );
    case 'mention':
    case 'hashtag':
    case 'cashtag':
    case 'text_mention':
      return element('span', { class: 'mention' }, children);
    default:
      return element('span', {}, children);
  }
}

function spoiler(children) {
  const reveal = () => node.classList.add('revealed');
  const node = element(
    'span',
    {
      class: 'spoiler',
      role: 'button',
      tabindex: '0',
      'aria-label': 'Hidden text, press to show',
      onclick: reveal,
      onkeydown: (event) => event.key === 'Enter' && reveal(),
    },
    children,
  );
  node.addEventListener('click', () => node.removeAttribute('aria-label'));
  return node;
}

/** Only addresses that are harmless to open become links; anything else stays text. */
export function safeAddress(url) {
  const complete = /^[a-z][a-z0-9+.-]*:/i.test(url) ? url : `https://${url}`;
  if (!URL.canParse(complete)) return undefined;
  return ['http:', 'https:', 'tg:', 'ton:'].includes(new URL(complete).protocol) ? complete : undefined;
}

function link(url, children) {
  const href = safeAddress(url ?? '');
  if (!href) return element('span', {}, children);
  return element('a', { href, target: '_blank', rel: 'noopener noreferrer' }, children);
}
