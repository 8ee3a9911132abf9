import { jetstreamManager } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { expect, test } from 'vitest';
import { FORGETTING_CONSUMER } from '#contracts/consumers.ts';
import { testProcesses } from '#test/support/processes.ts';
import { asUserId } from '../../support/ids.ts';
import { leaveTraces, startFixture, TOKEN, TOMBSTONE_KEY } from './fixture.ts';
import { bigintForm, filesWith, formsOf } from './stored-bytes.ts';

/* Forgetting is killed before each of its steps in turn, and taken up by the next process: the end is the same. */

const ID = 7_390_215_846;
const WORDS = 'Жжёнка zqxw';
const processes = testProcesses();

test('kill -9 before each step: the next process takes it up, and no byte is left', {
  timeout: 900_000,
}, async () => {
  const fixture = await startFixture();
  const { stream, name } = FORGETTING_CONSUMER;
  const { consumers } = await jetstreamManager(fixture.nats);
  await consumers.update(stream, name, { ack_wait: nanos(1_000) });
  await leaveTraces(fixture, await fixture.person(ID), WORDS);
  await fixture.request(asUserId(ID));
  const environment = {
    ...{ NATS_URL: fixture.server.urlOf('forgetting'), DATABASE_URL: fixture.databaseUrl },
    ...{ BOT_TOKEN: TOKEN, TELEGRAM_API_ROOT: fixture.telegramUrl },
  };
  const startKilledAt = (nth: number) =>
    processes.startScript('test/services/forgetting/killed-at.ts', [String(nth), TOMBSTONE_KEY], environment);
  const seen = new Set<string>();
  for (let nth = 1; ; nth++) {
    const started = await startKilledAt(nth);
    const ended = await Promise.race([started.exited, fixture.forgotten().then(() => 'forgotten' as const)]);
    for (const line of started.lines.filter((each) => each.startsWith('step '))) seen.add(line.slice(5));
    if (ended === 'forgotten') break;
    expect(ended.signal).toBe('SIGKILL');
  }
  expect([...seen]).toEqual([
    ...['subscription', 'tombstone', 'UPDATES', 'MOVING', 'REPLIES', 'REPLAYS', 'BROADCASTS', 'log and rows'],
    ...['REMINDERS', 'KV_sending', 'KV_snapshots', 'KV_throttle', 'KV_dialogs', 'DEAD'],
    ...['last message', 'files of NATS', 'files of Postgres', 'request'],
  ]);
  expect(await fixture.verified()).toEqual({ admin: true, analytics: true, schedules: true });
  await Promise.all(processes.all.map((each) => each.stop()));
  await fixture.checkpoint();
  await fixture.stop();
  expect(
    await filesWith(fixture.folders, { id: [...formsOf(String(ID)), bigintForm(ID)], words: formsOf(WORDS) }),
  ).toEqual({});
});
