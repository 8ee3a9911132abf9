import { jetstreamManager } from '@nats-io/jetstream';
import { type KV, Kvm } from '@nats-io/kv';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { continuationKey, occurrenceKey } from '#contracts/subjects.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import { openContinuation } from '#services/sender/reminders/continuation.ts';
import { GARBAGE, spoilt } from '#test/support/garbage.ts';
import { asMinute, asUserId } from '#test/support/ids.ts';
import { type SenderFixture, startSenderFixture, thisMinute } from './fixture.ts';

let fixture: SenderFixture;
let sending: KV;
beforeAll(async () => {
  fixture = await startSenderFixture();
  sending = await new Kvm(fixture.nats).open('sending');
});
afterEach(() => fixture.settle());
afterAll(() => fixture?.stop());
vi.setConfig({ testTimeout: 90_000 });

const deadLetters = async () =>
  (await (await jetstreamManager(fixture.nats)).streams.info('DEAD')).state.messages;

/** A record with a delivery, every field of either wrong in turn, and one with the delivery of another person. */
function spoiltRecords(): string[] {
  const occurrence = { habitId: 'aaaaaaaaaaaaa', on: '2026-11-25', at: '08:00' };
  const at = '2026-11-25T08:00:00.000Z';
  const delivery = {
    ...{
      userId: '77',
      minute: thisMinute(),
      tier: 'engaged',
      outcome: 'delivered',
      occurrences: [occurrence],
    },
    ...{ at, latenessMs: 0 },
  };
  const record = { minute: thisMinute(), startedAt: at, by: 'another', tries: 1, delivery };
  const deliveries = spoilt(delivery).map((text) => ({ ...record, delivery: JSON.parse(text) }));
  return [...GARBAGE, ...spoilt(record), ...[record, ...deliveries].map((each) => JSON.stringify(each))];
}

test('a send record that cannot be read settles its own occurrence as uncertain, and its neighbours are delivered', async () => {
  const texts = spoiltRecords();
  const people = await Promise.all(texts.map(() => fixture.person({ habits: 3 })));
  for (const [i, { userId, due }] of people.entries()) {
    const [, second] = due;
    if (second) await sending.put(occurrenceKey(userId, second), texts[i] ?? '');
  }
  await Promise.all(people.map((person) => fixture.remind(person)));
  await fixture.sender();
  const wrong: string[] = [];
  for (const [i, { userId, due, chatId }] of people.entries()) {
    const ends = await fixture.ends(userId, 3);
    const outcomes = Object.fromEntries(
      ends.flatMap(({ outcome, occurrences }) => occurrences.map(({ habitId }) => [habitId, outcome])),
    );
    const found = due.map(({ habitId }) => outcomes[habitId]).join();
    const sends = (await fixture.sends(chatId)).length;
    if (found !== 'delivered,uncertain,delivered' || sends !== 1)
      wrong.push(`${texts[i]}: ${found}, ${sends} sent`);
  }
  process.stderr.write(
    `${texts.length} spoilt send records: ${wrong.length} wrong, ${await deadLetters()} dead letters\n`,
  );
  expect(wrong).toEqual([]);
  expect(await deadLetters()).toBe(0);
});

test('who asks a silent person: what cannot be read is replaced, and one reminder asks', async () => {
  const mayAsk = await openContinuation(fixture.nats, systemClock);
  const texts = [...GARBAGE, ...spoilt({ minute: thisMinute() })];
  for (const [i, text] of texts.entries()) {
    const userId = asUserId(900_000 + i);
    await sending.put(continuationKey(userId), text);
    const asked = await Promise.all([1, 2, 3, 4].map((minute) => mayAsk(userId, asMinute(minute))));
    expect(asked.filter(Boolean), text).toHaveLength(1);
    expect(await mayAsk(userId, asMinute(1 + asked.indexOf(true))), text).toBe(true);
  }
  process.stderr.write(`${texts.length} spoilt records of who asks: each was replaced once\n`);
});
