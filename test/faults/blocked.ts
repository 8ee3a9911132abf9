import { jetstream } from '@nats-io/jetstream';
import { REFUSALS_CONSUMER } from '#contracts/consumers.ts';
import { Delivery, type Tick } from '#contracts/messages.ts';
import { TICK_SUBJECT } from '#contracts/subjects.ts';
import { type EpochMinute, minutesAfter } from '#contracts/time.ts';
import type { RequestRecord } from '#deploy/telegram/requests.ts';
import { eventually } from '#test/support/eventually.ts';
import { asEventSequence } from '#test/support/ids.ts';
import { type Fault, type FaultRow, type FaultSettings, recovery } from './fault.ts';
import { endOf, type FaultFixture, projected, startFaultFixture } from './fixture.ts';
import { type DuePerson, peopleDue, register } from './people.ts';
import { stored } from './stored.ts';
import { untilMoreThan } from './until.ts';

const SEND_RATE = 400;
/** Of so many who are due, one has blocked the bot, and of so many one has no account any more. */
const ONE_BLOCKED_OF = 5;
const ONE_GONE_OF = 200;
const AT_ONCE = 50;
const RECORDED_MS = 180_000;

/** `count` people are due at two minutes; a fifth of them have blocked the bot, unnoticed, and some are deactivated. */
export function blocked(count: number): Fault {
  const name = `a fifth of ${count.toLocaleString('en')} due have blocked the bot`;
  return { name, fullRuns: 1, run: (settings) => remind(name, count, settings) };
}

async function remind(fault: string, count: number, { servers, seed }: FaultSettings): Promise<FaultRow> {
  const fixture = await startFaultFixture(servers, { sendRate: SEND_RATE });
  try {
    const first = minutesAfter(fixture.startMinute, 1);
    const second = minutesAfter(first, 1);
    const people = peopleDue(first, 1, count).map((person) => ({ ...person, again: second }));
    await register(people, fixture.connection, fixture.telegram);
    const unreachable = await makeUnreachable(fixture, people);
    await fixture.start('projector');
    await projected(fixture);
    for (const role of ['shards', 'sender', 'bot'] as const) await fixture.start(role);
    await passMinute(fixture, first, count);
    const before = (await fixture.telegram.counters()).counted;
    await untilRefusalsAreKnown(fixture);
    await projected(fixture);
    await passMinute(fixture, second, count - unreachable.size);
    return { fault, runs: 1, ...(await judge(fixture, people, unreachable, before)), seed };
  } finally {
    await fixture.stop();
  }
}

/** As when the notice of it was lost: the bot does not know. */
async function makeUnreachable(
  { telegram }: FaultFixture,
  people: readonly DuePerson[],
): Promise<Set<number>> {
  const changes = people
    .map(({ userId }, i) => ({
      id: Number(userId),
      blocked: i % ONE_BLOCKED_OF === 0,
      deactivated: i % ONE_GONE_OF === 1,
    }))
    .filter((change) => change.blocked || change.deactivated);
  for (let i = 0; i < changes.length; i += AT_ONCE)
    await Promise.all(changes.slice(i, i + AT_ONCE).map((change) => telegram.person(change)));
  return new Set(changes.map(({ id }) => id));
}

/**
 * Publishes the tick, and resolves when each of its `reminders` has its outcome. TICKS and REMINDERS say that a message is stored before
 * they show it, so that nothing may seem to be left at first.
 */
async function passMinute(fixture: FaultFixture, minute: EpochMinute, reminders: number): Promise<void> {
  const before = await endOf(fixture, 'DELIVERIES');
  const tick: Tick = { minute, eventsSequence: asEventSequence(await endOf(fixture, 'EVENTS')) };
  await jetstream(fixture.connection).publish(TICK_SUBJECT, JSON.stringify(tick));
  await untilMoreThan(before + reminders - 1, () => endOf(fixture, 'DELIVERIES'), RECORDED_MS);
  await fixture.idle();
}

/** Resolves when the bot has recorded who cannot be reached. */
function untilRefusalsAreKnown({ manager }: FaultFixture): Promise<void> {
  return eventually(
    async () => {
      const { num_pending, num_ack_pending } = await manager.consumers.info(
        'DELIVERIES',
        REFUSALS_CONSUMER.name,
      );
      if (num_pending + num_ack_pending > 0) throw new Error(`${num_pending} refusals are not recorded`);
    },
    { timeoutMs: RECORDED_MS },
  );
}

/** G8, G9: who cannot be reached is tried once, ever, and costs the others one slot at the first minute and none after. */
async function judge(
  fixture: FaultFixture,
  people: readonly DuePerson[],
  unreachable: ReadonlySet<number>,
  atFirst: number,
): Promise<Omit<FaultRow, 'fault' | 'runs' | 'seed'>> {
  const requests = await fixture.telegram.requests({ method: 'sendMessage' });
  const tries = countByChat(requests);
  const reachable = people.filter(({ userId }) => !unreachable.has(Number(userId)));
  const triedOnce = [...unreachable].filter((id) => tries.get(id) === 1).length;
  const deliveries = (await stored(fixture.connection, 'DELIVERIES', Delivery)).map(({ body }) => body);
  const failed = deliveries.filter(({ outcome }) => outcome === 'failed').length;
  const delivered = deliveries.filter(({ outcome }) => outcome === 'delivered').length;
  const atSecond = requests.length - atFirst;
  return {
    reminders: people.length + reachable.length,
    lost: reachable.filter(({ userId }) => (tries.get(Number(userId)) ?? 0) < 2).length,
    duplicated: people.length - reachable.length - triedOnce,
    overBudget: await fixture.overBudget(),
    uncertain: deliveries.filter(({ outcome }) => outcome === 'uncertain').length,
    recoveryMs: recovery([]),
    violations: [
      ...fixture.crashes(),
      ...unlessEqual('slots at the first minute', atFirst, people.length),
      ...unlessEqual('slots at the second minute', atSecond, reachable.length),
      ...unlessEqual('failed', failed, unreachable.size),
      ...unlessEqual('delivered', delivered, 2 * reachable.length),
    ],
    note: `${unreachable.size} of them, with those who are deactivated: ${triedOnce} tried once in two minutes; ${atFirst} and ${atSecond} slots used for ${people.length} and ${reachable.length} reminders`,
  };
}

function countByChat(requests: readonly RequestRecord[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { chatId = 0 } of requests) counts.set(chatId, (counts.get(chatId) ?? 0) + 1);
  return counts;
}

const unlessEqual = (what: string, found: number, expected: number): string[] =>
  found === expected ? [] : [`${found} instead of ${expected} ${what}`];
