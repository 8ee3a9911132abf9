import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadProjectionNamed } from '#projections/engine/registry.ts';
import { prepareProjections } from '#projections/engine/versions.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres.ts';

/* Where a filter by dates ends up in the plan. No times: how long it takes is measured by the benchmark `views`. */

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  const databases = { schedules: database.pool, analytics: database.pool };
  await prepareProjections(databases, [await loadProjectionNamed('analytics')]);
  // In the order of their days, as they come.
  await database.pool.query(`
    INSERT INTO analytics_v1.fact_entry_changes
      (user_id, habit_id, on_date, sequence, action, happened_at, held_before, holds, correlation_id)
    SELECT n % 500, 'habit', '2026-01-01'::date + n / 100, n, 'skip', '2026-01-01T12:00Z'::timestamptz + n / 100 * interval '1 day',
      'nothing', 'skip', 'update'
    FROM generate_series(1, 40000) n;
    ANALYZE analytics_v1.fact_entry_changes`);
});
afterAll(() => database.drop());

const WEEK = `BETWEEN '2026-11-16' AND '2026-11-22'`;

/** As Postgres would plan it with so many rows that reading a whole table costs more than any index. */
async function planOf(view: string, condition: string): Promise<string[]> {
  const client = await database.pool.connect();
  try {
    await client.query('BEGIN; SET LOCAL enable_seqscan = off');
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(
      `EXPLAIN (COSTS OFF) SELECT * FROM analytics.${view} WHERE ${condition}`,
    );
    return rows.map((row) => row['QUERY PLAN']);
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
}

const BY_INDEX: [view: string, day: string, tables: number][] = [
  ['fact_check_ins', 'on_date', 1],
  ['fact_entry_changes', 'on_date', 1],
  ['fact_entry_changes', 'acted_on', 1],
  ['fact_reminders', 'on_date', 1],
  ['fact_snoozes', 'on_date', 1],
  // Of entries, and of reminders.
  ['daily_activity', 'on_date', 2],
  ['activity_by_day_acted', 'acted_on', 1],
  ['activity_by_day_for', 'on_date', 1],
  // Of reminders, and of the acts that answer them.
  ['reminder_answers', 'on_date', 2],
];
const MADE = [
  ['habit_days', 'on_date'],
  ['completion_by_day', 'on_date'],
] as const;
/** Payments are few. */
const WHOLE = [['payments_by_day', 'paid_on']] as const;

test('every view with a day is tried here', async () => {
  const { rows } = await database.pool.query<{ view: string; day: string }>(
    `SELECT relname AS view, attname AS day FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
     WHERE relnamespace = 'analytics'::regnamespace AND atttypid = 'date'::regtype
       AND attname IN ('on_date', 'acted_on', 'paid_on')`,
  );
  const tried = [...BY_INDEX, ...MADE, ...WHOLE].map(([view, day]) => `${view} ${day}`);
  expect(rows.map(({ view, day }) => `${view} ${day}`).sort()).toEqual(tried.sort());
});

test.each(BY_INDEX)('%s by %s reads its table by an index on that day', async (view, day, tables) => {
  const plan = await planOf(view, `${day} ${WEEK}`);
  // The primary keys have the day too, behind the person: such an index would be read as a whole.
  const conditions = plan.filter(
    (line, i) =>
      /Index Cond: .*2026-11-16.*2026-11-22/.test(line) && plan[i - 1]?.match(/_(on_date|acted_on)( |$)/),
  );
  expect({ plan, conditions: conditions.length }).toEqual({ plan, conditions: tables });
});

test.each(MADE)(
  '%s by %s makes no other days: they are left out before entries are looked up',
  async (view, day) => {
    const plan = await planOf(view, `${day} ${WEEK}`);
    const made = plan.findIndex((line) => line.includes('Function Scan on generate_series'));
    expect({ plan, filter: plan[made + 1] }).toEqual({
      plan,
      filter: expect.stringMatching(/Filter: .*2026-11-16.*2026-11-22/),
    });
  },
);

test.each(['habit_rules', 'habit_days', 'habit_streaks'])(
  '%s of one person is made of their habits alone',
  async (view) => {
    const plan = await planOf(view, 'user_id = 7');
    const habits = plan.flatMap((line, i) => (/ on dim_habit_versions/.test(line) ? [plan[i + 1]] : []));
    expect({ plan, habits }).toEqual({ plan, habits: [expect.stringMatching(/Cond: .*user_id = '?7/)] });
  },
);

test('habit_days joins the entry of a day by its day too, not all entries of the habit', async () => {
  const plan = await planOf('habit_days', 'true');
  const joins = plan.filter((line) => /Cond: .*\be\.habit_id/.test(line));
  expect({ plan, joins }).toEqual({ plan, joins: [expect.stringContaining('e.on_date')] });
});
