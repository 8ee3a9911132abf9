import { barsBlock } from './bars.ts';
import { calendarBlock } from './calendar.ts';
import { heatmapBlock } from './heatmap.ts';
import { legendBlock } from './legend.ts';
import { linesBlock } from './lines.ts';
import { paletteOf } from './palette.ts';
import type { Picture, Section } from './picture.ts';
import { rowsBlock } from './rows.ts';
import type { Sheet } from './sheet.ts';
import { attributes, type Block, movedDown } from './svg.ts';
import type { Typesetter } from './typeset.ts';

/** Pixels. Telegram shows a photo as wide as the chat, on most phones a third of this in points. */
export const PAGE_WIDTH = 1080;
const MARGIN = 52;
const GAP = 40;
const TITLE = { size: 46, line: 60 } as const;
const SUBTITLE = { size: 30, line: 44 } as const;

/** The picture as SVG, drawn from its data alone. */
export function pageSvg(picture: Picture, typesetter: Typesetter): string {
  const palette = paletteOf(picture.theme);
  const sheet: Sheet = { palette, typesetter, left: MARGIN, width: PAGE_WIDTH - 2 * MARGIN };
  const blocks = [
    headBlock(picture, sheet),
    ...picture.sections.map((section) => sectionBlock(section, sheet)),
  ];
  let y = MARGIN;
  const drawn = blocks.map((block) => {
    const at = y;
    y += block.height + GAP;
    return movedDown(block, at);
  });
  const height = Math.ceil(y - GAP + MARGIN);
  const size = { width: PAGE_WIDTH, height };
  const background = `<rect ${attributes({ ...size, fill: palette.background })}/>`;
  const root = { xmlns: 'http://www.w3.org/2000/svg', ...size, viewBox: `0 0 ${PAGE_WIDTH} ${height}` };
  return `<svg ${attributes(root)}>${background}${drawn.join('')}</svg>`;
}

function headBlock({ title, subtitle }: Picture, { palette, typesetter, left, width }: Sheet): Block {
  const text = title.emoji ? `${title.emoji} ${title.text}` : title.text;
  const style = { size: TITLE.size, weight: 600, fill: palette.text, maxWidth: width } as const;
  const first = typesetter.line(text, { x: left, y: TITLE.size }, style);
  if (subtitle === undefined) return { height: TITLE.line, svg: first };
  const below = { size: SUBTITLE.size, fill: palette.muted, maxWidth: width } as const;
  const second = typesetter.line(subtitle, { x: left, y: TITLE.line + SUBTITLE.size }, below);
  return { height: TITLE.line + SUBTITLE.line, svg: first + second };
}

function sectionBlock(section: Section, sheet: Sheet): Block {
  switch (section.kind) {
    case 'calendar':
      return calendarBlock(section, sheet);
    case 'heatmap':
      return heatmapBlock(section, sheet);
    case 'rows':
      return rowsBlock(section, sheet);
    case 'lines':
      return linesBlock(section, sheet);
    case 'bars':
      return barsBlock(section, sheet);
    case 'legend':
      return legendBlock(section, sheet);
  }
}
