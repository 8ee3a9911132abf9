import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { tellOfLostUpdates } from '#services/bot/lost-updates.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import { eventually } from '#test/support/eventually.ts';
import { testFolder } from '#test/support/run-folder.ts';
import { ask, type BotFixture, settledPerson, startBotFixture } from '../services/bot/fixture.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const PEOPLE = 10;

let fixture: BotFixture;
beforeAll(async () => {
  fixture = await startBotFixture();
  await fixture.replica();
});
afterAll(() => fixture?.stop());

test('the tail of UPDATES: the bot says so, handles nothing of it again, and answers what comes next', async () => {
  await settledPerson(fixture);
  await fixture.settled();
  const lines: string[] = [];
  const log = pino({ level: 'error' }, { write: (line: string) => lines.push(JSON.parse(line).msg) });
  void tellOfLostUpdates({ nats: await fixture.server.connection(), clock: systemClock, log });
  const stream = join(fixture.server.storeDir, 'jetstream', '$G', 'streams', 'UPDATES');
  const before = join(await testFolder('updates'), 'UPDATES');
  await fixture.server.restart(() => cp(stream, before, { recursive: true }));

  const people = await Promise.all(Array.from({ length: PEOPLE }, () => settledPerson(fixture)));
  await fixture.settled();
  expect(lines).toEqual([]);
  const messages = async () =>
    (await Promise.all(people.map((person) => person.chat()))).map((chat) => chat.messages.length);
  const answered = await messages();
  await fixture.server.restart(async () => {
    await rm(stream, { recursive: true });
    await cp(before, stream, { recursive: true });
  });

  await eventually(() =>
    expect(lines).toEqual([
      expect.stringMatching(
        /^UPDATES is older than EVENTS: it ends at 3 \(stored .*\), before the update of an event stored .* What people sent in between and was not handled is lost; nothing has to be run\.$/,
      ),
    ]),
  );
  for (const person of people) await ask(person, '/help');
  await fixture.settled();
  // Their question and its answer, and nothing from before once more.
  expect(await messages()).toEqual(answered.map((count) => count + 2));
  for (const person of people) {
    const events = await fixture.events(person.id);
    expect(events.map(({ type }) => type)).toEqual(['AccountRegistered', 'TimezoneChanged']);
  }
});
