import type { Settings } from './settings.ts';
import type { Lateness, Quantiles, Summary } from './summary.ts';

/** One run, a line for each tier. */
export function report(summary: Summary): string {
  const { settings, tiers, all, replies, budgetUsed } = summary;
  const lines = Object.entries({ ...tiers, all }).map(([name, lateness]) => [
    name,
    number(lateness.queued),
    ...quantiles(lateness.latenessMs),
    share(expiredShare(lateness)),
  ]);
  const answers = ['replies', number(replies.count), ...quantiles(replies.waitMs), ''];
  return [
    conditions(settings),
    '',
    ...aligned([['', 'messages', 'p50', 'p95', 'p99', 'max', 'expired'], ...lines, answers]),
    '',
    `Longest backlog: ${backlog(summary)}, from ${summary.longestBacklog.fromAt.slice(0, 16)}Z.`,
    `Budget used: ${share(budgetUsed.whole)}, in the busiest hour ${share(budgetUsed.wholeInBusiestHour)}.`,
  ].join('\n');
}

const HEAD = [
  'Users',
  'Window',
  'Messages a day',
  'Engaged',
  'Regular',
  'Dormant',
  'Expired',
  'Backlog',
  'Budget',
];

/** Several runs, a row of a Markdown table for each. Lateness is p50 / p95 / p99 / max. */
export function table(summaries: readonly Summary[]): string {
  const rows = summaries.map((summary) => rowOf(summary));
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(HEAD), line(HEAD.map(() => '---')), ...rows.map(line)].join('\n');
}

function rowOf(summary: Summary): string[] {
  const { settings, tiers, all, budgetUsed } = summary;
  return [
    number(settings.users),
    settings.windowMinutes === 0 ? 'exact' : `±${settings.windowMinutes} min`,
    number(all.queued / settings.days),
    ...Object.values(tiers).map(({ latenessMs }) =>
      latenessMs ? quantiles(latenessMs).join(' / ') : 'none sent',
    ),
    share(expiredShare(all)),
    backlog(summary),
    `${share(budgetUsed.whole)}, ${share(budgetUsed.wholeInBusiestHour)}`,
  ];
}

const DAY_MS = 86_400_000;

function backlog({ settings, longestBacklog: { ms } }: Summary): string {
  return ms >= settings.days * DAY_MS ? 'never empty' : duration(ms);
}

/** What was simulated, in one line. */
export function conditions(settings: Settings): string {
  const window = settings.windowMinutes === 0 ? 'exact times' : `windows of ±${settings.windowMinutes} min`;
  const days = settings.days === 1 ? '1 day' : `${settings.days} days`;
  return (
    `${number(settings.users)} users, ${window}, ${settings.sendRate}/s of which reminders ${settings.bulkRate}/s, ` +
    `${number(settings.inFlight)} in flight a tier, expiry after ${duration(settings.deadlineMs)}, ` +
    `${settings.taps} taps a reminder, ${days} from ${settings.from}, seed ${settings.seed}`
  );
}

/** `0.4 s`, `25 s`, `1:52 min`, `2:05 h`. */
export function duration(ms: number): string {
  if (ms < 9_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const two = (n: number) => String(n).padStart(2, '0');
  if (seconds < 3600) return `${Math.floor(seconds / 60)}:${two(seconds % 60)} min`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)} h`;
}

const number = (n: number) => Math.round(n).toLocaleString('en-US');

function quantiles(found: Quantiles | undefined): string[] {
  if (found === undefined) return ['-', '-', '-', '-'];
  return [found.p50, found.p95, found.p99, found.max].map(duration);
}

const expiredShare = ({ queued, expired }: Lateness) => (queued === 0 ? 0 : expired / queued);

function share(part: number): string {
  if (part === 0) return '0%';
  return part < 0.0995 ? `${(part * 100).toFixed(part < 0.00995 ? 2 : 1)}%` : `${Math.round(part * 100)}%`;
}

function aligned(rows: readonly string[][]): string[] {
  const widths = rows[0]?.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}
