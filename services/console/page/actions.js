import { byId, element } from './elements.js';

/** @returns whether it was done; what went wrong is said. */
export async function post(path, body) {
  try {
    const response = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const { done, error } = await response.json();
    if (done || error) toast(done ?? error);
    return response.ok;
  } catch {
    toast('The console does not answer.');
    return false;
  }
}

export const act = (action) => post('/api/actions', action);

/** Asks before something is done. `fields` are labels with their inputs; `run` gets their values by name. */
export function confirmed({ title, text = '', fields = [], yes, run }) {
  const dialog = byId('dialog');
  const form = element(
    'form',
    {
      method: 'dialog',
      async onsubmit(event) {
        event.preventDefault();
        if (await run(Object.fromEntries(new FormData(form)))) dialog.close();
      },
    },
    element('h2', { id: 'dialog-title' }, title),
    text && element('p', {}, text),
    ...fields.map(({ label, input }) => element('label', {}, label, input)),
    element(
      'div',
      { class: 'row' },
      element('button', { type: 'button', onclick: () => dialog.close() }, 'Cancel'),
      element('button', { class: 'main' }, yes),
    ),
  );
  dialog.replaceChildren(form);
  dialog.showModal();
}

let toastTimer;

function toast(text) {
  const node = byId('toast');
  node.textContent = text;
  node.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => {
    node.hidden = true;
  }, 8_000);
}
