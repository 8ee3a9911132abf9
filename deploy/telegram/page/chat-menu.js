import { byId, element } from './dom.js';

/** The menu at the head of a chat: `block(isBlocked)` blocks the bot or takes that back. */
export function createChatMenu(block) {
  const menu = byId('chat-menu');
  const button = byId('chat-menu-button');

  function toggle(isOpen) {
    menu.hidden = !isOpen;
    button.setAttribute('aria-expanded', String(isOpen));
    if (isOpen) menu.querySelector('button')?.focus();
  }

  button.addEventListener('click', (event) => {
    event.stopPropagation();
    toggle(menu.hidden);
  });
  document.addEventListener('click', () => toggle(false));
  document.addEventListener('keydown', (event) => event.key === 'Escape' && toggle(false));

  return {
    fit({ blocked }) {
      menu.replaceChildren(
        element(
          'button',
          { type: 'button', role: 'menuitem', onclick: () => block(!blocked) },
          blocked ? 'Unblock the bot' : 'Block the bot',
        ),
      );
    },
  };
}
