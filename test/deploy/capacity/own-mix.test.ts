import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { readDistribution } from '#deploy/capacity/distribution.ts';
import { prepareProjections } from '#projections/engine/versions.ts';
import { createTestDatabase } from '#test/support/postgres.ts';

const README = new URL('../../../deploy/capacity/README.md', import.meta.url);

it('the query of the README gives the distribution of a running system', async () => {
  const [, query] = /-c "([^"]+)"/.exec(await readFile(README, 'utf8')) ?? [];
  const { pool, drop } = await createTestDatabase();
  try {
    await prepareProjections({ schedules: pool, analytics: pool });
    await pool.query(
      `INSERT INTO schedules.reminders
         (user_id, habit_id, local_minute, weekdays, partition, timezone, active, flexible_by)
       VALUES (1, 'a', 485, 127, 0, 'Asia/Kolkata', true, 0), (2, 'b', 485, 127, 0, 'Asia/Kolkata', true, 0),
         (3, 'c', 0, 127, 0, NULL, true, 0), (4, 'd', 1439, 127, 0, 'Asia/Kolkata', false, 0)`,
    );
    const { rows, fields } = await pool.query<Record<string, string>>(query ?? '');
    const lines = [fields.map(({ name }) => name), ...rows.map((row) => Object.values(row))];
    const csv = lines.map((cells) => cells.join(',')).join('\n');
    expect(readDistribution(csv)).toEqual([
      { timezone: 'Asia/Kolkata', weight: 2, times: [{ minute: 485, weight: 2 }] },
    ]);
  } finally {
    await drop();
  }
});
