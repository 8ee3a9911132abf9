import { readdir, readFile } from 'node:fs/promises';
import type { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeDeliveries } from '#projections/analytics/write-deliveries.ts';
import { writeEvents } from '#projections/analytics/write-events.ts';
import { inTransaction, useSchema } from '#projections/engine/checkpoints.ts';
import { loadProjectionNamed } from '#projections/engine/registry.ts';
import { prepareProjections } from '#projections/engine/versions.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres.ts';
import { lived } from './lived.ts';

const QUERIES = new URL('../../../projections/analytics/queries/', import.meta.url);

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  const databases = { schedules: database.pool, analytics: database.pool };
  await prepareProjections(databases, [await loadProjectionNamed('analytics')]);
  const { events, deliveries } = lived(1, 60, 60);
  await inTransaction(database.pool, async (db) => {
    await useSchema(db, 'analytics_v1');
    await writeEvents(events, db);
    await writeDeliveries(deliveries, db);
  });
  await database.pool.query('ANALYZE');
});
afterAll(() => database.drop());

test('each query of the folder answers its question as the page says', async () => {
  const names = (await readdir(QUERIES)).filter((name) => name.endsWith('.sql')).sort();
  const parts: string[] = [HEAD];
  for (const name of names)
    parts.push(await answered(database.pool, name, await readFile(new URL(name, QUERIES), 'utf8')));
  await expect(`${parts.join('\n\n')}\n`).toMatchFileSnapshot('../../../projections/analytics/QUESTIONS.md');
});

const HEAD = `# The usual questions

Answers of 60 generated people in the 60 days before 28 November 2026: what \`habitstream history generate --people 60 --days 60
--seed 1 --until 2026-11-28\` makes. A test asks them again.`;

/** One heading, the query, and its rows as a table. */
async function answered(pool: Pool, name: string, text: string): Promise<string> {
  const [heading = '', ...sql] = text.trimEnd().split('\n');
  const { fields, rows } = await pool.query<unknown[]>({ text, rowMode: 'array', types: AS_TEXT });
  const line = (cells: unknown[]) => `| ${cells.map((cell) => cell ?? '').join(' | ')} |`;
  const table = [line(fields.map((field) => field.name)), line(fields.map(() => '---')), ...rows.map(line)];
  return [`## ${heading.replace(/^-- /, '')}`, `\`queries/${name}\`:`, fenced(sql), table.join('\n')].join(
    '\n\n',
  );
}

const fenced = (sql: string[]) => `\`\`\`sql\n${sql.join('\n')}\n\`\`\``;

/** Dates as Postgres spells them, not as instants of this machine's zone. */
const AS_TEXT = { getTypeParser: () => (value: string | Buffer) => String(value) };
