/** Values of our own, never a person's text: numbers to the tenth of a pixel, colours, names of fonts, data URLs. */
export function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}="${typeof value === 'number' ? Math.round(value * 10) / 10 : value}"`)
    .join(' ');
}

/** A part of a picture: how high it is, and its elements, drawn from `y` 0 down. */
export type Block = { readonly height: number; readonly svg: string };

export const movedDown = ({ svg }: Block, y: number): string => `<g transform="translate(0 ${y})">${svg}</g>`;

type Square = { x: number; y: number; side: number; fill: string; opacity: number };

export function square({ x, y, side, fill, opacity }: Square): string {
  if (opacity === 0) return '';
  const shape = { x, y, width: side, height: side, rx: side * 0.22, fill };
  return `<rect ${attributes(opacity === 1 ? shape : { ...shape, 'fill-opacity': opacity })}/>`;
}
