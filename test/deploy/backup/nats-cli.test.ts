import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { RESTORER } from '#deploy/nats/permissions.ts';
import { hasNatsCli, openNatsCli } from '#test/support/nats-cli.ts';
import { type BackupFixture, startBackupFixture } from './fixture.ts';

/* The folders of a backup's streams are those of the `nats` CLI. */

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let fixture: BackupFixture;
beforeAll(async () => {
  fixture = await startBackupFixture();
  await fixture.fill();
});
afterAll(() => fixture?.stop());

test.skipIf(!hasNatsCli)('the `nats` CLI (skipped without it) restores a stream of a backup', async () => {
  const events = await fixture.messages('EVENTS');
  const folder = fixture.newFolder();
  await fixture.create(folder);
  await fixture.empty();
  const cli = await openNatsCli({ url: fixture.server.urlOf(RESTORER) });
  const restore = ['stream', 'restore', join(folder, 'EVENTS'), '--no-progress'];
  const printed = await cli.run(['--inbox-prefix', '_INBOX.restorer', ...restore]);
  expect(await fixture.messages('EVENTS'), printed).toEqual(events);
});
