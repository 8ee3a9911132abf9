import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { BACKED_UP } from '#deploy/backup/contents.ts';
import { type BackupFixture, startBackupFixture } from './fixture.ts';

/* A restore ends half way, and is run again. */

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

let fixture: BackupFixture;
let backup: string;
const before: Record<string, string[]> = {};

beforeAll(async () => {
  fixture = await startBackupFixture();
  // More than goes in one message.
  await fixture.fill(60);
  for (const stream of BACKED_UP) before[stream] = await fixture.messages(stream);
  backup = fixture.newFolder();
  await fixture.create(backup);
});
beforeEach(() => fixture.empty());
afterAll(() => fixture?.stop());

async function restoredAgain(): Promise<string[]> {
  const told: string[] = [];
  await fixture.restore(backup, { onStream: ({ name }, what) => void told.push(`${name} ${what}`) });
  for (const stream of BACKED_UP) expect(await fixture.messages(stream)).toEqual(before[stream]);
  return told;
}

test.each(BACKED_UP)('between two streams, after %s: the others follow', async (last) => {
  const crash = (name: string) => {
    if (name === last) throw new Error('gone');
  };
  await expect(fixture.restore(backup, { onStream: ({ name }) => crash(name) })).rejects.toThrow('gone');
  const told = await restoredAgain();
  expect(told).toContain(`${last} restored before`);
  expect(told.filter((line) => line.endsWith('restored'))).toHaveLength(
    BACKED_UP.length - told.filter((line) => line.endsWith('before')).length,
  );
});

test('in the middle of a stream: it is not there, and made whole', async () => {
  const crash = (name: string) => {
    if (name === 'EVENTS') throw new Error('gone');
  };
  await expect(fixture.restore(backup, { onBytes: crash })).rejects.toThrow('gone');
  expect(await fixture.streamNames()).not.toContain('EVENTS');
  expect(await restoredAgain()).toContain('EVENTS restored');
});

test('nats-server is killed in the middle of a stream, and starts again', async () => {
  let killed: Promise<void> | undefined;
  const kill = (name: string) => {
    if (name === 'EVENTS') killed ??= fixture.server.kill();
  };
  await expect(fixture.restore(backup, { onBytes: kill })).rejects.toThrow();
  await killed;
  await fixture.restart();
  expect(await restoredAgain()).toContain('DELIVERIES restored before');
});

test('provisioned between two runs: what was made empty gives way', async () => {
  const crash = (name: string) => {
    if (name === 'FORGETTING') throw new Error('gone');
  };
  await expect(fixture.restore(backup, { onStream: ({ name }) => crash(name) })).rejects.toThrow('gone');
  await fixture.provision();
  expect(await restoredAgain()).toContain('EVENTS restored');
});
