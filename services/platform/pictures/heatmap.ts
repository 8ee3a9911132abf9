import type { HeatmapSection } from './picture.ts';
import { daySquare, type Sheet, SMALL } from './sheet.ts';
import { type Block, movedDown } from './svg.ts';

const ROWS_WIDTH = 64;
const HEAD = 42;
const BAND_GAP = 34;
const GAP = 5;
/** Half a year and the week it begins in. */
const COLUMNS = 27;

/** Bands of weeks, a column each. */
export function heatmapBlock(section: HeatmapSection, sheet: Sheet): Block {
  const side = (sheet.width - ROWS_WIDTH - (COLUMNS - 1) * GAP) / COLUMNS;
  const height = HEAD + 7 * (side + GAP) - GAP;
  const bands = section.bands.map((_, index) => bandSvg(section, index, side, sheet));
  return {
    height: bands.length * (height + BAND_GAP) - BAND_GAP,
    svg: bands.map((svg, index) => movedDown({ svg, height }, index * (height + BAND_GAP))).join(''),
  };
}

function bandSvg(section: HeatmapSection, index: number, side: number, sheet: Sheet): string {
  const { palette, typesetter, left } = sheet;
  const band = section.bands[index];
  if (!band) return '';
  const style = { size: SMALL, fill: palette.muted } as const;
  const placeOf = (day: number) => ({
    x: left + ROWS_WIDTH + Math.floor((band.startsIn + day) / 7) * (side + GAP),
    y: HEAD + ((band.startsIn + day) % 7) * (side + GAP),
  });
  const rows = section.rows.map((text, row) =>
    typesetter.line(text, { x: left, y: HEAD + row * (side + GAP) + side / 2 + 10 }, style),
  );
  const months = band.labels.map(({ at, text }) =>
    typesetter.line(text, { x: placeOf(at).x, y: SMALL }, style),
  );
  const days = band.marks.map((mark, day) =>
    daySquare(sheet, { ...placeOf(day), side }, mark, section.color),
  );
  return [...rows, ...months, ...days].join('');
}
