import { expect, test } from 'vitest';
import { usualProjections } from '#projections/engine/registry.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import { verify } from '#services/projector/verify.ts';
import { eventually } from '#test/support/eventually.ts';
import { hasPgBouncer, startPgBouncer } from '#test/support/pgbouncer.ts';
import { testProcesses } from '#test/support/processes.ts';
import { type EndToEndFixture, ROLES, startEndToEndFixture, type WayIn } from './fixture.ts';
import { awaitReminder, makeHabit, minuteAhead, register, remindersOf, tapDone } from './journey.ts';

/* The whole path of a reminder through the real processes. Both ways wait for a minute to begin, so they run at once. */

const processes = testProcesses();
const NAME = 'Read <b>10</b> pages';

test.concurrent.each<WayIn>(['webhook', 'polling'])(
  'from Start to the streak, by %s: the reminder comes once, at its minute; Done edits it; the projections have it',
  async (wayIn) => {
    const fixture = await startEndToEndFixture(processes, wayIn);
    try {
      await beRemindedOnce(fixture);
      await expectFacts(fixture);
      await expectEqualToReplay(fixture);
    } finally {
      await fixture.stop();
    }
  },
  300_000,
);

const POOL = 2;
const ADMIN = 5002;

test.skipIf(!hasPgBouncer)(
  `the same while all services share ${POOL} connections of a PgBouncer in transaction mode (skipped without it)`,
  async () => {
    await using owned = new AsyncDisposableStack();
    const pooled = async (databaseUrl: string) => {
      const bouncer = await startPgBouncer(databaseUrl, POOL);
      owned.defer(bouncer.stop);
      return { DATABASE_URL: bouncer.url, ADMIN_IDS: String(ADMIN) };
    };
    const fixture = await startEndToEndFixture(processes, 'webhook', ROLES, pooled);
    owned.defer(fixture.stop);
    await beRemindedOnce(fixture);
    await expectFacts(fixture);
    await expectFigures(fixture);
    await expectEqualToReplay(fixture);
    const { rows } = await fixture.database.query<{ backends: number }>(
      `SELECT count(*)::int AS backends FROM pg_stat_activity
       WHERE datname = current_database() AND application_name IN ('bot', 'sender', 'shards', 'projector')`,
    );
    expect(rows[0]?.backends).toBeLessThanOrEqual(POOL);
    expect(rows[0]?.backends).toBeGreaterThan(0);
  },
  300_000,
);

async function beRemindedOnce({ telegram }: EndToEndFixture): Promise<void> {
  const person = await telegram.person({ id: 5001, languageCode: 'en', first_name: 'Robin' });
  await register(person);
  const { at, beginsMs } = minuteAhead(8_000);
  await makeHabit(person, NAME, at);
  const reminder = await awaitReminder(person, NAME, beginsMs - Date.now() + 30_000);
  expect(Date.now()).toBeGreaterThanOrEqual(beginsMs);
  expect(await tapDone(person, reminder)).toContain('Day one of a new streak');
  expect(await remindersOf(person, NAME)).toBe(1);
}

async function expectFacts({ database }: EndToEndFixture): Promise<void> {
  const facts = await eventually(async () => {
    const checkIns = await database.query('SELECT value FROM analytics.fact_check_ins');
    const reminders = await database.query('SELECT outcome, lateness_ms::int FROM analytics.fact_reminders');
    expect(checkIns.rowCount).toBe(1);
    expect(reminders.rowCount).toBe(1);
    return reminders.rows[0];
  });
  expect(facts.outcome).toBe('delivered');
  expect(facts.lateness_ms).toBeLessThan(30_000);
}

/** What the bot reads of the database for an admin. */
async function expectFigures({ telegram }: EndToEndFixture): Promise<void> {
  const admin = await telegram.person({ id: ADMIN, languageCode: 'en', first_name: 'Kim' });
  await admin.say('/admin');
  await admin.waitForMessage(({ text }) => text?.includes('Accounts') === true, { timeoutMs: 60_000 });
}

/** The live rows equal a replay of the log, row for row. */
async function expectEqualToReplay({ nats, database }: EndToEndFixture): Promise<void> {
  const databases = { schedules: database, analytics: database };
  for (const projection of await usualProjections()) {
    const { equal, tables } = await verify(projection, { nats, clock: systemClock, databases });
    expect({ name: projection.name, equal, tables }).toMatchObject({ equal: true });
  }
}
