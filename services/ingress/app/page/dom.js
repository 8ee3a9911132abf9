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

/** A line over the habits that stays until it is taken back with an empty text. */
export function banner(text) {
  byId('banner').textContent = text;
  byId('banner').hidden = text === '';
}
