import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { RESTORER } from '#deploy/nats/permissions.ts';
import { type BackupFixture, startBackupFixture } from './fixture.ts';

/* The folders of a backup's streams are those of the `nats` CLI. */

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const run = promisify(execFile);
/** Where it may be; undefined where it is not. */
const CLI = await firstOf(['nats', '/tmp/gobin/nats']);

async function firstOf(programs: readonly string[]): Promise<string | undefined> {
  for (const program of programs)
    if (await run(program, ['--version']).then(Boolean, () => false)) return program;
  return undefined;
}

let fixture: BackupFixture;
beforeAll(async () => {
  fixture = await startBackupFixture();
  await fixture.fill();
});
afterAll(() => fixture?.stop());

test.skipIf(!CLI)('the `nats` CLI (skipped without it) restores a stream of a backup', async () => {
  const events = await fixture.messages('EVENTS');
  const folder = fixture.newFolder();
  await fixture.create(folder);
  await fixture.empty();
  const { stderr } = await run(CLI ?? '', [
    ...['--server', fixture.server.urlOf(RESTORER), '--inbox-prefix', '_INBOX.restorer'],
    ...['stream', 'restore', join(folder, 'EVENTS'), '--no-progress'],
  ]);
  expect(await fixture.messages('EVENTS'), stderr).toEqual(events);
});
