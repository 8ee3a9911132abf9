import { jetstreamManager } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { provision } from '#deploy/provision/provision.ts';
import { type SenderFixture, startSenderFixture } from './fixture.ts';

vi.setConfig({ testTimeout: 60_000 });

const IN_HAND = 10;

let fixture: SenderFixture;
beforeAll(async () => {
  fixture = await startSenderFixture();
});
afterEach(() => fixture.settle());
afterAll(() => fixture?.stop());

type Person = Awaited<ReturnType<SenderFixture['person']>>;

/** A sender dies with reminders in hand, of which Telegram has got some; others had not been handed out yet. */
async function dieSending(): Promise<{ inHand: Person[]; waiting: Person[] }> {
  await fixture.redeliverAfter(1_000);
  const inHand = await Promise.all(Array.from({ length: IN_HAND }, () => fixture.person()));
  for (const person of inHand) await fixture.remind(person);
  await fixture.senderDyingAt('answered');
  const waiting = await Promise.all(Array.from({ length: 5 }, () => fixture.person()));
  for (const person of waiting) await fixture.remind(person, { tier: 'regular' });
  return { inHand, waiting };
}

async function expectNobodyTwice({ inHand, waiting }: { inHand: Person[]; waiting: Person[] }) {
  await fixture.sender();
  for (const { userId } of waiting)
    expect((await fixture.ends(userId)).map(({ outcome }) => outcome)).toEqual(['delivered']);
  for (const { userId, chatId } of inHand) {
    expect((await fixture.ends(userId)).map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['uncertain', 'interrupted'],
    ]);
    expect((await fixture.sends(chatId)).length).toBeLessThanOrEqual(1);
  }
}

test('the bucket of send records is lost: what was in hand is uncertain, what was not is sent', async () => {
  const people = await dieSending();
  const { streams } = await jetstreamManager(fixture.nats);
  await streams.delete('KV_sending');
  await provision(fixture.nats, { shardCount: 1 });
  await expectNobodyTwice(people);
});

test('the bucket of send records is put back to an earlier state: the same', async () => {
  const before = await fixture.person();
  await fixture.remind(before);
  const sender = await fixture.sender();
  await fixture.ends(before.userId);
  await sender.stop();
  const people = await dieSending();
  const bucket = await new Kvm(fixture.nats).open('sending');
  for (const { userId } of [before, ...people.inHand])
    for await (const key of await bucket.keys(`${userId}.>`)) await bucket.purge(key);
  const { streams } = await jetstreamManager(fixture.nats);
  // A purge leaves a note of itself, which an earlier state would not have.
  await streams.purge('KV_sending');
  await expectNobodyTwice(people);
});
