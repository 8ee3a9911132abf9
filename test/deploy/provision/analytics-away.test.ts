import { jetstreamManager } from '@nats-io/jetstream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestNats, type TestNats } from '#test/support/nats.ts';
import { freePorts } from '#test/support/ports.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres.ts';
import { testProcesses } from '#test/support/processes.ts';

/* What provisioning does, and says, while a Postgres is away. */

const processes = testProcesses();
let nats: TestNats;
let schedules: TestDatabase;
let analytics: TestDatabase;
let nowhere = '';
beforeAll(async () => {
  nats = await startTestNats();
  [schedules, analytics] = [await createTestDatabase(), await createTestDatabase()];
  const [port = 0] = await freePorts(1);
  nowhere = `postgres://someone:secret@127.0.0.1:${port}/analytics`;
});
afterAll(async () => {
  await Promise.all([schedules?.drop(), analytics?.drop()]);
  await nats?.stop();
});

async function provision(databases: Record<string, string>, ...args: string[]) {
  const env = { NATS_URL: nats.url, ...databases };
  const command = await processes.startScript('deploy/cli/habitstream.ts', ['provision', ...args], env);
  const { code } = await command.exited;
  return { code, lines: command.lines };
}

const schemasOf = async ({ pool }: TestDatabase): Promise<string[]> => {
  const { rows } = await pool.query<{ nspname: string }>(
    `SELECT nspname FROM pg_namespace WHERE nspname ~ '_v1$' ORDER BY nspname`,
  );
  return rows.map(({ nspname }) => nspname);
};
const streamNames = async (): Promise<string[]> => {
  const { streams } = await jetstreamManager(await nats.connection());
  const names: string[] = [];
  for await (const { config } of streams.list()) names.push(config.name);
  return names;
};

test('the Postgres of the schedules away: one line, and nothing is made', async () => {
  const { code, lines } = await provision({ DATABASE_URL: nowhere, ANALYTICS_DATABASE_URL: analytics.url });
  expect({ code, lines }).toEqual({
    code: 1,
    lines: [expect.stringMatching(/DATABASE_URL: Postgres does not answer/)],
  });
  expect(await streamNames()).toEqual([]);
  expect(await schemasOf(analytics)).toEqual([]);
});

test('that of the analytics away: the rest is made, one line says what to do; afterwards the same command makes it whole', async () => {
  const databases = { DATABASE_URL: schedules.url, ANALYTICS_DATABASE_URL: nowhere };
  const away = await provision(databases);
  expect(away.code).toBe(1);
  expect(away.lines.filter((line) => /warning|rror/.test(line) && !line.includes('limit'))).toEqual([
    expect.stringMatching(
      /^warning: ANALYTICS_DATABASE_URL: Postgres of the analytics does not answer.*: run "npm run habitstream -- provision" again$/,
    ),
  ]);
  expect(away.lines.join()).not.toContain('secret');
  expect(await streamNames()).toContain('EVENTS');
  expect(await schemasOf(schedules)).toEqual(['admin_v1', 'schedules_v1']);

  const checked = await provision(databases, '--check');
  expect({ code: checked.code, lines: checked.lines.length }).toEqual({ code: 1, lines: 1 });

  const again = await provision({ ...databases, ANALYTICS_DATABASE_URL: analytics.url });
  expect(again.code).toBe(0);
  expect(again.lines).toContain('projection analytics: version 1 created');
  expect(await schemasOf(analytics)).toEqual(['analytics_v1']);
}, 300_000);
