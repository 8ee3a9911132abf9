import { REMINDED } from './population.ts';
import { conditions, duration } from './report.ts';
import type { Settings } from './settings.ts';
import type { Tally } from './tally.ts';

const WIDTH = 960;
const LEFT = 74;
const RIGHT = 20;
const PANEL = 190;
const TOP = 92;
const GAP = 62;
const HEIGHT = TOP + 3 * PANEL + 2 * GAP + 56;
const MOST_BINS = 288;
const COLORS = ['#0072b2', '#e69f00', '#7a7a7a'];
const TEXT = '#222';
const FAINT = '#ddd';

type Tick = { value: number; label: string };
/** One plot: `share` puts a value between the lower (0) and the upper end (1) of the axis. */
type Panel = { title: string; ticks: Tick[]; share(value: number): number; series: number[][] };

/**
 * What became due, who waited and how late it was, over the simulated days in UTC, as an SVG of its own. Of each bin
 * of minutes the greatest value is drawn.
 */
export function picture(settings: Settings, tally: Tally): string {
  const minutes = tally.span.to - tally.span.from;
  const binMinutes = Math.max(1, Math.ceil(minutes / MOST_BINS));
  const { due, waiting, latestMs } = tally.timeline;
  const binned = (values: ArrayLike<number>) =>
    REMINDED.map((_, tier) => bins(values, tier, minutes, binMinutes));
  const capped = Float64Array.from(latestMs, (ms) => Math.min(ms, settings.deadlineMs));
  const panels = [
    counted('Messages due in a minute', binned(due)),
    counted('Reminders waiting', binned(waiting)),
    timed(
      `Lateness of the last one due in a minute (top: expired after ${duration(settings.deadlineMs)})`,
      settings.deadlineMs,
      binned(capped),
    ),
  ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="13" fill="${TEXT}">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    ...heading(settings),
    ...panels.flatMap((panel, i) => draw(panel, TOP + i * (PANEL + GAP), tally.span, minutes)),
    `<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 12}" text-anchor="middle">Time of day, UTC</text>`,
    '</svg>',
  ].join('\n');
}

function bins(values: ArrayLike<number>, tier: number, minutes: number, binMinutes: number): number[] {
  const found = new Array<number>(Math.ceil(minutes / binMinutes)).fill(0);
  for (let minute = 0; minute < minutes; minute++) {
    const bin = Math.floor(minute / binMinutes);
    found[bin] = Math.max(found[bin] ?? 0, values[minute * REMINDED.length + tier] ?? 0);
  }
  return found;
}

function counted(title: string, series: number[][]): Panel {
  const most = Math.max(1, ...series.flat());
  const step = niceStep(most / 4);
  const top = Math.ceil(most / step) * step;
  const ticks = Array.from({ length: Math.round(top / step) + 1 }, (_, i) => ({
    value: i * step,
    label: (i * step).toLocaleString('en-US'),
  }));
  return { title, ticks, series, share: (value) => value / top };
}

/** 1, 2 or 5 times a power of ten, at least 1. */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, least)));
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= least) ?? 10);
}

const LEAST_MS = 100;

/** A logarithmic axis from a tenth of a second. */
function timed(title: string, mostMs: number, series: number[][]): Panel {
  const share = (ms: number) => Math.log(Math.max(ms, LEAST_MS) / LEAST_MS) / Math.log(mostMs / LEAST_MS);
  const labels = {
    '0.1 s': 100,
    '1 s': 1_000,
    '10 s': 10_000,
    '1 min': 60_000,
    '10 min': 600_000,
    '1 h': 3_600_000,
  };
  const ticks = Object.entries(labels)
    .map(([label, value]) => ({ label, value }))
    .filter(({ value }) => value <= mostMs);
  return { title, ticks, series, share };
}

function heading(settings: Settings): string[] {
  const legend = REMINDED.map((tier, i) => {
    const x = LEFT + i * 110;
    return `<rect x="${x}" y="50" width="18" height="4" fill="${COLORS[i]}"/><text x="${x + 24}" y="56">${tier}</text>`;
  });
  const [users = '', ...rest] = conditions(settings).split(', ');
  return [
    `<text x="${LEFT}" y="24" font-size="16" font-weight="600">${users}: ${rest[0]}, ${rest[1]}</text>`,
    `<text x="${LEFT}" y="42" font-size="11" fill="#666">${rest.slice(2).join(', ')}</text>`,
    ...legend,
  ];
}

function draw(panel: Panel, top: number, { from }: Tally['span'], minutes: number): string[] {
  const bottom = top + PANEL;
  const y = (value: number) => round(bottom - Math.min(1, panel.share(value)) * PANEL);
  const x = (minute: number) => round(LEFT + (minute / minutes) * (WIDTH - LEFT - RIGHT));
  const rows = panel.ticks.map(
    ({ value, label }) =>
      `<path d="M${LEFT} ${y(value)}H${WIDTH - RIGHT}" stroke="${FAINT}"/>` +
      `<text x="${LEFT - 8}" y="${y(value) + 4}" text-anchor="end" font-size="12">${label}</text>`,
  );
  const everyMinutes = Math.max(180, Math.ceil(minutes / 8 / 1440) * 1440 * Number(minutes > 1440));
  const hours = Array.from({ length: Math.floor(minutes / everyMinutes) + 1 }, (_, i) => {
    const minute = i * everyMinutes;
    const label = new Date((from + minute) * 60_000)
      .toISOString()
      .slice(...(minutes > 1440 ? [5, 10] : [11, 16]));
    return (
      `<path d="M${x(minute)} ${top}V${bottom + 4}" stroke="${FAINT}"/>` +
      `<text x="${x(minute)}" y="${bottom + 18}" text-anchor="middle" font-size="12">${label}</text>`
    );
  });
  const lines = panel.series.map((values, i) => {
    const width = minutes / values.length;
    return `<path d="${steps(values.map(y), (bin) => x(bin * width))}" fill="none" stroke="${COLORS[i]}" stroke-width="1.4"/>`;
  });
  const title = `<text x="${LEFT}" y="${top - 10}" font-weight="600">${panel.title}</text>`;
  const frame = `<path d="M${LEFT} ${top}V${bottom}H${WIDTH - RIGHT}" fill="none" stroke="${TEXT}"/>`;
  return [title, ...rows, ...hours, ...lines.reverse(), frame];
}

/** A line that keeps each value for its bin, without the points that change nothing. */
function steps(heights: readonly number[], x: (bin: number) => number): string {
  let path = `M${x(0)} ${heights[0] ?? 0}`;
  for (const [bin, height] of heights.entries())
    if (bin > 0 && height !== heights[bin - 1]) path += `H${x(bin)}V${height}`;
  return `${path}H${x(heights.length)}`;
}

const round = (n: number) => Math.round(n * 10) / 10;
