import type { RowsSection } from './picture.ts';
import { daySquare, type Sheet, SMALL } from './sheet.ts';
import type { Block } from './svg.ts';

const HEAD = 40;
const NAME = { size: 34, line: 54 } as const;
const ROW_GAP = 34;

/** For each thing its name and its text at the right in one line, and its marks in the next. */
export function rowsBlock({ columns, rows }: RowsSection, sheet: Sheet): Block {
  const { palette, typesetter, left, width } = sheet;
  const most = Math.max(1, ...rows.map(({ marks }) => marks.length));
  // A week's squares need not fill the page.
  const pitch = Math.min(72, width / most);
  const side = pitch * 0.86;
  const head = columns.map(({ at, text }) =>
    typesetter.line(
      text,
      { x: left + at * pitch + side / 2, y: SMALL },
      { size: SMALL, fill: palette.muted, anchor: 'middle' },
    ),
  );
  const rowHeight = NAME.line + side + ROW_GAP;
  const drawn = rows.map(({ label, marks, right, color }, index) => {
    const y = HEAD + index * rowHeight;
    const rightStyle = { size: NAME.size, weight: 600, fill: palette.text, anchor: 'end' } as const;
    const maxWidth = width - typesetter.width(right, rightStyle) - 30;
    const name = label.emoji ? `${label.emoji} ${label.text}` : label.text;
    const baseline = y + NAME.size;
    return [
      typesetter.line(name, { x: left, y: baseline }, { size: NAME.size, fill: palette.text, maxWidth }),
      typesetter.line(right, { x: left + width, y: baseline }, rightStyle),
      ...marks.map((mark, place) =>
        daySquare(sheet, { x: left + place * pitch, y: y + NAME.line, side }, mark, color),
      ),
    ].join('');
  });
  return { height: HEAD + rows.length * rowHeight - ROW_GAP, svg: [...head, ...drawn].join('') };
}
