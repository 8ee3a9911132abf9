import { type Consumer, jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BOT_CONSUMER_COUNT, botConsumerOf } from '#contracts/consumers.ts';
import { partitionOf, type UserId } from '#contracts/ids.ts';
import { updateSubject } from '#contracts/subjects.ts';
import { provision } from '#deploy/provision/provision.ts';
import { NONE } from '#services/bot/replies/pending-replies.ts';
import { openBacklog, settling } from '#services/bot/replies/settling.ts';
import { fakeClock } from '#test/support/clock.ts';
import { eventually } from '#test/support/eventually.ts';
import { asUserId } from '#test/support/ids.ts';
import { startTestNats, type TestNats } from '#test/support/nats.ts';

const LOOK_MS = 200;

let server: TestNats;
let nats: NatsConnection;
beforeAll(async () => {
  server = await startTestNats();
  nats = await server.connection();
  await provision(nats, { shardCount: 1 });
});
afterAll(() => server.stop());

let next = 1_000;
/** Two people of one consumer, which no other test has. */
function twoPeople(): { person: UserId; neighbour: UserId } {
  const person = asUserId(next++);
  const place = (userId: UserId) => partitionOf(userId) % BOT_CONSUMER_COUNT;
  for (let id = 1_000_000; ; id++)
    if (place(asUserId(id)) === place(person)) return { person, neighbour: asUserId(id) };
}

const store = async (userId: UserId) => (await jetstream(nats).publish(updateSubject(userId), '{}')).seq;

async function handleOne(consumer: Consumer): Promise<number> {
  const message = await consumer.next();
  if (!message) throw new Error('nothing to handle');
  await message.ackAck();
  return message.seq;
}

/** A wait for what had piled up of a person, whose first update is answered; the clock goes on as it is told to. */
function startWait(userId: UserId, upTo: number) {
  const clock = fakeClock(0);
  const hasSettled = settling({ backlog: openBacklog(nats, clock), clock }, userId);
  let ended: boolean | undefined;
  const pending = { ...NONE, hasMoreBehind: true, upTo };
  const wait = hasSettled(pending, new AbortController().signal).then((hasWaited) => {
    ended = hasWaited;
  });
  const looked = () =>
    eventually(() => {
      if (clock.sleepers() === 0 && ended === undefined) throw new Error('it has not looked yet');
    });
  return {
    wait,
    ended: () => ended,
    /** Resolves when it has looked so often, or has ended. */
    async look(times: number) {
      await looked();
      for (let n = 0; n < times && ended === undefined; n++) {
        await clock.advance(LOOK_MS);
        await looked();
      }
    },
  };
}

test('replies wait for the last update that had piled up, however long it takes between two, and for nothing that is another’s or stored later', async () => {
  const { person, neighbour } = twoPeople();
  const first = await store(person);
  const others = [await store(neighbour), await store(neighbour), await store(neighbour)];
  const last = await store(person);
  const behind = await store(neighbour);
  const consumer = await jetstream(nats).consumers.get('UPDATES', botConsumerOf(person).name);
  expect(await handleOne(consumer)).toBe(first);

  const { wait, look, ended } = startWait(person, first);
  await look(1);
  const later = await store(person);
  for (const other of others) {
    await look(25);
    expect(ended()).toBeUndefined();
    expect(await handleOne(consumer)).toBe(other);
  }
  await look(25);
  expect(ended()).toBeUndefined();
  expect(await handleOne(consumer)).toBe(last);
  await look(2);
  await wait;
  expect(ended()).toBe(true);
  expect(later).toBeGreaterThan(last);

  const alone = startWait(neighbour, behind);
  await alone.wait;
  expect(alone.ended()).toBe(false);
});

test('replies do not wait for a consumer that stands still for ten seconds, or longer than half a minute', async () => {
  const { person, neighbour } = twoPeople();
  const first = await store(person);
  await store(person);
  const consumer = await jetstream(nats).consumers.get('UPDATES', botConsumerOf(person).name);
  expect(await handleOne(consumer)).toBe(first);

  const still = startWait(person, first);
  await still.look(49);
  expect(still.ended()).toBeUndefined();
  await still.look(3);
  expect(still.ended()).toBe(true);

  await handleOne(consumer);
  for (let n = 0; n < 16; n++) await store(n === 15 ? person : neighbour);
  const flooding = startWait(person, first);
  for (let n = 0; n < 15; n++) {
    await flooding.look(10);
    await handleOne(consumer);
  }
  await flooding.look(1);
  expect(flooding.ended()).toBe(true);
});
