import type { ClientBase } from 'pg';
import { localTimeOf } from '#contracts/time.ts';
import type { Log } from '../process/log.ts';
import { offsetLabel } from './local-time.ts';
import { latestShift, offsetAt } from './zone-offsets.ts';

/** An instant in a zone. */
export type Probe = { timezone: string; epochMinute: number };

/** Minutes east of UTC at each probe, or null in a zone that is not known, as another program sees it. */
export type OffsetsElsewhere = (probes: readonly Probe[]) => Promise<(number | null)[]>;

/** The first instant at which Node and Postgres show different clocks. `postgres` is undefined: it knows no such zone. */
export type Disagreement = { timezone: string; at: string; node: string; postgres: string | undefined };

const MINUTES_PER_DAY = 1440;
const AHEAD_DAYS = 2 * 365;
/** Ramadan, for which Morocco moves its clocks, is the shortest time between two shifts. */
const STEP = 7 * MINUTES_PER_DAY;
const MS_PER_MINUTE = 60_000;

/**
 * Where the tzdata of this Node and that of Postgres differ in the next two years, one line a zone. Only instants are
 * compared, which have one local time everywhere: for local times Postgres has another rule than we.
 */
export async function tzdataDisagreements(
  elsewhere: OffsetsElsewhere,
  zones: readonly string[],
  nowMs: number,
): Promise<Disagreement[]> {
  const probes = zones.flatMap((timezone) => probesOf(timezone, Math.floor(nowMs / MS_PER_MINUTE)));
  const offsets = await elsewhere(probes);
  const found = new Map<string, Disagreement>();
  for (const [i, { timezone, epochMinute }] of probes.entries()) {
    const offset = offsets[i] ?? null;
    if (found.has(timezone) || offset === offsetAt(epochMinute, timezone)) continue;
    const atMs = epochMinute * MS_PER_MINUTE;
    found.set(timezone, {
      timezone,
      at: new Date(atMs).toISOString(),
      node: offsetLabel(timezone, atMs),
      postgres: offset === null ? undefined : labelOf(offset),
    });
  }
  return [...found.values()];
}

/** Both sides of each shift that Node knows, and every week between, for those that it does not know. Rising. */
function probesOf(timezone: string, from: number): Probe[] {
  const minutes = new Set<number>();
  try {
    for (let minute = from; minute < from + AHEAD_DAYS * MINUTES_PER_DAY; minute += STEP) {
      const { at } = latestShift(minute, timezone);
      if (at > minute - STEP && at > from) minutes.add(at - 1).add(at);
      minutes.add(minute);
    }
  } catch (error) {
    // Unknown to this Node: the shards say so at every tick.
    if (!(error instanceof RangeError)) throw error;
  }
  return [...minutes].map((epochMinute) => ({ timezone, epochMinute }));
}

/** What Postgres knows, in one statement. */
export function offsetsInPostgres(db: Pick<ClientBase, 'query'>): OffsetsElsewhere {
  return async (probes) => {
    const { rows } = await db.query<{ minutes: number | null }>(OFFSETS, [
      probes.map(({ timezone }) => timezone),
      probes.map(({ epochMinute }) => epochMinute),
    ]);
    return rows.map(({ minutes }) => minutes);
  };
}

const OFFSETS = `
SELECT CASE WHEN known.name IS NOT NULL THEN
  (extract(epoch FROM (p.instant AT TIME ZONE p.timezone) - (p.instant AT TIME ZONE 'UTC')) / 60)::int
END AS minutes
FROM (
  SELECT timezone, to_timestamp(epoch_minute * 60::double precision) AS instant, place
  FROM unnest($1::text[], $2::int[]) WITH ORDINALITY AS u (timezone, epoch_minute, place)
) AS p
LEFT JOIN pg_timezone_names known ON known.name = p.timezone
ORDER BY p.place`;

/** What an operator wants to read, one line for each zone. */
export const disagreementLines = (disagreements: readonly Disagreement[]): string[] =>
  disagreements.map(adviceOn).map(({ found, advice }) => `${found}: ${advice}`);

/** What differs, and what to do about it. */
export const adviceOn = ({ timezone, at, node, postgres }: Disagreement) =>
  postgres === undefined
    ? {
        found: `Postgres does not know the zone ${timezone}, Node does`,
        advice: "update Postgres's tzdata",
      }
    : {
        found: `${timezone}: from ${at} on Node says ${node} and Postgres ${postgres}`,
        advice: 'update the older one. Reminders follow Node',
      };

/** Warns of every zone in use on which they differ. Never rejects: it is advice. */
export async function warnOfTzdata(
  db: Pick<ClientBase, 'query'>,
  zones: () => Promise<readonly string[]>,
  nowMs: number,
  log: Log,
): Promise<void> {
  try {
    const found = await tzdataDisagreements(offsetsInPostgres(db), await zones(), nowMs);
    for (const line of disagreementLines(found)) log.warn({ tzdata: true }, line);
  } catch (error) {
    log.warn({ err: error }, 'tzdata of Node and Postgres could not be compared');
  }
}

function labelOf(offset: number): string {
  return `UTC${offset < 0 ? '-' : '+'}${localTimeOf(Math.abs(offset))}`;
}
