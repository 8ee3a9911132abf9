import { colorOf } from './palette.ts';
import type { BarsSection } from './picture.ts';
import { type Sheet, SMALL } from './sheet.ts';
import { attributes, type Block } from './svg.ts';

const TITLE = 46;
const PLOT = 240;
const AXIS = 44;

/** A bar for each value, its text over it where it fits. */
export function barsBlock({ title, bars, max, mark, color }: BarsSection, sheet: Sheet): Block {
  const { palette, typesetter, left, width } = sheet;
  const top = (title === undefined ? 0 : TITLE) + SMALL + 10;
  const pitch = width / Math.max(1, bars.length);
  const thickness = Math.min(90, pitch * 0.72);
  const small = { size: SMALL, fill: palette.muted, anchor: 'middle' } as const;
  const yOf = (value: number) => top + PLOT * (1 - Math.min(1, Math.max(0, max > 0 ? value / max : 0)));
  const fill = colorOf(palette, color);
  const drawn = bars.map(({ value, label }, index) => {
    const middle = left + (index + 0.5) * pitch;
    const y = yOf(value);
    const shape = {
      x: middle - thickness / 2,
      y,
      width: thickness,
      height: Math.max(2, top + PLOT - y),
      rx: Math.min(10, thickness / 4),
      fill,
    };
    return [
      `<rect ${attributes(value > 0 ? shape : { ...shape, fill: palette.faint })}/>`,
      typesetter.line(label, { x: middle, y: top + PLOT + 34 }, small),
    ].join('');
  });
  const texts = bars.map(({ value, text }, index) => {
    const fits = text !== undefined && typesetter.width(text, small) <= pitch;
    return fits ? valueSvg(text, { x: left + (index + 0.5) * pitch, y: yOf(value) - 10 }, sheet) : '';
  });
  const heading =
    title === undefined
      ? ''
      : typesetter.line(
          title,
          { x: left, y: 30 },
          { size: 30, weight: 600, fill: palette.text, maxWidth: width * 0.6 },
        );
  return {
    height: top + PLOT + AXIS,
    svg: [heading, ...drawn, mark ? markSvg(mark, sheet, yOf(mark.at)) : '', ...texts].join(''),
  };
}

/** On a ground of its own, so that the line of the mark does not strike it through. */
function valueSvg(text: string, at: { x: number; y: number }, { palette, typesetter }: Sheet): string {
  const style = { size: SMALL, fill: palette.text, anchor: 'middle' } as const;
  const width = typesetter.width(text, style) + 12;
  const ground = {
    x: at.x - width / 2,
    y: at.y - SMALL * 0.85,
    width,
    height: SMALL,
    fill: palette.background,
  };
  return `<rect ${attributes(ground)}/>${typesetter.line(text, at, style)}`;
}

/** Its text stands beside the title, out of the way of the bars and their texts. */
function markSvg({ text }: { text: string }, { palette, typesetter, left, width }: Sheet, y: number): string {
  const line = { x1: left, x2: left + width, y1: y, y2: y, stroke: palette.muted, 'stroke-width': 3 };
  const style = { size: SMALL, fill: palette.muted, anchor: 'end' } as const;
  const named = typesetter.line(`··· ${text}`, { x: left + width, y: 30 }, style);
  return `<line ${attributes({ ...line, 'stroke-dasharray': '4 10' })}/>${named}`;
}
