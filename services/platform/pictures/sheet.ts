import { fillOf, type Palette } from './palette.ts';
import type { Color, Mark } from './picture.ts';
import { attributes, square } from './svg.ts';
import type { Typesetter } from './typeset.ts';

/** What a section is drawn on: `left` and `width` are the pixels between the margins. */
export type Sheet = {
  readonly palette: Palette;
  readonly typesetter: Typesetter;
  readonly left: number;
  readonly width: number;
};

/** Of the small texts: 10 points on a phone. */
export const SMALL = 27;

type Place = { x: number; y: number; side: number };

/** A day's square; a skipped one has a dash too, so that it is told apart without colour. */
export function daySquare({ palette }: Sheet, { x, y, side }: Place, mark: Mark, color: Color): string {
  const drawn = square({ x, y, side, ...fillOf(palette, color, mark) });
  if (mark !== 'skip') return drawn;
  const dash = { width: side * 0.4, height: Math.max(3, side * 0.08), fill: palette.text };
  return `${drawn}<rect ${attributes({ x: x + side * 0.3, y: y + side * 0.46, ...dash })}/>`;
}
