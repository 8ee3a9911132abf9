import { parseArgs } from 'node:util';
import { z } from 'zod';
import { LocalDate } from '#contracts/time.ts';
import { WrongUsage, wrongOptions } from '../cli/usage.ts';
import type { Settings } from './settings.ts';

export const USAGE = `Usage: npm run simulate -- [options]

How late reminders are, and how many expire, by the code that sends them, on a virtual clock.

  --users N,…          people with reminders (100000)
  --window MINUTES,…   reminders come up to so many minutes before or after their time (0)
  --distribution FILE  CSV "timezone,at,weight", or "default"
  --habits N           reminders of a person, on average (2.5)
  --coalesce SHARE     part of the further ones at the time of the first: one message (0.4)
  --rate N             messages a second (28)
  --bulk-rate N        of these, reminders (25)
  --reply-traffic N    taps for each delivered reminder, 0 to 1 (0.4)
  --deadline MINUTES   not sent later than this (120)
  --in-flight N        max_ack_pending of each tier's consumer (64)
  --send-ms MS         from a reminder's slot to its ack (80)
  --from DATE          first day, in UTC (2026-11-25)
  --days N             number of days (1)
  --seed N             other people of the same kind (1)
  --json FILE          figures
  --svg FILE           picture of the day, for one number of users and one window

Several users or windows give a table, a row for each pair.`;

const whole = (min: number, max: number) => z.coerce.number().int().min(min).max(max);
const wholes = (min: number, max: number) =>
  z
    .string()
    .transform((text): unknown => text.split(','))
    .pipe(z.array(whole(min, max)));
const share = z.coerce.number().min(0).max(1);

const Options = z.object({
  users: wholes(1, 10_000_000).default([100_000]),
  window: wholes(0, 180).default([0]),
  distribution: z.string().default('default'),
  habits: z.coerce.number().min(1).max(6).default(2.5),
  coalesce: share.default(0.4),
  rate: whole(1, 1000).default(28),
  'bulk-rate': whole(1, 1000).default(25),
  'reply-traffic': share.default(0.4),
  deadline: whole(1, 1440).default(120),
  'in-flight': whole(1, 65_536).default(64),
  'send-ms': whole(0, 60_000).default(80),
  from: LocalDate.default('2026-11-25'),
  days: whole(1, 31).default(1),
  seed: whole(0, 2 ** 31).default(1),
  json: z.string().optional(),
  svg: z.string().optional(),
});

export type SimulationRequest = {
  /** One for each pair of `--users` and `--window`, in their order. */
  runs: Settings[];
  /** Path of a CSV, or `default`. */
  distribution: string;
  json: string | undefined;
  svg: string | undefined;
};

/** @throws {WrongUsage} naming every option that is unknown or wrong. */
export function readOptions(args: string[]): SimulationRequest {
  const parsed = Options.safeParse(parseFlags(args));
  if (!parsed.success) throw wrongOptions(parsed.error);
  const { users, window, distribution, json, svg, ...rest } = parsed.data;
  if (rest['bulk-rate'] > rest.rate) throw new WrongUsage('--bulk-rate is a part of --rate.');
  if (svg !== undefined && users.length * window.length > 1)
    throw new WrongUsage('--svg shows one number of users and one window.');
  const common = {
    habits: rest.habits,
    coalesce: rest.coalesce,
    sendRate: rest.rate,
    bulkRate: rest['bulk-rate'],
    taps: rest['reply-traffic'],
    deadlineMs: rest.deadline * 60_000,
    inFlight: rest['in-flight'],
    sendMs: rest['send-ms'],
    from: rest.from,
    days: rest.days,
    seed: rest.seed,
  };
  const runs = users.flatMap((n) =>
    window.map((minutes) => ({ users: n, windowMinutes: minutes, ...common })),
  );
  return { runs, distribution, json, svg };
}

function parseFlags(args: string[]) {
  try {
    const names = Object.keys(Options.shape);
    const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
    return parseArgs({ args, options }).values;
  } catch (error) {
    throw new WrongUsage(error instanceof Error ? error.message : String(error));
  }
}
