import { jetstreamManager } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { isAccountState, isHabitState } from '#services/bot/stored-states.ts';
import { eventually } from '#test/support/eventually.ts';
import { GARBAGE, spoilt } from '#test/support/garbage.ts';
import { ask, type BotFixture, makeHabit, settledPerson, startBotFixture } from './fixture.ts';

let fixture: BotFixture;
beforeAll(async () => {
  fixture = await startBotFixture();
});
afterAll(() => fixture.stop());
vi.setConfig({ testTimeout: 90_000 });

const open = (bucket: string) => new Kvm(fixture.nats).open(bucket);
const deadLetters = async () =>
  (await (await jetstreamManager(fixture.nats)).streams.info('DEAD')).state.messages;

type Snapshot = { state: Record<string, unknown> } & Record<string, unknown>;

/** A snapshot as a whole, and its state, with every field wrong in turn, and those of other versions. */
function spoiltSnapshots(snapshot: Snapshot): string[] {
  const wrong = spoilt(snapshot.state).map((text) => JSON.parse(text));
  const states = wrong
    .filter((state) => !isAccountState(state) && !isHabitState(state))
    .map((state) => JSON.stringify({ ...snapshot, state }));
  const whole = spoilt(snapshot);
  const shapes = [0, 1, 99].map((shape) => JSON.stringify({ ...snapshot, shape }));
  return [...GARBAGE, ...whole, ...states, ...shapes];
}

test('snapshots of an account and a habit: whatever stands there, people are answered from the log', async () => {
  const first = await fixture.replica();
  const person = await settledPerson(fixture);
  await makeHabit(fixture, person, 'Swim');
  await fixture.settled();
  await first.stop();
  const [bucket, throttle] = await Promise.all([open('snapshots'), open('throttle')]);
  const keys: string[] = [];
  for await (const key of await bucket.keys(`${person.id}.*`)) keys.push(key);
  expect(keys).toHaveLength(2);
  // Nothing is remembered: a replica that has just started reads what stands there.
  const replica = await fixture.replica();
  let tried = 0;
  for (const key of keys) {
    const right = await eventually(async () => (await bucket.get(key))?.json<Snapshot>());
    if (!right) throw new Error('no snapshot');
    for (const text of spoiltSnapshots(right)) {
      await throttle.delete(String(person.id));
      await bucket.put(key, text);
      fixture.pass(3_000);
      const answer = await ask(person, '/today');
      expect(answer.text, text).toContain('Swim');
      await eventually(async () => expect((await bucket.get(key))?.json(), text).toEqual(right));
      tried++;
    }
    await bucket.put(key, JSON.stringify(right));
  }
  await replica.stop();
  process.stderr.write(`${tried} spoilt snapshots: ${await deadLetters()} dead letters\n`);
  expect(await deadLetters()).toBe(0);
});

test('dialogs and quotas: whatever stands there, people are answered', async () => {
  const replica = await fixture.replica();
  const person = await settledPerson(fixture);
  const [dialogs, throttle] = await Promise.all([open('dialogs'), open('throttle')]);
  let tried = 0;
  for (const bucket of [dialogs, throttle]) {
    await ask(person, '/new');
    const right = (await bucket.get(String(person.id)))?.json<Record<string, unknown>>();
    if (!right) throw new Error('nothing stands there');
    const ahead = Array.from({ length: 40 }, (_, i) => [i, 1e300]);
    for (const text of [...GARBAGE, ...spoilt(right), JSON.stringify({ taken: ahead, told: [1, 1e300] })]) {
      await throttle.delete(String(person.id));
      await bucket.put(String(person.id), text);
      fixture.pass(3_000);
      expect((await ask(person, '/help')).text, text).toContain('What I can do');
      tried++;
    }
  }
  await replica.stop();
  process.stderr.write(`${tried} spoilt dialogs and quotas: ${await deadLetters()} dead letters\n`);
  expect(await deadLetters()).toBe(0);
});
