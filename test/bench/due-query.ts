import type { Pool } from 'pg';
import { PARTITIONS } from '#contracts/subjects.ts';
import { dueReminders } from '#projections/schedules/due.ts';
import type { BenchRow } from './bench-row.ts';

const ZONES = ['Europe/Berlin', 'Asia/Tokyo', 'America/New_York', 'Asia/Kolkata', 'Europe/Moscow'];
const SMALL = 200_000;
const LARGE = 2_000_000;
const PEAK = 30_000;
const PEAK_MINUTE = 540;
const ORDINARY_MINUTE = 700;
/** How many days the people who are due have answered: old entries must cost nothing. */
const DAYS_ANSWERED = 20;
const ROUNDS = 5;
const CHUNK = 1_000;

/** The due query of all partitions, in an ordinary minute and in one with 30,000 due rows. Fills the tables itself. */
export async function benchDueQuery(pool: Pool): Promise<BenchRow[]> {
  await fill(pool, SMALL);
  const small = await milliseconds(pool, ORDINARY_MINUTE);
  const peak = await milliseconds(pool, PEAK_MINUTE);
  const plain = await plainRows(pool);
  await fill(pool, LARGE);
  const large = await milliseconds(pool, ORDINARY_MINUTE);
  return [
    {
      name: 'due query, ordinary minute, 2M against 200k schedules',
      ours: large.ms,
      raw: small.ms,
      unit: 'ms',
      ratio: large.ms / small.ms,
      note: `${large.rows} against ${small.rows} rows, 64 partitions x ${ZONES.length} zones`,
    },
    {
      name: 'due query, peak minute',
      ours: peak.ms,
      raw: plain,
      unit: 'ms',
      ratio: peak.ms / plain,
      note: `${peak.rows} of ${SMALL} rows; raw: as many rows selected without any condition`,
    },
  ];
}

/** The same number is due in an ordinary minute, whatever `schedules` is: only rows that are not due grow in number. */
async function fill(pool: Pool, schedules: number): Promise<void> {
  const { rows } = await pool.query<{ version: number }>(
    "SELECT version FROM projections.checkpoints WHERE projection = 'schedules'",
  );
  const schema = `schedules_v${rows[0]?.version}`;
  const zone = `('{${ZONES}}'::text[])[1 + n % ${ZONES.length}]`;
  const fewMinutes = `CASE WHEN n < ${PEAK} THEN ${PEAK_MINUTE} WHEN n < ${PEAK + 200} THEN ${ORDINARY_MINUTE}
    ELSE (n * 7) % ${PEAK_MINUTE} END`;
  await pool.query(`
    TRUNCATE ${schema}.accounts, ${schema}.habits, ${schema}.reminders, ${schema}.answers;
    INSERT INTO ${schema}.accounts (user_id, partition, locale, timezone, blocked, last_answered_at)
      SELECT 1000 + n, n % 64, 'en', ${zone}, false, '2026-11-20T00:00Z'
      FROM generate_series(0, ${schedules - 1}) AS n;
    INSERT INTO ${schema}.reminders (user_id, habit_id, local_minute, weekdays, partition, timezone, active)
      SELECT 1000 + n, 'aaaaaaaaaaaaa', ${fewMinutes}, 127, n % 64, ${zone}, true
      FROM generate_series(0, ${schedules - 1}) AS n;
    INSERT INTO ${schema}.answers SELECT 1000 + n, 'aaaaaaaaaaaaa', '2026-11-24', 1
      FROM generate_series(0, ${schedules - 1}) AS n;
    INSERT INTO ${schema}.answers SELECT 1000 + n, 'aaaaaaaaaaaaa', '2026-11-24'::date - day, 1
      FROM generate_series(0, ${PEAK + 199}) AS n, generate_series(1, ${DAYS_ANSWERED}) AS day;`);
  for (const table of ['accounts', 'reminders', 'answers'])
    await pool.query(`VACUUM ANALYZE ${schema}.${table}`);
}

async function milliseconds(pool: Pool, minute: number): Promise<{ ms: number; rows: number }> {
  const minutes = ZONES.map((timezone) => ({
    timezone,
    on: '2026-11-25',
    weekday: 3,
    fromMinute: minute,
    toMinute: minute,
  }));
  let count = 0;
  const ms = await median(async () => {
    count = 0;
    for await (const rows of dueReminders(pool, { partitions: PARTITIONS, minutes }, CHUNK))
      count += rows.length;
  });
  return { ms, rows: count };
}

function plainRows(pool: Pool): Promise<number> {
  return median(async () => {
    await pool.query(
      `SELECT user_id, habit_id, local_minute, '2026-11-25' AS on_date, now() AS at
       FROM schedules.reminders LIMIT ${PEAK}`,
    );
  });
}

async function median(work: () => Promise<void>): Promise<number> {
  const took: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const started = performance.now();
    await work();
    took.push(performance.now() - started);
  }
  const middle = took.sort((a, b) => a - b)[ROUNDS >> 1] ?? 0;
  return Math.round(middle * 10) / 10;
}
