import { colorOf } from './palette.ts';
import type { LinesSection } from './picture.ts';
import { type Sheet, SMALL } from './sheet.ts';
import { attributes, type Block } from './svg.ts';

const TITLE = 46;
const PLOT = 250;
const AXIS = 44;

type Plot = {
  left: number;
  top: number;
  width: number;
  xOf(index: number): number;
  yOf(value: number): number;
};

/** Lines over time, the area under a single one filled. */
export function linesBlock(section: LinesSection, sheet: Sheet): Block {
  const { palette, typesetter } = sheet;
  const top = (section.title === undefined ? 0 : TITLE) + SMALL / 2;
  const plot = plotOf(section, sheet, top);
  const title =
    section.title === undefined
      ? ''
      : typesetter.line(
          section.title,
          { x: sheet.left, y: 30 },
          { size: 30, weight: 600, fill: palette.text, maxWidth: sheet.width * 0.6 },
        );
  const lines = section.series.map((series) =>
    lineSvg(series.points, plot, colorOf(palette, series.color), section.series.length === 1),
  );
  return {
    height: top + PLOT + AXIS,
    svg: [title, namesSvg(section, sheet), axisSvg(section, sheet, plot), ...lines].join(''),
  };
}

function plotOf({ ticks, series, max }: LinesSection, { left, width, typesetter }: Sheet, top: number): Plot {
  const labels = Math.max(0, ...ticks.map(({ text }) => typesetter.width(text, { size: SMALL }))) + 20;
  const last = Math.max(1, ...series.map(({ points }) => points.length - 1));
  const inner = width - labels - 12;
  return {
    left: left + labels,
    top,
    width: inner,
    xOf: (index) => left + labels + (inner * index) / last,
    yOf: (value) => top + PLOT * (1 - Math.min(1, Math.max(0, max > 0 ? value / max : 0))),
  };
}

function axisSvg({ ticks, labels }: LinesSection, { palette, typesetter, left }: Sheet, plot: Plot): string {
  const small = { size: SMALL, fill: palette.muted } as const;
  const lines = ticks.map(({ at, text }) => {
    const y = plot.yOf(at);
    const line = {
      x1: plot.left,
      x2: plot.left + plot.width,
      y1: y,
      y2: y,
      stroke: palette.faint,
      'stroke-width': 2,
    };
    return `<line ${attributes(line)}/>${typesetter.line(text, { x: left, y: y + 9 }, small)}`;
  });
  const below = labels.map(({ at, text }) => {
    const half = typesetter.width(text, small) / 2;
    const x = Math.min(plot.left + plot.width - half, Math.max(plot.left + half, plot.xOf(at)));
    return typesetter.line(text, { x, y: plot.top + PLOT + 34 }, { ...small, anchor: 'middle' });
  });
  return [...lines, ...below].join('');
}

function lineSvg(
  points: readonly (number | undefined)[],
  { xOf, yOf }: Plot,
  color: string,
  isFilled: boolean,
): string {
  const pieces = piecesOf(points);
  const stroke = {
    fill: 'none',
    stroke: color,
    'stroke-width': 5,
    'stroke-linejoin': 'round',
    'stroke-linecap': 'round',
  };
  const drawn = pieces.map((piece) => {
    const at = piece.map(({ index, value }) => `${xOf(index).toFixed(1)} ${yOf(value).toFixed(1)}`);
    const line = `<path ${attributes({ d: `M${at.join('L')}${at.length === 1 ? 'h0.1' : ''}`, ...stroke })}/>`;
    if (!isFilled) return line;
    const [first, last] = [piece[0]?.index ?? 0, piece.at(-1)?.index ?? 0];
    const area = `M${at.join('L')}L${xOf(last).toFixed(1)} ${yOf(0)}L${xOf(first).toFixed(1)} ${yOf(0)}Z`;
    return `<path ${attributes({ d: area, fill: color })} fill-opacity="0.16"/>${line}`;
  });
  const last = pieces.at(-1)?.at(-1);
  const dot = last
    ? `<circle ${attributes({ cx: xOf(last.index), cy: yOf(last.value), r: 9, fill: color })}/>`
    : '';
  return drawn.join('') + dot;
}

/** At the right of the title, where no line runs. */
function namesSvg({ series }: LinesSection, { palette, typesetter, left, width }: Sheet): string {
  let x = left + width;
  const drawn = series.toReversed().map(({ name = '', color }) => {
    const style = { size: 30, weight: 600, fill: colorOf(palette, color), anchor: 'end' } as const;
    const text = typesetter.line(name, { x, y: 30 }, style);
    x -= typesetter.width(name, style) + 28;
    return text;
  });
  return drawn.join('');
}

type Point = { index: number; value: number };

function piecesOf(points: readonly (number | undefined)[]): Point[][] {
  const pieces: Point[][] = [];
  for (const [index, value] of points.entries()) {
    if (value === undefined) continue;
    const last = pieces.at(-1);
    if (last?.at(-1)?.index === index - 1) last.push({ index, value });
    else pieces.push([{ index, value }]);
  }
  return pieces;
}
