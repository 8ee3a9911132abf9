import { setTimeout as delay } from 'node:timers/promises';
import { habitButtonData } from '#contracts/callback-data.ts';
import { BOT_CONSUMER_COUNT, botConsumer } from '#contracts/consumers.ts';
import { EventEnvelope } from '#contracts/events.ts';
import { parseEventSubject } from '#contracts/subjects.ts';
import type { SimulatedPerson } from '#deploy/telegram/person-client.ts';
import { eventually } from '#test/support/eventually.ts';
import { endOf, type FaultFixture } from './fixture.ts';
import type { DuePerson } from './people.ts';
import { stored } from './stored.ts';
import { untilMoreThan } from './until.ts';

/** Each person taps every three seconds: 20 a minute, below the 30 from which the throttle asks a person to wait. */
export const TAPPING_PEOPLE = 60;
const TAP_EVERY_MS = 50;
/** The id of a message that Telegram no longer delivers. */
const OLD_MESSAGE = 1;

/** People tap until it is disposed of. `taps`: how often each one has. */
export type Tapping = AsyncDisposable & { taps: Map<string, number> };

/** A person of the fault, as their chat is driven. */
export const personOf = ({ telegram }: FaultFixture, userId: string) =>
  telegram.person({ id: Number(userId), first_name: 'Person' });

/**
 * Lets people tap Done and Undo of one day by turns, one person after the other, at a fixed pace. Each tap must leave one
 * event, in order: a lost, repeated or overtaken tap would leave another sequence (G1).
 */
export function startTapping(people: readonly DuePerson[], chats: readonly SimulatedPerson[]): Tapping {
  const on = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  const taps = new Map<string, number>();
  const stopping = new AbortController();
  const loop = async () => {
    for (let i = 0; !stopping.signal.aborted; i = (i + 1) % people.length) {
      const [person, chat] = [people[i], chats[i]];
      if (!person || !chat) return;
      const count = taps.get(person.userId) ?? 0;
      const action = count % 2 === 0 ? 'done' : 'undo';
      await chat.tap(OLD_MESSAGE, habitButtonData({ action, habitId: person.habitId, on }));
      taps.set(person.userId, count + 1);
      await delay(TAP_EVERY_MS);
    }
  };
  const running = loop();
  return {
    taps,
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await running;
    },
  };
}

/** Resolves when all taps are stored and the bot has handled them. Rejects when the bot makes no progress. */
export async function answered(fixture: FaultFixture, taps: number): Promise<void> {
  await untilMoreThan(taps - 1, () => endOf(fixture, 'UPDATES'));
  for (let before = Number.POSITIVE_INFINITY; before > 0; ) {
    before = await eventually(
      async () => {
        const left = await leftToAnswer(fixture);
        if (left >= before) throw new Error(`${left} updates are left`);
        return left;
      },
      { timeoutMs: 60_000 },
    );
  }
}

async function leftToAnswer({ manager }: FaultFixture): Promise<number> {
  const consumers = Array.from({ length: BOT_CONSUMER_COUNT }, (_, i) => botConsumer(i).name);
  const infos = await Promise.all(consumers.map((name) => manager.consumers.info('UPDATES', name)));
  return infos.reduce((sum, { num_pending, num_ack_pending }) => sum + num_pending + num_ack_pending, 0);
}

export async function judgeTaps(
  fixture: FaultFixture,
  people: readonly DuePerson[],
  taps: Map<string, number>,
) {
  const events = await stored(fixture.connection, 'EVENTS', EventEnvelope);
  const entries = new Map<string, string[]>(people.map(({ userId }) => [userId, []]));
  for (const { subject, body } of events) {
    const userId = parseEventSubject(subject)?.userId ?? '';
    if (body.type === 'HabitCheckedIn' || body.type === 'EntryCleared') entries.get(userId)?.push(body.type);
  }
  let [lost, duplicated, disordered] = [0, 0, 0];
  for (const [userId, types] of entries) {
    const expected = taps.get(userId) ?? 0;
    lost += Math.max(0, expected - types.length);
    duplicated += Math.max(0, types.length - expected);
    if (types.some((type, i) => type !== (i % 2 === 0 ? 'HabitCheckedIn' : 'EntryCleared'))) disordered++;
  }
  const { messages: dead } = (await fixture.manager.streams.info('DEAD')).state;
  return {
    ...{ reminders: sum(taps.values()), lost, duplicated, uncertain: 0 },
    overBudget: await fixture.overBudget(),
    violations: [
      ...fixture.crashes(),
      ...(disordered > 0 ? [`the events of ${disordered} people are out of order`] : []),
      ...(dead > 0 ? [`${dead} dead letters`] : []),
    ],
  };
}

export function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
