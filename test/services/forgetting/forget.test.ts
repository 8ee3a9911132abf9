import { expect, test } from 'vitest';
import { makeHabit, register } from '../../e2e/journey.ts';
import { asUserId } from '../../support/ids.ts';
import { leaveTraces, startFixture } from './fixture.ts';
import { bigintForm, filesWith, formsOf } from './stored-bytes.ts';

/* A person is forgotten while everything runs, and no byte of theirs is left. */

const ID = 7_390_215_846;
const WORDS = 'Жжёнка zqxw';
const TRACES = { id: [...formsOf(String(ID)), bigintForm(ID)], words: formsOf(WORDS) };
const EQUAL = { admin: true, analytics: true, schedules: true };

/** Where a person is before they are forgotten: streams and buckets by name, and Postgres. */
const PLACES = [
  ...['DEAD', 'DELIVERIES', 'EVENTS', 'KV_dialogs', 'KV_pacer', 'KV_sending', 'KV_snapshots', 'KV_throttle'],
  ...['MOVING', 'Postgres', 'REMINDERS', 'REPLIES', 'UPDATES', 'write-ahead log'],
];

function placeOf(file: string): string {
  const [, stream] = /\/streams\/(\w+)\//.exec(file) ?? [];
  return stream ?? (file.includes('/pg_wal/') ? 'write-ahead log' : 'Postgres');
}

test('no byte of a person is left, the others lose nothing, and nothing comes back', {
  timeout: 600_000,
}, async () => {
  const fixture = await startFixture();
  const userId = asUserId(ID);
  const person = await fixture.person(ID);
  await leaveTraces(fixture, person, WORDS);
  const neighbour = await fixture.person(ID + 1);
  await register(neighbour);
  await makeHabit(neighbour, 'Read', '09:00');
  await fixture.pool.query('ANALYZE');
  await fixture.pool.query('CHECKPOINT');
  const before = await filesWith(fixture.folders, TRACES);
  expect([...new Set(Object.keys(before).map(placeOf))].sort()).toEqual(PLACES);
  const othersBefore = await fixture.events(asUserId(ID + 1));

  await fixture.forgetting();
  await fixture.request(userId);
  await fixture.forgotten();
  await person.waitForMessage(({ text }) => text?.includes('is deleted') === true);
  expect(await fixture.events(userId)).toBe(0);
  expect(await fixture.events(asUserId(ID + 1))).toBe(othersBefore);
  expect(await fixture.verified()).toEqual(EQUAL);
  await fixture.rebuildAll();
  expect(await fixture.verified()).toEqual(EQUAL);
  await fixture.checkpoint();
  await fixture.stop();
  expect(await filesWith(fixture.folders, TRACES)).toEqual({});
  expect(fixture.logLines.filter((line) => line.includes(WORDS))).toEqual([]);
});
