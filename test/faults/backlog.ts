import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { habitIdFrom } from '#contracts/ids.ts';
import { Delivery, type ReminderDue } from '#contracts/messages.ts';
import { localTimeOf } from '#contracts/time.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import { missingReminders } from '#services/shards/missing-reminders.ts';
import { openReminderQueue } from '#services/shards/queue.ts';
import { asUserId } from '#test/support/ids.ts';
import type { TestProcess } from '#test/support/processes.ts';
import { type Fault, type FaultRow, type FaultSettings, recovery } from './fault.ts';
import { endOf, type FaultFixture, projected, startFaultFixture } from './fixture.ts';
import { FIRST_ID, peopleDue, register } from './people.ts';
import { stored } from './stored.ts';

const SEND_RATE = 500;
const HEAP_MB = 96;
/** The young generation, code, buffers and stacks beside the old one. */
const MOST_RSS_MB = HEAP_MB + 160;
const IN_FLIGHT = 1_024;
const CHUNK = 10_000;

/** A queue of `count` reminders, and a sender with little memory that works on it for `seconds`. */
export function backlog(count: number, seconds: number): Fault {
  const name = `a backlog of ${count.toLocaleString('en')} reminders, with a memory cap`;
  return { name, fullRuns: 1, run: (settings) => workOff(name, count, seconds, settings) };
}

async function workOff(
  fault: string,
  count: number,
  seconds: number,
  { servers, seed }: FaultSettings,
): Promise<FaultRow> {
  const fixture = await startFaultFixture(servers, { sendRate: SEND_RATE });
  try {
    // The queue is in order, so only the people that the budget reaches need to exist.
    const known = Math.min(count, SEND_RATE * (seconds + 4));
    await register(peopleDue(fixture.startMinute, 1, known), fixture.connection, fixture.telegram);
    const projector = await fixture.start('projector');
    await projected(fixture);
    await projector.stop();
    await queueAll(fixture, count);
    const sender = await fixture.start('sender', { NODE_OPTIONS: `--max-old-space-size=${HEAP_MB}` });
    const rssMb = await highestRss(sender, seconds);
    await sender.stop();
    const { handled, ...verdict } = await judgeBacklog(fixture, count);
    return {
      ...{ fault, runs: 1, ...verdict, recoveryMs: recovery([]), seed },
      violations: [...verdict.violations, ...(rssMb > MOST_RSS_MB ? [`the sender took ${rssMb} MB`] : [])],
      note: `${handled} ended in ${seconds} s, RSS at most ${rssMb} MB with --max-old-space-size=${HEAP_MB}`,
    };
  } finally {
    await fixture.stop();
  }
}

export async function queueAll(
  { connection, startMinute: minute }: FaultFixture,
  count: number,
): Promise<void> {
  const queue = openReminderQueue(
    connection,
    IN_FLIGHT,
    missingReminders({ nats: connection, clock: systemClock }),
  );
  const on = new Date(minute * 60_000).toISOString().slice(0, 10);
  const at = localTimeOf(minute % 1440);
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  const dueFor = (i: number): ReminderDue => {
    const userId = asUserId(FIRST_ID + i);
    return {
      userId,
      minute,
      tier: 'regular',
      expiresAt,
      due: [{ habitId: habitIdFrom(userId, 1), on, at }],
    };
  };
  for (let from = 0; from < count; from += CHUNK) {
    const chunk = Array.from({ length: Math.min(CHUNK, count - from) }, (_, i) => dueFor(from + i));
    await queue.putAll(chunk);
  }
  queue.stop();
}

/** Samples the resident memory for `seconds`, and returns the highest in MB. @throws when the process ends. */
async function highestRss({ pid }: TestProcess, seconds: number): Promise<number> {
  const endMs = performance.now() + seconds * 1000;
  let highest = 0;
  while (performance.now() < endMs) {
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    highest = Math.max(highest, Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
    await delay(200);
  }
  return Math.round(highest);
}

/** A reminder without an outcome must still be in the queue. */
async function judgeBacklog(fixture: FaultFixture, count: number) {
  const { num_pending, num_ack_pending } = await fixture.manager.consumers.info(
    'REMINDERS',
    'sender-regular',
  );
  const deliveries = (await stored(fixture.connection, 'DELIVERIES', Delivery)).map(({ body }) => body);
  const handled = new Set(deliveries.map(({ userId }) => userId)).size;
  const sends = await fixture.telegram.requests({ method: 'sendMessage' });
  const sent = sends.filter(({ applied }) => applied);
  const chats = new Set(sent.map(({ chatId }) => chatId)).size;
  const dead = await endOf(fixture, 'DEAD');
  return {
    ...{
      handled,
      reminders: count,
      violations: [...fixture.crashes(), ...(dead > 0 ? [`${dead} dead letters`] : [])],
    },
    lost: Math.max(0, count - handled - num_pending - num_ack_pending),
    duplicated: sent.length - chats + (deliveries.length - handled),
    overBudget: await fixture.overBudget(),
    uncertain: deliveries.filter(({ outcome }) => outcome === 'uncertain').length,
  };
}
