/**
 * Makes an element. Properties starting with `on` become listeners, the others attributes; children that are strings
 * become text, never markup.
 */
export function element(tag, properties = {}, ...children) {
  return filled(document.createElement(tag), properties, children);
}

const SVG = 'http://www.w3.org/2000/svg';

/** The same for drawings. */
export function drawing(tag, properties = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), properties, children);
}

function filled(node, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? '' : String(value));
  }
  node.append(...children.flat().filter((child) => child !== undefined && child !== null && child !== false));
  return node;
}

/** A line icon of 24 by 24 from one path. */
export function icon(path) {
  return drawing(
    'svg',
    { viewBox: '0 0 24 24', 'aria-hidden': 'true', class: 'icon' },
    drawing('path', { d: path }),
  );
}

export const byId = (id) => document.getElementById(id);

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
