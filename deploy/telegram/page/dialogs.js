import { element } from './dom.js';

/** Places whose clocks differ in interesting ways: halves and quarters of hours, both hemispheres, the date line. */
const PLACES = [
  ['London', 51.5074, -0.1278],
  ['Berlin', 52.52, 13.405],
  ['Москва', 55.7558, 37.6173],
  ['Екатеринбург', 56.8389, 60.6057],
  ['القاهرة', 30.0444, 31.2357],
  ['Casablanca', 33.5731, -7.5898],
  ['Delhi', 28.6139, 77.209],
  ['Kathmandu', 27.7172, 85.324],
  ['東京', 35.6762, 139.6503],
  ['Lord Howe Island', -31.5553, 159.0821],
  ['Auckland', -36.8509, 174.7645],
  ['Apia', -13.8507, -171.7514],
  ['São Paulo', -23.5505, -46.6333],
  ['New York', 40.7128, -74.006],
  ['Los Angeles', 34.0522, -118.2437],
  ['Honolulu', 21.3069, -157.8583],
];
const LANGUAGES = ['en', 'ru', 'de', 'es', 'fr', 'pt', 'ar', 'he', 'hi', 'ja', 'uk'];

/** Shows a modal dialog; resolves with what its form gives, or undefined when it was closed without. */
function ask(title, content, { submit, read, cancel = true }) {
  return new Promise((resolve) => {
    const form = element(
      'form',
      { method: 'dialog' },
      element('h2', {}, title),
      content,
      element(
        'div',
        { class: 'dialog-actions' },
        cancel &&
          element(
            'button',
            { type: 'button', class: 'text-button', onclick: () => dialog.close() },
            'Cancel',
          ),
        element('button', { type: 'submit', class: 'text-button primary' }, submit),
      ),
    );
    const dialog = element('dialog', { class: 'dialog', 'aria-label': title }, form);
    let result;
    form.addEventListener('submit', () => {
      result = read(new FormData(form));
    });
    dialog.addEventListener('click', (event) => event.target === dialog && dialog.close());
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(result);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** The alert of a callback answer. */
export function showAlert(title, text) {
  return ask(title, element('p', { class: 'alert-text', dir: 'auto' }, text), {
    submit: 'OK',
    cancel: false,
    read: () => true,
  });
}

/** Resolves with `{ first_name, language_code }`. */
export function askPerson() {
  const languages = element(
    'datalist',
    { id: 'languages' },
    LANGUAGES.map((code) => element('option', { value: code })),
  );
  const content = [
    field('Name', { name: 'name', required: true, maxlength: 64, dir: 'auto', autocomplete: 'off' }),
    field('Language (two letters)', {
      name: 'language',
      value: 'en',
      required: true,
      pattern: '[a-z]{2}(-[A-Za-z]+)?',
      list: 'languages',
      autocomplete: 'off',
    }),
    languages,
  ];
  return ask('Add a person', content, {
    submit: 'Add',
    read: (form) => ({ first_name: form.get('name'), language_code: form.get('language') }),
  });
}

/** Resolves with `{ latitude, longitude }`. */
export function askLocation() {
  const latitude = field('Latitude', {
    name: 'latitude',
    type: 'number',
    min: -90,
    max: 90,
    step: 'any',
    required: true,
  });
  const longitude = field('Longitude', {
    name: 'longitude',
    type: 'number',
    min: -180,
    max: 180,
    step: 'any',
    required: true,
  });
  const places = PLACES.map(([name, lat, lon]) =>
    element(
      'button',
      { type: 'button', class: 'chip', dir: 'auto', onclick: (event) => choose(event.target, lat, lon) },
      name,
    ),
  );
  function choose(chip, lat, lon) {
    for (const other of places) other.setAttribute('aria-pressed', String(other === chip));
    latitude.querySelector('input').value = lat;
    longitude.querySelector('input').value = lon;
  }
  const content = [
    element('div', { class: 'chips', role: 'group', 'aria-label': 'Places' }, places),
    element('div', { class: 'field-row' }, latitude, longitude),
  ];
  return ask('Share a location', content, {
    submit: 'Send',
    read: (form) => ({ latitude: Number(form.get('latitude')), longitude: Number(form.get('longitude')) }),
  });
}

function field(label, attributes) {
  return element('label', { class: 'field' }, element('span', {}, label), element('input', attributes));
}
