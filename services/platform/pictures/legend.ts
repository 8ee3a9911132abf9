import type { LegendSection } from './picture.ts';
import { daySquare, type Sheet, SMALL } from './sheet.ts';
import type { Block } from './svg.ts';

const SIDE = 30;
const LINE = 46;

/** Marks and their meanings, in as many lines as they need. */
export function legendBlock({ items, color }: LegendSection, sheet: Sheet): Block {
  const { palette, typesetter, left, width } = sheet;
  const style = { size: SMALL, fill: palette.muted } as const;
  let x = left;
  let line = 0;
  const drawn = items.map(({ mark, text }) => {
    const wide = SIDE + 12 + typesetter.width(text, style) + 34;
    if (x > left && x + wide > left + width + 34) {
      x = left;
      line++;
    }
    const at = x;
    x += wide;
    return (
      daySquare(sheet, { x: at, y: line * LINE, side: SIDE }, mark, color) +
      typesetter.line(text, { x: at + SIDE + 12, y: line * LINE + 25 }, style)
    );
  });
  return { height: (line + 1) * LINE - (LINE - SIDE), svg: drawn.join('') };
}
