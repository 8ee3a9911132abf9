/**
 * Makes an element. Properties starting with `on` become listeners, `class`, `aria-*`, `data-*`, `role` and the
 * like attributes; children that are strings become text, never markup.
 */
export function element(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? '' : String(value));
  }
  node.append(...children.flat().filter((child) => child !== undefined && child !== null && child !== false));
  return node;
}

const SVG = 'http://www.w3.org/2000/svg';

/** A line icon from one path. */
export function icon(path) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  const line = document.createElementNS(SVG, 'path');
  line.setAttribute('d', path);
  svg.append(line);
  return svg;
}

export function byId(id) {
  return document.getElementById(id);
}

export function iconButton(label, path, onclick) {
  return element(
    'button',
    { type: 'button', class: 'icon', 'aria-label': label, title: label, onclick },
    icon(path),
  );
}
