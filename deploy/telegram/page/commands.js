import { element } from './dom.js';

/** The list of the bot's commands over the input: all by the menu button, the fitting ones while "/" is typed. */
export function createCommandList(input, choose) {
  const node = element('ul', {
    class: 'commands',
    id: 'commands',
    role: 'listbox',
    'aria-label': 'Commands',
    hidden: true,
  });
  let commands = [];
  let shown = [];
  let active = 0;

  function draw() {
    node.hidden = shown.length === 0;
    input.setAttribute('aria-expanded', String(!node.hidden));
    node.replaceChildren(
      ...shown.map(({ command, description }, index) =>
        element(
          'li',
          {
            id: `command-${index}`,
            role: 'option',
            'aria-selected': String(index === active),
            onclick: () => take(index),
          },
          element('strong', {}, `/${command}`),
          element('span', { dir: 'auto' }, description),
        ),
      ),
    );
    if (node.hidden) input.removeAttribute('aria-activedescendant');
    else input.setAttribute('aria-activedescendant', `command-${active}`);
    node.children[active]?.scrollIntoView({ block: 'nearest' });
  }

  function show(list) {
    shown = list;
    active = 0;
    draw();
  }

  function take(index) {
    const taken = shown[index];
    show([]);
    if (taken) choose(`/${taken.command}`);
  }

  return {
    node,
    set(list) {
      commands = list;
    },
    isOpen: () => !node.hidden,
    count: () => commands.length,
    toggleAll: () => show(node.hidden ? commands : []),
    close: () => show([]),
    typed(text) {
      const word = /^\/([a-z0-9_]*)$/.exec(text)?.[1];
      show(word === undefined ? [] : commands.filter(({ command }) => command.startsWith(word)));
    },
    /** Handles a key while open; true when it was used. */
    key(event) {
      if (node.hidden) return false;
      if (event.key === 'Escape') show([]);
      else if (event.key === 'Enter' || event.key === 'Tab') take(active);
      else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
        const step = event.key === 'ArrowDown' ? 1 : -1;
        active = (active + step + shown.length) % shown.length;
        draw();
      } else return false;
      event.preventDefault();
      return true;
    },
  };
}
