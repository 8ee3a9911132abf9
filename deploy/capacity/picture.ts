import { beginOfMinuteMs, type EpochMinute, minutesAfter } from '#contracts/time.ts';
import { linearAxis, type Mark, type Plot, plot } from './plot.ts';
import { REMINDER_TIERS } from './population.ts';
import { conditions, duration } from './report.ts';
import type { Settings } from './settings.ts';
import type { Tally } from './tally.ts';

const WIDTH = 960;
const LEFT = 88;
const RIGHT = 28;
const TOP = 118;
const PLOT = 190;
const GAP = 60;
const HEIGHT = TOP + 3 * PLOT + 2 * GAP + 54;
/** A bin shows its minute with the greatest value. Queues change fast, so areas get more bins than lines can have. */
const MOST_BINS = { stacked: 480, lines: 288 } as const;
/** Of the tiers. They differ also in print and for colour-blind readers. */
const COLORS = ['#0072b2', '#e69f00', '#8c8c8c'];
const MINUTES_PER_DAY = 1440;

/** Messages due, reminders waiting and lateness over the simulated days in UTC, as one SVG. */
export function picture(settings: Settings, { span, timeline }: Tally): string {
  const minutes = span.to - span.from;
  const columns = hours(span.from, minutes);
  const plots = [
    counts('Messages due in a minute', 'messages', timeline.due, minutes),
    counts('Reminders waiting', 'reminders', timeline.waiting, minutes),
    lateness(settings.deadlineMs, timeline.latestMs, minutes),
  ];
  const box = (i: number) => ({
    left: LEFT,
    top: TOP + i * (PLOT + GAP),
    width: WIDTH - LEFT - RIGHT,
    height: PLOT,
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="13" fill="#222">`,
    `<title>Reminders over the day: ${conditions(settings)}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    ...heading(settings),
    ...plots.flatMap((each, i) => plot({ ...each, columns }, box(i))),
    `<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 10}" text-anchor="middle">Time (UTC)</text>`,
    '</svg>\n',
  ].join('\n');
}

function heading(settings: Settings): string[] {
  const [users = '', window = '', budget = '', ...rest] = conditions(settings).split(', ');
  const legend = REMINDER_TIERS.map((tier, i) => {
    const x = LEFT + i * 110;
    return `<rect x="${x}" y="64" width="20" height="8" fill="${COLORS[i]}"/><text x="${x + 27}" y="73">${tier}</text>`;
  });
  return [
    `<text x="${LEFT}" y="26" font-size="17" font-weight="600">${users}: ${window}, ${budget}</text>`,
    `<text x="${LEFT}" y="47" font-size="12" fill="#555">${rest.join(', ')}</text>`,
    ...legend,
  ];
}

type Drawing = Omit<Plot, 'columns'>;

function counts(title: string, unit: string, values: ArrayLike<number>, minutes: number): Drawing {
  const series = binned(values, minutes, MOST_BINS.stacked);
  const totals = (series[0] ?? []).map((_, bin) =>
    series.reduce((sum, heights) => sum + (heights[bin] ?? 0), 0),
  );
  const { share, marks } = linearAxis(Math.max(1, ...totals));
  return {
    title,
    unit,
    style: 'stacked',
    colors: COLORS,
    rows: marks,
    series: series.map((each) => each.map(share)),
  };
}

const LEAST_MS = 100;
const MARKS = {
  '0.1 s': 100,
  '1 s': 1_000,
  '10 s': 10_000,
  '1 min': 60_000,
  '10 min': 600_000,
  '1 h': 3_600_000,
};

/** On a logarithmic axis, whose upper end is the deadline. */
function lateness(deadlineMs: number, latestMs: ArrayLike<number>, minutes: number): Drawing {
  const share = (ms: number) =>
    Math.log(Math.max(Math.min(ms, deadlineMs), LEAST_MS) / LEAST_MS) / Math.log(deadlineMs / LEAST_MS);
  const rows = Object.entries(MARKS)
    .filter(([, ms]) => ms < deadlineMs / 2.5)
    .map(([label, ms]) => ({ label, at: share(ms) }));
  return {
    title: 'How late the last one due in a minute was sent (at the top: it expired)',
    unit: 'lateness',
    style: 'lines',
    colors: COLORS,
    rows: [...rows, { label: duration(deadlineMs), at: 1 }],
    series: binned(latestMs, minutes, MOST_BINS.lines).map((each) => each.map(share)),
  };
}

/** For each tier and bin, the values of the minute whose sum over the tiers is the greatest. */
function binned(values: ArrayLike<number>, minutes: number, mostBins: number): number[][] {
  const width = Math.max(1, Math.ceil(minutes / mostBins));
  const of = (minute: number) =>
    REMINDER_TIERS.map((_, tier) => values[minute * REMINDER_TIERS.length + tier] ?? 0);
  const sum = (minute: number) => of(minute).reduce((total, value) => total + value, 0);
  const greatest = Array.from({ length: Math.ceil(minutes / width) }, (_, bin) => {
    const end = Math.min(minutes, (bin + 1) * width);
    let best = bin * width;
    for (let minute = best + 1; minute < end; minute++) if (sum(minute) > sum(best)) best = minute;
    return of(best);
  });
  return REMINDER_TIERS.map((_, tier) => greatest.map((each) => each[tier] ?? 0));
}

/** Eight steps of three hours, or about as many of whole days. */
function hours(from: EpochMinute, minutes: number): Mark[] {
  const daily = minutes > MINUTES_PER_DAY;
  const every = daily ? Math.ceil(minutes / 10 / MINUTES_PER_DAY) * MINUTES_PER_DAY : 180;
  return Array.from({ length: Math.floor(minutes / every) + 1 }, (_, i) => {
    const instant = new Date(beginOfMinuteMs(minutesAfter(from, i * every))).toISOString();
    return { at: (i * every) / minutes, label: daily ? instant.slice(5, 10) : instant.slice(11, 16) };
  });
}
