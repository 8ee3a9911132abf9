import { jetstreamManager } from '@nats-io/jetstream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SimulatedPerson } from '#deploy/telegram/person-client.ts';
import type { Running } from '#services/platform/process/lifecycle.ts';
import { ask, type BotFixture, makeHabit, settledPerson, startBotFixture, typesOf } from '../fixture.ts';

const PEOPLE = 12;
/** Odd, so that it ends with Done. */
const TAPS = 11;

let fixture: BotFixture;
let replicas: Running[];
beforeAll(async () => {
  fixture = await startBotFixture({ sendRate: 28, bulkRate: 25 });
  replicas = [await fixture.replica(), await fixture.replica()];
});
afterAll(() => fixture.stop());

/** The list of today, and what its buttons carry. */
async function todayOf(person: SimulatedPerson) {
  const { message_id: id } = await ask(person, '/today');
  return { person, id };
}

async function buttonsOf({ person, id }: { person: SimulatedPerson; id: number }) {
  const { messages } = await person.chat();
  const message = messages.find(({ message_id }) => message_id === id);
  const buttons = message?.reply_markup?.inline_keyboard?.flat() ?? [];
  return { edits: message?.edits ?? 0, data: buttons.flatMap(({ callback_data }) => callback_data ?? []) };
}

test(`${PEOPLE} people tap Done and Undo by turns while no bot runs: each tap counts, and each message is edited once or twice`, async () => {
  const people = await Promise.all(Array.from({ length: PEOPLE }, () => settledPerson(fixture)));
  await Promise.all(people.map((person) => makeHabit(fixture, person, 'Read')));
  const lists = await Promise.all(people.map(todayOf));
  await fixture.settled();
  const shown = await Promise.all(lists.map(buttonsOf));
  await Promise.all(replicas.map((replica) => replica.stop()));

  const before = await Promise.all(people.map((person) => typesOf(fixture, person)));
  for (let n = 0; n < TAPS; n++) {
    for (const [i, { person, id }] of lists.entries()) {
      const done = shown[i]?.data.find((data) => data.startsWith('dayDone:')) ?? '';
      await person.tap(id, n % 2 === 0 ? done : done.replace('dayDone', 'dayUndo'));
    }
  }
  await fixture.replica();
  await fixture.replica();
  await fixture.settled();

  for (const [i, list] of lists.entries()) {
    const types = await typesOf(fixture, list.person);
    const added = types.slice(before[i]?.length);
    expect(added).toEqual(
      Array.from({ length: TAPS }, (_, n) => (n % 2 ? 'EntryCleared' : 'HabitCheckedIn')),
    );
    const now = await buttonsOf(list);
    expect(now.data.some((data) => data.startsWith('dayUndo:'))).toBe(true);
    expect(now.data.some((data) => data.startsWith('dayDone:'))).toBe(false);
    // Once, but where all that had piled up took longer than half a minute.
    expect(now.edits - (shown[i]?.edits ?? 0)).toBeLessThanOrEqual(2);
  }
  const manager = await jetstreamManager(fixture.nats);
  expect((await manager.streams.info('DEAD')).state.messages).toBe(0);
}, 180_000);
