import { jetstreamManager } from '@nats-io/jetstream';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { minutesAfter } from '#contracts/time.ts';
import { eventually } from '#test/support/eventually.ts';
import { asMinute } from '#test/support/ids.ts';
import { type ShardsFixture, startShardsFixture } from './fixture.ts';
import { expectEveryoneOnce, NINE, people } from './nine-in-berlin.ts';

const SHARDS = 4;
const DAY = 24 * 60;
const EVENTS = 3;

/** Most of them would remind everybody in Berlin. */
const WRONG = [
  { what: 'ten years ahead', minute: minutesAfter(NINE, 3_650 * DAY) },
  { what: 'four days ahead', minute: minutesAfter(NINE, 6 * DAY) },
  { what: 'the last minute there is', minute: asMinute(2_147_483_647) },
  { what: 'minute 0', minute: asMinute(0) },
  { what: 'nine days ago', minute: minutesAfter(NINE, -7 * DAY) },
  { what: 'eventsSequence 2^53-1', minute: NINE, eventsSequence: Number.MAX_SAFE_INTEGER },
  { what: 'eventsSequence one beyond the end', minute: NINE, eventsSequence: EVENTS + 1 },
];

let fixture: ShardsFixture;

beforeAll(async () => {
  fixture = await startShardsFixture(people);
});
afterAll(() => fixture?.stop());
beforeEach(async () => {
  await fixture.reset(SHARDS);
  await fixture.store(EVENTS);
  await fixture.project(EVENTS);
});
afterEach(() => fixture.stopShards());

/** Starts shards, and tells of each minute that they do. */
async function startShards(): Promise<number[]> {
  const done: number[] = [];
  const write = (line: string) => {
    const { msg, minute } = JSON.parse(line);
    if (msg === 'tick passed the barrier') done.push(minute);
  };
  await fixture.startShards({ shardCount: SHARDS }, { log: pino({ level: 'info' }, { write }) });
  return done;
}

const deadLetters = async () =>
  (await (await jetstreamManager(fixture.nats)).streams.info('DEAD')).state.messages;

it.each(WRONG)(
  'a tick with $what is dead-lettered, the next one is done, and only that one again',
  async (wrong) => {
    const done = await startShards();
    await fixture.tick(wrong.minute, wrong.eventsSequence);
    await fixture.tick(NINE, EVENTS);
    await fixture.untilDone(2, SHARDS);
    expectEveryoneOnce(await fixture.reminders());
    expect(done).toEqual([NINE]);
    expect(await deadLetters()).toBe(SHARDS);

    await fixture.stopShards();
    const again = await startShards();
    // The last ticks are done again in their order: the wrong one would have come first.
    await eventually(() => expect(again).toContain(NINE));
    expect(again).toEqual([NINE]);
    expectEveryoneOnce(await fixture.reminders());
    expect(await deadLetters()).toBe(SHARDS);
  },
);
