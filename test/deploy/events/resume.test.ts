import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { exportLog } from '#deploy/events/export.ts';
import type { Manifest } from '#deploy/events/manifest.ts';
import { provision } from '#deploy/provision/provision.ts';
import { lastSequence } from '#services/projector/read-log.ts';
import { startTestNats } from '#test/support/nats.ts';
import { type ExportFixture, filesIn, startExportFixture } from './fixture.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

let fixture: ExportFixture;
beforeAll(async () => {
  fixture = await startExportFixture();
});
afterAll(() => fixture?.stop());

test('a later run brings only what is new, and leaves what is there as it is', async () => {
  const request = fixture.request();
  const { manifest: before } = await fixture.bring(request);
  expect(before.files.length).toBeGreaterThan(2);
  expect(before.files.every(({ rows }) => rows <= 100)).toBe(true);
  await fixture.generate(100);
  const { manifest, newRows } = await fixture.bring(request);
  expect(manifest.files.slice(0, before.files.length)).toEqual(before.files);
  expect(newRows).toBe(manifest.rows - before.rows);
  expect(manifest.rows).toBe((await fixture.stored('EVENTS')).length);
  expect(manifest.position.sequence).toBe(await lastSequence(fixture.nats, 'EVENTS'));
  expect(await fixture.bring(request)).toMatchObject({ newRows: 0, newFiles: 0, manifest });
});

test('stopped or killed at any file, the next run goes on behind the last whole one', async () => {
  const whole = fixture.request();
  const { manifest: expected } = await fixture.bring(whole);
  const rowsOf = ({ files }: Manifest) =>
    files.map(({ from, to, rows, sha256 }) => ({ from, to, rows, sha256 }));

  const killed = fixture.request();
  await fixture.bring(killed);
  const manifest = JSON.parse(await readFile(join(killed.folder, '_manifest.json'), 'utf8')) as Manifest;
  for (let kept = 0; kept < manifest.files.length; kept++) {
    // As kill -9 leaves it: a file of which the manifest does not know yet, and one that is not whole.
    const files = manifest.files.slice(0, kept);
    const position = { ...manifest.position, sequence: files.at(-1)?.to ?? 0, seen: null };
    const rows = files.reduce((sum, file) => sum + file.rows, 0);
    await writeFile(
      join(killed.folder, '_manifest.json'),
      JSON.stringify({ ...manifest, files, rows, position }),
    );
    const half = join(killed.folder, String(manifest.files[0]?.path), '../_unfinished');
    await writeFile(half, 'PAR1');
    const again = await fixture.bring(killed);
    expect(rowsOf(again.manifest)).toEqual(rowsOf(expected));
    expect(again.newFiles).toBe(manifest.files.length - kept);
  }
  expect(await filesIn(killed.folder)).toEqual(await filesIn(whole.folder));

  const stopped = fixture.request();
  const { manifest: part } = await fixture.bring(stopped, AbortSignal.abort());
  expect(part.rows).toBeLessThanOrEqual(expected.rows);
  expect((await fixture.bring(stopped)).manifest.rows).toBe(expected.rows);
});

test('what is selected: types, people, and when it was stored', async () => {
  const all = await fixture.stored('EVENTS');
  const subject = all.find(({ body }) => body.type === 'HabitCheckedIn')?.subject.split('.')[2] ?? '';
  const selection = { types: ['HabitCheckedIn', 'HabitSkipped'], users: [subject] };
  const { manifest } = await fixture.bring(fixture.request({ selection }));
  expect(manifest.rows).toBe(
    all.filter(
      (each) => each.subject.includes(`.${subject}.`) && selection.types.includes(String(each.body.type)),
    ).length,
  );
  expect(
    (await fixture.bring(fixture.request({ selection: { since: '2100-01-01T00:00:00Z' } }))).manifest.rows,
  ).toBe(0);
  expect(
    (await fixture.bring(fixture.request({ selection: { until: '2020-01-01T00:00:00Z' } }))).manifest.rows,
  ).toBe(0);
  expect(
    (await fixture.bring(fixture.request({ selection: { since: '2020-01-01T00:00:00Z' } }))).manifest.rows,
  ).toBe(all.length);
});

test('a folder holds one export of one log', async () => {
  const request = fixture.request();
  await fixture.bring(request);
  await expect(fixture.bring({ ...request, selection: { users: ['5'] } })).rejects.toThrow(/other messages/);
  const other = await startTestNats();
  try {
    const connection = await other.connection();
    await provision(connection, { shardCount: 1 });
    const ports = { nats: connection, signal: new AbortController().signal, onRead() {} };
    await expect(exportLog(ports, request)).rejects.toThrow(/from another EVENTS/);
  } finally {
    await other.stop();
  }
});
