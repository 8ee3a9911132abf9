import { cp, rm } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { testFolder } from '#test/support/run-folder.ts';
import { makeHabit, register } from '../../e2e/journey.ts';
import { asUserId } from '../../support/ids.ts';
import { startFixture } from './fixture.ts';

/* A NATS is put back from before a person was forgotten, beside today's Postgres. */

const GONE = 7_390_215_846;
const STAYS = 7_390_215_847;

test('a log that is put back loses those again who were forgotten since, and nobody else; who came back by themselves stays', {
  timeout: 600_000,
}, async () => {
  const fixture = await startFixture();
  const { server } = fixture;
  const backup = await testFolder('nats-backup');
  const [gone, stays] = [await fixture.person(GONE), await fixture.person(STAYS)];
  for (const person of [gone, stays]) {
    await register(person);
    await makeHabit(person, 'Run', '09:00');
  }
  const kept = await fixture.events(asUserId(STAYS));
  const erased = await fixture.events(asUserId(GONE));
  await server.restart(() => cp(server.storeDir, backup, { recursive: true }));

  const first = await fixture.forgetting();
  await fixture.request(asUserId(GONE));
  await fixture.forgotten();
  await first.stop();
  expect(await fixture.events(asUserId(GONE))).toBe(0);

  await server.restart(async () => {
    await rm(server.storeDir, { recursive: true });
    await cp(backup, server.storeDir, { recursive: true });
  });
  expect(await fixture.events(asUserId(GONE))).toBe(erased);
  const second = await fixture.forgetting();
  await fixture.rebuildAll();
  await fixture.forgotten();
  await second.stop();
  expect(await fixture.events(asUserId(GONE))).toBe(0);
  expect(await fixture.events(asUserId(STAYS))).toBe(kept);

  await register(gone);
  const since = await fixture.events(asUserId(GONE));
  expect(since).toBeGreaterThan(0);
  const third = await fixture.forgetting();
  await fixture.forgotten();
  expect(await fixture.events(asUserId(GONE))).toBe(since);
  await third.stop();
  expect(Object.values(await fixture.verified()).every(Boolean)).toBe(true);
  await fixture.stop();
});
