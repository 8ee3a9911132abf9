import { LocalTime, minuteOfDay } from '#contracts/time.ts';
import { canonicalTimezone } from '#services/platform/local-time/local-time.ts';
import { WrongUsage } from '../cli/usage.ts';

/** Where people live, and at which minutes of the local day their reminders are. Weights are relative. */
export type Distribution = readonly ZoneShare[];
export type ZoneShare = { timezone: string; weight: number; times: readonly TimeShare[] };
/** `minute` counts from local midnight. */
export type TimeShare = { minute: number; weight: number };

const HEADER = 'timezone,at,weight';

/**
 * Reads a CSV with the columns `timezone,at,weight`, such as `Europe/Moscow,08:30,1250`. The weight of a zone is the sum
 * of its times. README.md has the query that makes such a file from a running system.
 * @throws {WrongUsage} naming the line that cannot be read.
 */
export function readDistribution(text: string): Distribution {
  const [header, ...lines] = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  if (header?.replace(/["\s]/g, '') !== HEADER) throw new WrongUsage(`The first line must be "${HEADER}".`);
  const zones = new Map<string, TimeShare[]>();
  for (const [i, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const { timezone, ...share } = readLine(line, i + 2);
    const times = zones.get(timezone);
    if (times) times.push(share);
    else zones.set(timezone, [share]);
  }
  const shares = [...zones].map(([timezone, times]) => ({ timezone, times, weight: sum(times) }));
  if (sum(shares) === 0) throw new WrongUsage('The distribution has no line with a weight above 0.');
  return shares.filter(({ weight }) => weight > 0);
}

const sum = (shares: readonly { weight: number }[]) =>
  shares.reduce((total, { weight }) => total + weight, 0);

function readLine(line: string, number: number): TimeShare & { timezone: string } {
  const [name = '', at = '', weight = '', ...more] = line.replace(/"/g, '').split(',');
  const timezone = canonicalTimezone(name.trim());
  const time = LocalTime.safeParse(at.trim().slice(0, 5));
  const size = weight.trim() === '' ? Number.NaN : Number(weight);
  const problem =
    (more.length > 0 && 'three columns are expected') ||
    (timezone === undefined && `there is no time zone "${name}"`) ||
    (!time.success && `"${at}" is not a time as HH:MM`) ||
    (!(size >= 0 && size < Number.POSITIVE_INFINITY) && `"${weight}" is not a weight`);
  if (problem || timezone === undefined || !time.success)
    throw new WrongUsage(`Line ${number} of the distribution: ${problem}.`);
  return { timezone, minute: minuteOfDay(time.data), weight: size };
}
