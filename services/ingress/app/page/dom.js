import { byId, drawing } from './elements.js';

/** A line icon of 24 by 24 from one path. */
export function icon(path) {
  return drawing(
    'svg',
    { viewBox: '0 0 24 24', 'aria-hidden': 'true', class: 'icon' },
    drawing('path', { d: path }),
  );
}

/** Says something to those who listen to the page. */
export function speak(text) {
  byId('spoken').textContent = text;
}

let toastTimer;

/** A text that is gone after a while. */
export function toast(text) {
  const node = byId('toast');
  node.textContent = text;
  node.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => {
    node.hidden = true;
  }, 4_000);
}

/** A line over the habits that stays until it is taken back with an empty text. */
export function banner(text) {
  byId('banner').textContent = text;
  byId('banner').hidden = text === '';
}
