import { setTimeout as delay } from 'node:timers/promises';
import { habitButtonData } from '#contracts/callback-data.ts';
import { BOT_CONSUMER_COUNT, botConsumer } from '#contracts/consumers.ts';
import { EventEnvelope } from '#contracts/events.ts';
import { parseEventSubject } from '#contracts/subjects.ts';
import { seeded } from '#deploy/capacity/random.ts';
import type { SimulatedPerson } from '#deploy/telegram/client.ts';
import { eventually } from '#test/support/eventually.ts';
import { asHabitId } from '../support/ids.ts';
import { type Fault, type FaultRow, type FaultSettings, recovery } from './fault.ts';
import { endOf, type Stage, startStage } from './fixture.ts';
import { type DuePerson, peopleDue, settle } from './people.ts';
import { stored } from './stored.ts';
import { untilMoreThan } from './until.ts';

/** Each taps every three seconds: 20 of the 30 a minute that nobody is told to wait for, also when they pile up. */
const PEOPLE = 60;
const TAP_EVERY_MS = 50;
const LONGEST_WAIT_MS = 500;
const SEND_RATE = 200;
/** A button of a message that Telegram no longer gives. */
const OLD_MESSAGE = 1;

/** Ends when it is disposed of. */
type Talking = AsyncDisposable & { taps: Map<string, number> };

/**
 * kill -9 of `bot` or `ingress` at random moments while people tap Done and Undo of one day by turns. Lost, repeated or
 * out of order, a tap would leave something else than one event each, by turns (G1).
 */
export function killTalking(role: 'bot' | 'ingress'): Fault {
  return { name: `kill -9 ${role}`, fullRuns: 100, run: (settings) => killWhileTalking(role, settings) };
}

async function killWhileTalking(
  role: 'bot' | 'ingress',
  { servers, seed, runs }: FaultSettings,
): Promise<FaultRow> {
  const random = seeded(seed, 1);
  const stage = await startStage(servers, { sendRate: SEND_RATE });
  try {
    const people = peopleDue(stage.startMinute, 1, PEOPLE);
    await settle(people, stage.connection, stage.telegram);
    const [bot, ingress] = await Promise.all([stage.start('bot'), stage.start('ingress')]);
    const running = { bot, ingress };
    const works = () => endOf(stage, role === 'bot' ? 'EVENTS' : 'UPDATES');
    const chats = await Promise.all(people.map(({ userId }) => personOf(stage, userId)));
    await using talking = talk(people, chats);
    await untilMoreThan(await works(), works);
    const recoveries: number[] = [];
    while (recoveries.length < runs) {
      await delay(random() * LONGEST_WAIT_MS);
      const killedMs = performance.now();
      await running[role].kill();
      const before = await works();
      running[role] = await stage.start(role);
      await untilMoreThan(before, works);
      recoveries.push(performance.now() - killedMs);
    }
    await talking[Symbol.asyncDispose]();
    await answered(stage, sum(talking.taps.values()));
    const verdict = await judgeTalk(stage, people, talking.taps);
    return {
      fault: `kill -9 ${role}`,
      runs,
      ...verdict,
      recoveryMs: recovery(recoveries),
      seed,
      note: 'taps',
    };
  } finally {
    await stage.stop();
  }
}

const personOf = ({ telegram }: Stage, userId: string) =>
  telegram.person({ id: Number(userId), first_name: 'Person' });

/** Lets people tap one after the other until it is stopped. */
function talk(people: readonly DuePerson[], chats: readonly SimulatedPerson[]): Talking {
  const on = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  const taps = new Map<string, number>();
  const stopping = new AbortController();
  const loop = async () => {
    for (let i = 0; !stopping.signal.aborted; i = (i + 1) % people.length) {
      const [person, chat] = [people[i], chats[i]];
      if (!person || !chat) return;
      const count = taps.get(person.userId) ?? 0;
      const action = count % 2 === 0 ? 'done' : 'undo';
      await chat.tap(OLD_MESSAGE, habitButtonData({ action, habitId: asHabitId(person.habitId), on }));
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

/** Resolves when all taps are stored and the bot is done with them. Rejects when it does not go on. */
async function answered(stage: Stage, taps: number): Promise<void> {
  await untilMoreThan(taps - 1, () => endOf(stage, 'UPDATES'));
  for (let before = Number.POSITIVE_INFINITY; before > 0; ) {
    before = await eventually(
      async () => {
        const left = await leftToAnswer(stage);
        if (left >= before) throw new Error(`${left} updates are left`);
        return left;
      },
      { timeoutMs: 30_000 },
    );
  }
}

async function leftToAnswer({ manager }: Stage): Promise<number> {
  const consumers = Array.from({ length: BOT_CONSUMER_COUNT }, (_, i) => botConsumer(i).name);
  const infos = await Promise.all(consumers.map((name) => manager.consumers.info('UPDATES', name)));
  return infos.reduce((sum, { num_pending, num_ack_pending }) => sum + num_pending + num_ack_pending, 0);
}

async function judgeTalk(stage: Stage, people: readonly DuePerson[], taps: Map<string, number>) {
  const events = await stored(stage.connection, 'EVENTS', EventEnvelope);
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
  const { messages: dead } = (await stage.manager.streams.info('DEAD')).state;
  return {
    ...{ reminders: sum(taps.values()), lost, duplicated, uncertain: 0 },
    overBudget: await stage.overBudget(),
    violations: [
      ...stage.crashes(),
      ...(disordered > 0 ? [`the events of ${disordered} people are out of order`] : []),
      ...(dead > 0 ? [`${dead} dead letters`] : []),
    ],
  };
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
