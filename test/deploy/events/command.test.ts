import { jetstream } from '@nats-io/jetstream';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { eventSubject } from '#contracts/subjects.ts';
import { testProcesses } from '#test/support/processes.ts';
import { asUserId } from '../../support/ids.ts';
import { type ExportFixture, filesIn, startExportFixture } from './fixture.ts';

const processes = testProcesses();
// The command is started as a process again and again, on a machine that does other things too.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 90_000 });

let fixture: ExportFixture;
beforeAll(async () => {
  fixture = await startExportFixture();
  await jetstream(fixture.nats).publish(eventSubject(asUserId(77), 'account'), '{"type":"FromTheFuture"}');
});
afterAll(() => fixture?.stop());

test('by command: both streams, one run at a time; and what one person did, to be read', async () => {
  const folder = fixture.newFolder();
  const run = async (...args: string[]) => {
    const started = await processes.startScript('deploy/cli/habitstream.ts', ['events', ...args], {
      NATS_URL: fixture.server.url,
    });
    return { ...(await started.exited), text: started.lines.join('\n') };
  };
  const { code, text } = await run('export', '--to', folder);
  expect({ code, text }).toMatchObject({
    code: 0,
    text: expect.stringMatching(/EVENTS up to[\s\S]*DELIVERIES up to/),
  });
  expect(text).toMatch(/1 messages could not be read/);
  expect((await filesIn(folder)).filter((name) => name.endsWith('_manifest.json'))).toHaveLength(2);

  const userId = '4000000000000001';
  const shown = await run('show', userId, '--json');
  const sequences = shown.text.split('\n').map((line) => JSON.parse(line));
  const ofPerson = (await fixture.stored('EVENTS')).filter(({ subject }) => subject.includes(`.${userId}.`));
  expect(sequences.filter(({ stream }) => stream === 'EVENTS').map(({ sequence }) => sequence)).toEqual(
    ofPerson.map(({ sequence }) => sequence),
  );
  expect((await run('show', userId)).text).toMatch(
    /event \d+ +AccountRegistered +account +\{"locale":"\w\w"\}/,
  );
  expect(await run('show', 'nobody')).toMatchObject({
    code: 1,
    text: expect.stringMatching(/Say whose events/),
  });
  expect(await run('export', '--to', folder, '--stream', 'events', '--type', 'Nonsense')).toMatchObject({
    code: 1,
  });
});
