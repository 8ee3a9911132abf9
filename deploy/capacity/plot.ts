/** Several series over the same bins of time. This file draws and knows nothing of reminders. */
export type Plot = {
  title: string;
  unit: string;
  /** Series on top of each other as areas, the first one at the bottom; or each as a line. */
  style: 'stacked' | 'lines';
  /** Of each series the height of each bin, from 0 to 1. */
  series: readonly (readonly number[])[];
  colors: readonly string[];
  rows: readonly Mark[];
  columns: readonly Mark[];
};
/** A labelled line across the plot; `at` is from 0 to 1. */
export type Mark = { at: number; label: string };
export type Box = { left: number; top: number; width: number; height: number };

const FAINT = '#e2e2e2';
const AXIS = '#444';

/** @returns the SVG elements of the plot, drawn into `box` (in pixels). */
export function plot({ title, unit, style, series, colors, rows, columns }: Plot, box: Box): string[] {
  const { left, top, width, height } = box;
  const bottom = top + height;
  const x = (share: number) => round(left + share * width);
  const y = (share: number) => round(bottom - Math.min(1, share) * height);
  const shapes = style === 'stacked' ? stacked(series) : series;
  const drawn = shapes.map((heights, i) => {
    const path = steps(heights.map(y), (bin) => x(bin / heights.length));
    const color = colors[i] ?? AXIS;
    if (style === 'lines') return `<path d="${path}" fill="none" stroke="${color}" stroke-width="1.4"/>`;
    return `<path d="${path}V${bottom}H${left}Z" fill="${color}"/>`;
  });
  const middle = round(top + height / 2);
  return [
    ...rows.map(({ at }) => `<path d="M${left} ${y(at)}h${width}" stroke="${FAINT}"/>`),
    ...columns.map(({ at }) => `<path d="M${x(at)} ${top}v${height + 4}" stroke="${FAINT}"/>`),
    // The first series matters most: it is drawn last, on top.
    ...drawn.reverse(),
    `<path d="M${left} ${top}v${height}h${width}" fill="none" stroke="${AXIS}"/>`,
    `<text x="${left}" y="${top - 10}" font-weight="600">${title}</text>`,
    `<text transform="translate(16 ${middle}) rotate(-90)" text-anchor="middle" font-size="12">${unit}</text>`,
    ...rows.map(
      ({ at, label }) =>
        `<text x="${left - 8}" y="${y(at) + 4}" text-anchor="end" font-size="12">${label}</text>`,
    ),
    ...columns.map(
      ({ at, label }) =>
        `<text x="${x(at)}" y="${bottom + 18}" text-anchor="middle" font-size="12">${label}</text>`,
    ),
  ];
}

function stacked(series: readonly (readonly number[])[]): number[][] {
  const sums: number[][] = [];
  for (const heights of series) sums.push(heights.map((height, bin) => height + (sums.at(-1)?.[bin] ?? 0)));
  return sums;
}

/** A stepped line, without the points at which nothing changes. */
function steps(heights: readonly number[], x: (bin: number) => number): string {
  let path = `M${x(0)} ${heights[0] ?? 0}`;
  for (const [bin, height] of heights.entries())
    if (bin > 0 && height !== heights[bin - 1]) path += `H${x(bin)}V${height}`;
  return `${path}H${x(heights.length)}`;
}

const round = (n: number) => Math.round(n * 10) / 10;

/** A linear axis from 0 for values up to `most`: the place of a value, 0 to 1, and about four round marks. */
export function linearAxis(most: number): { share(value: number): number; marks: Mark[] } {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, most / 4)));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= most / 4) ?? 10);
  const count = Math.max(1, Math.ceil(most / step));
  const marks = Array.from({ length: count + 1 }, (_, i) => ({
    at: i / count,
    label: (i * step).toLocaleString('en-US'),
  }));
  return { share: (value) => value / (count * step), marks };
}
