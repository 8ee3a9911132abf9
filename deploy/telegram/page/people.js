import { byId, element } from './dom.js';
import { clock, preview } from './message.js';

const COLOURS = 7;

/** The chat list. `onSelect(personId)` is called when one is chosen. */
export function createPeople(onSelect) {
  const list = byId('people');
  const note = byId('people-note');
  let entries = new Map();
  let selected;

  function draw() {
    const recent = [...entries.values()].sort(
      (a, b) => (b.last?.message_id ?? 0) - (a.last?.message_id ?? 0),
    );
    const focusedId = document.activeElement?.dataset?.personId;
    list.replaceChildren(...recent.map(entryNode));
    if (focusedId) list.querySelector(`[data-person-id="${focusedId}"]`)?.focus();
  }

  function entryNode({ person, last, unread }) {
    const language = person.language_code ?? 'not set';
    return element(
      'li',
      {},
      element(
        'button',
        {
          type: 'button',
          class: 'person',
          'data-person-id': person.id,
          'aria-current': person.id === selected ? 'true' : undefined,
          'aria-label': `${person.first_name}, language ${language}${unread ? `, ${unread} unread` : ''}`,
          onclick: () => onSelect(person.id),
        },
        element(
          'span',
          { class: `avatar colour-${person.id % COLOURS}`, 'aria-hidden': 'true' },
          initial(person),
        ),
        element('span', { class: 'person-name' }, element('bdi', {}, person.first_name)),
        element('span', { class: 'person-time' }, last ? clock(last.date) : ''),
        element(
          'span',
          { class: 'person-last', dir: 'auto' },
          person.blocked ? '⛔ Bot blocked' : preview(last),
        ),
        element(
          'span',
          { class: 'person-badges' },
          unread > 0 && element('span', { class: 'unread' }, unread),
          person.language_code && element('span', { class: 'language' }, language),
        ),
      ),
    );
  }

  return {
    show({ conversations, total }) {
      entries = new Map(conversations.map(({ person, last }) => [person.id, { person, last, unread: 0 }]));
      note.hidden = total <= conversations.length;
      note.textContent = `${total - conversations.length} more people are simulated`;
      draw();
    },
    /** Of a crowd only those who are shown anyway: it would drown the list. */
    put(person, isWanted = false) {
      const known = entries.get(person.id);
      if (!known && !isWanted && entries.size >= 100) return;
      entries.set(person.id, { last: undefined, unread: 0, ...known, person });
      draw();
    },
    message(personId, message) {
      const entry = entries.get(personId);
      if (!entry || (entry.last?.message_id ?? 0) > message.message_id) return;
      const isNew = entry.last?.message_id !== message.message_id;
      const unread = isNew && personId !== selected && message.from.is_bot ? entry.unread + 1 : entry.unread;
      entries.set(personId, { ...entry, last: message, unread });
      draw();
    },
    select(personId) {
      selected = personId;
      const entry = entries.get(personId);
      if (entry) entries.set(personId, { ...entry, unread: 0 });
      draw();
    },
    person: (id) => entries.get(id)?.person,
    first: () => Math.min(...entries.keys()),
  };
}

function initial(person) {
  return [...person.first_name.trim()][0]?.toUpperCase() ?? '?';
}
