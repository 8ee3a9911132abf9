import { byId, element, toast } from './elements.js';

/** Time to read what was done, and what became of it. */
const READ_MS = 8_000;

/** @returns whether it was done; what went wrong is said. */
export async function post(path, body) {
  try {
    const response = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const { done, error } = await response.json();
    if (done || error) toast(done ?? error, READ_MS);
    return response.ok;
  } catch {
    toast('The console does not answer.', READ_MS);
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
