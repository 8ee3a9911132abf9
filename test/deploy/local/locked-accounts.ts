import type { Pool } from 'pg';
import { systemClock } from '#services/platform/process/clock.ts';
import { startLoop } from '#services/platform/process/lifecycle.ts';

/** How reading accounts fails. */
export const failureOf = (pool: Pool): Promise<unknown> =>
  pool.query('SELECT timezone FROM schedules.accounts').then(
    () => 'no failure',
    (error: unknown) => error,
  );

/** The most backends that waited at once, by the service. */
export type Waiting = { most: Record<string, number> };

/** Runs `work` while nobody can read accounts, and counts the backends that wait for it, by the service. */
export async function whileAccountsLocked(
  superuser: Pool,
  work: (waiting: Waiting) => Promise<void>,
): Promise<void> {
  const { rows } = await superuser.query(
    `SELECT max(nspname) AS schema FROM pg_namespace WHERE nspname ~ '^schedules_v'`,
  );
  const locker = await superuser.connect();
  await locker.query(`BEGIN; LOCK TABLE ${rows[0]?.schema}.accounts IN ACCESS EXCLUSIVE MODE`);
  const waiting: Waiting = { most: {} };
  const counting = startLoop(systemClock, {
    async round() {
      const found = await superuser.query(
        `SELECT application_name AS service, count(*)::int AS backends FROM pg_stat_activity
         WHERE wait_event_type = 'Lock' GROUP BY 1`,
      );
      for (const { service, backends } of found.rows) {
        waiting.most[service] = Math.max(backends, waiting.most[service] ?? 0);
      }
      return 50;
    },
    afterFailure: () => 50,
  });
  try {
    await work(waiting);
  } finally {
    await counting.stop();
    await locker.query('ROLLBACK');
    locker.release();
  }
}
