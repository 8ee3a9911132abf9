import { appendFile, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AckPolicy } from '@nats-io/jetstream';
import { createInbox } from '@nats-io/transport-node';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { nextMessages } from '#contracts/jetstream-api.ts';
import { tombstoneSubject } from '#contracts/subjects.ts';
import { BACKED_UP } from '#deploy/backup/contents.ts';
import { BackupRefused } from '#deploy/backup/refused.ts';
import { driftOf } from '#deploy/provision/provision.ts';
import { projectionConsumers } from '#projections/engine/registry.ts';
import { eventually } from '#test/support/eventually.ts';
import { type BackupFixture, startBackupFixture } from './fixture.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

let fixture: BackupFixture;
let backup: string;
const before: Record<string, string[]> = {};

beforeAll(async () => {
  fixture = await startBackupFixture();
  await fixture.fill();
  for (const stream of BACKED_UP) before[stream] = await fixture.messages(stream);
  backup = fixture.newFolder();
  await fixture.create(backup);
});
afterAll(() => fixture?.stop());
afterEach(() => expect([...fixture.server.violations]).toEqual([]));

async function expectRestored(): Promise<void> {
  for (const stream of BACKED_UP)
    expect({ [stream]: await fixture.messages(stream) }).toEqual({ [stream]: before[stream] });
}

test('an empty server gets every message back with its sequence, and nothing else; provisioning then finds it as declared', async () => {
  const consumer = { durable_name: 'of-mine', ack_policy: AckPolicy.Explicit };
  await fixture.empty();
  await fixture.restore(backup);
  expect(await fixture.streamNames()).toEqual([...BACKED_UP].toSorted());
  await fixture.provision();
  await expectRestored();
  expect(
    await driftOf(fixture.nats, { shardCount: 2, consumers: await projectionConsumers() }),
  ).toMatchObject({
    changes: [],
    refused: [],
  });
  // Consumers come back where they stood.
  await fixture.manager.consumers.add('DELIVERIES', consumer);
  const own = await fixture.js.consumers.get('DELIVERIES', 'of-mine');
  for await (const message of await own.fetch({ max_messages: 5 })) await message.ackAck();
  const folder = fixture.newFolder();
  await fixture.create(folder);
  await fixture.empty();
  await fixture.restore(folder);
  expect((await fixture.manager.consumers.info('DELIVERIES', 'of-mine')).ack_floor.consumer_seq).toBe(5);
  await fixture.manager.consumers.delete('DELIVERIES', 'of-mine');
  await fixture.provision();
});

test('a server with messages is left alone; with the word for it all goes but what was forgotten since', async () => {
  await fixture.empty();
  await fixture.restore(backup);
  await fixture.provision();
  const since = fixture.newFolder();
  await fixture.create(since);
  await fixture.js.publish(tombstoneSubject('since'), '{"at":"2026-11-28T00:00:00.000Z"}');
  const tombstones = await fixture.messages('TOMBSTONES');
  await expect(fixture.restore(since)).rejects.toThrow(
    /^This NATS is not empty: EVENTS \(up to \d+\), DELIVERIES .*Restore into an empty one, or .*--replace\.$/,
  );
  const told: string[] = [];
  await fixture.restore(since, {
    replace: true,
    onStream: ({ name }, what) => void told.push(`${name} ${what}`),
  });
  expect(told).toEqual([
    'TOMBSTONES kept',
    'FORGETTING kept',
    'DELIVERIES restored',
    'BROADCASTS restored',
    'DEAD restored',
    'EVENTS restored',
  ]);
  expect(await fixture.messages('TOMBSTONES')).toEqual(tombstones);
  expect(await fixture.messages('EVENTS')).toEqual(before.EVENTS);
});

test('nothing is taken away under a process that still takes messages', async () => {
  await fixture.empty();
  await fixture.restore(backup);
  await fixture.provision();
  const since = fixture.newFolder();
  await fixture.create(since);
  const inbox = createInbox();
  const waiting = fixture.nats.subscribe(inbox);
  const pull = JSON.stringify({ batch: 10, expires: 60_000_000_000 });
  fixture.nats.publish(nextMessages('FORGETTING', 'forgetting'), pull, { reply: inbox });
  await eventually(async () =>
    expect((await fixture.manager.consumers.info('FORGETTING', 'forgetting')).num_waiting).toBe(1),
  );
  await expect(fixture.restore(since, { replace: true })).rejects.toThrow(
    'A process takes messages of FORGETTING (forgetting): stop all services first. Nothing was changed.',
  );
  waiting.unsubscribe();
  await expectRestored();
});

test('what is cut short is no backup, and the next run makes it', async () => {
  const folder = fixture.newFolder();
  const stopping = new AbortController();
  stopping.abort(new Error('stopped'));
  await expect(fixture.create(folder, stopping.signal)).rejects.toThrow('stopped');
  await expect(stat(folder)).rejects.toThrow('ENOENT');
  await expect(fixture.restore(`${folder}.unfinished`)).rejects.toThrow(/is no whole backup/);
  await fixture.create(folder);
  expect((await stat(folder)).mode & 0o077).toBe(0);
  await expect(stat(`${folder}.unfinished`)).rejects.toThrow('ENOENT');
  await expect(fixture.create(folder)).rejects.toThrow(/is there already/);
});

test.each([
  ['with a byte more', (file: string) => appendFile(file, 'x'), 'is not as it was written'],
  ['that is gone', (file: string) => rm(file), 'is missing'],
])('a backup with a file %s is refused before anything is changed', async (_, spoil, why) => {
  await fixture.empty();
  const folder = fixture.newFolder();
  await fixture.restore(backup);
  await fixture.provision();
  await fixture.create(folder);
  await fixture.empty();
  const [archive = ''] = (await readdir(join(folder, 'EVENTS'))).filter((name) => name.startsWith('stream.'));
  await spoil(join(folder, 'EVENTS', archive));
  const restoring = fixture.restore(folder);
  await expect(restoring).rejects.toBeInstanceOf(BackupRefused);
  await expect(restoring).rejects.toThrow(`EVENTS/${archive} ${why}`);
  expect(await fixture.streamNames()).toEqual([]);
  await expect(fixture.restore(await emptyFolder())).rejects.toThrow(/is no whole backup/);
});

async function emptyFolder(): Promise<string> {
  const folder = fixture.newFolder();
  await mkdir(folder);
  return folder;
}
