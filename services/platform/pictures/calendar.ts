import type { CalendarSection } from './picture.ts';
import { daySquare, type Sheet, SMALL } from './sheet.ts';
import { attributes, type Block } from './svg.ts';

const GAP = 14;
const HEAD = 46;
/** As wide as seven squares may be: a week alone would fill the page. */
const SIDE = 92;

/** Seven columns of days, centred. */
export function calendarBlock(section: CalendarSection, sheet: Sheet): Block {
  const { palette, typesetter, left, width } = sheet;
  const start = left + (width - 7 * SIDE - 6 * GAP) / 2;
  const columnAt = (column: number) => start + column * (SIDE + GAP);
  const head = section.columns.map((text, column) =>
    typesetter.line(
      text,
      { x: columnAt(column) + SIDE / 2, y: SMALL },
      { size: SMALL, fill: palette.muted, anchor: 'middle' },
    ),
  );
  const days = section.days.map(({ label, mark }, index) => {
    const place = section.startsIn + index;
    const x = columnAt(place % 7);
    const y = HEAD + Math.floor(place / 7) * (SIDE + GAP);
    const frame = { x: x - 5, y: y - 5, width: SIDE + 10, height: SIDE + 10, rx: SIDE * 0.25, fill: 'none' };
    const framed = { ...frame, stroke: palette.text, 'stroke-width': 4 };
    const isQuiet = mark === 'none' || mark === 'rest';
    const style = {
      size: 32,
      weight: 600,
      fill: isQuiet ? palette.muted : palette.text,
      anchor: 'middle',
    } as const;
    const isFull = (typeof mark === 'number' && mark > 0.5) || mark === 'over';
    const number = { ...style, fill: isFull ? palette.background : style.fill };
    return [
      daySquare(sheet, { x, y, side: SIDE }, mark === 'skip' ? 'rest' : mark, section.color),
      mark === 'skip' ? skipDash(x, y, palette.muted) : '',
      index === section.today ? `<rect ${attributes(framed)}/>` : '',
      typesetter.line(label, { x: x + SIDE / 2, y: y + SIDE / 2 + 13 }, number),
    ].join('');
  });
  const rows = Math.ceil((section.startsIn + section.days.length) / 7);
  return { height: HEAD + rows * (SIDE + GAP) - GAP, svg: [...head, ...days].join('') };
}

/** Under the number, where it leaves room. */
function skipDash(x: number, y: number, fill: string): string {
  return `<rect ${attributes({ x: x + SIDE * 0.32, y: y + SIDE * 0.78, width: SIDE * 0.36, height: 6, rx: 3, fill })}/>`;
}
