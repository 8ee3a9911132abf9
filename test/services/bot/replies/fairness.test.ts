import { jetstreamManager } from '@nats-io/jetstream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BOT_CONSUMER_COUNT, botConsumer } from '#contracts/consumers.ts';
import { partitionOf } from '#contracts/ids.ts';
import type { SimulatedPerson } from '#deploy/telegram/person-client.ts';
import { asUserId } from '#test/support/ids.ts';
import { ask, type BotFixture, settledPerson, startBotFixture } from '../fixture.ts';

const PATIENT = { timeoutMs: 60_000 };
let fixture: BotFixture;
beforeAll(async () => {
  fixture = await startBotFixture({ sendRate: 28, bulkRate: 25 });
  await fixture.replica();
  await fixture.replica();
});
afterAll(() => fixture.stop());

const consumerOf = (id: number) => botConsumer(partitionOf(asUserId(String(id))) % BOT_CONSUMER_COUNT).name;

/** Another person whose updates the same consumer brings. */
async function neighbourOf(id: number): Promise<SimulatedPerson> {
  for (let other = 30_000; ; other++) if (consumerOf(other) === consumerOf(id)) return fixture.person(other);
}

const sentTo = async (person: SimulatedPerson, since: number) =>
  (await fixture.telegram.requests({ since })).filter(
    ({ chatId, counted }) => chatId === person.id && counted,
  );
const nextIndex = async () => ((await fixture.telegram.requests()).at(-1)?.index ?? -1) + 1;

test('a neighbour of a flood is answered before the flooder has had three answers', async () => {
  const flooder = await settledPerson(fixture);
  const neighbour = await neighbourOf(flooder.id);
  await ask(neighbour, '/start');
  const since = await nextIndex();
  // Each says something else, so that none is merged: 27 answers at one a second.
  const commands = ['/help', '/today', '/habits', '/settings', '/timezone'];
  for (let n = 0; n < 20; n++) await flooder.say(commands[n % commands.length] ?? '/help');
  await neighbour.say('/help');
  await neighbour.waitForMessage(({ text }) => text?.startsWith('What I can do') ?? false, PATIENT);
  const [answered] = await sentTo(neighbour, since);
  const before = (await sentTo(flooder, since)).filter(({ index }) => index < (answered?.index ?? 0));
  expect(before.length).toBeLessThanOrEqual(3);
  await fixture.settled();
  // What waited was said, merged, in the order of the last command of each kind.
  const { messages } = await flooder.chat();
  const last = messages.filter(({ from }) => from.is_bot).slice(-4);
  expect(last.map(({ text }) => text?.split(/\s/, 1)[0])).toEqual(['📅', '🌱', '⚙️', '🤔']);
}, 120_000);

test('a group is answered once, and left; a person meanwhile is answered as ever', async () => {
  const person = await settledPerson(fixture);
  const group = await fixture.telegram.group({ id: -100_500, addedBy: person.id });
  for (let n = 0; n < 5; n++) await person.say('/help', { groupId: group.id }).catch(() => {});
  expect((await ask(person, '/help')).text).toContain('What I can do');
  await group.waitForLeaving();
  await fixture.settled();
  const requests = (await fixture.telegram.requests()).filter(({ chatId }) => chatId === group.id);
  expect(requests.filter(({ method }) => method === 'sendMessage')).toHaveLength(1);
  expect(requests.at(0)).toMatchObject({ method: 'sendMessage', status: 200 });
  const manager = await jetstreamManager(fixture.nats);
  expect((await manager.streams.info('DEAD')).state.messages).toBe(0);
}, 120_000);
