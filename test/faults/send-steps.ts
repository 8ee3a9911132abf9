import { jetstream } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import type { ReminderDue } from '#contracts/messages.ts';
import { reminderSubject, TICK_SUBJECT } from '#contracts/subjects.ts';
import { localTimeOf } from '#contracts/time.ts';
import type { SendStep } from '#services/sender/delivery/message-state.ts';
import { type Fault, type FaultRow, type FaultSettings, recovery } from './fault.ts';
import { endOf, type FaultFixture, projected, SENDER_CONSUMERS, startFaultFixture } from './fixture.ts';
import { type DuePerson, peopleDue, register } from './people.ts';
import { untilMoreThan } from './until.ts';
import { verdictOf } from './verdict.ts';

const NAME = 'a crash at each step of a send';
const STEPS: readonly SendStep[] = [
  'received',
  'checked',
  'claimed',
  'begun',
  'answered',
  'withdrawn',
  'settled',
  'published',
];
/** How many reminders the sender has in hand when it dies. */
const IN_HAND = 4;
const ACK_WAIT_MS = 1_000;
const SEND_RATE = 200;

/**
 * A sender is killed at one step of one of its reminders. Another one takes over, and has recovered when every reminder has
 * its outcome.
 */
export const sendSteps: Fault = { name: NAME, fullRuns: 104, run: crashAtSteps };

async function crashAtSteps({ servers, seed, runs }: FaultSettings): Promise<FaultRow> {
  const fixture = await startFaultFixture(servers, { sendRate: SEND_RATE });
  try {
    const people = peopleDue(fixture.startMinute, runs, IN_HAND);
    await register(people, fixture.connection, fixture.telegram);
    const projector = await fixture.start('projector');
    await projected(fixture);
    await projector.stop();
    await fixture.manager.consumers.update('REMINDERS', 'sender-regular', { ack_wait: nanos(ACK_WAIT_MS) });
    const recoveries: number[] = [];
    for (let i = 0; i < runs; i++) {
      if (i > 0) await passMinute(fixture, fixture.startMinute + i);
      const step = STEPS[(i + seed) % STEPS.length] ?? 'received';
      recoveries.push(await crashAt(fixture, step, people.slice(i * IN_HAND, (i + 1) * IN_HAND)));
    }
    const { outcomes: _, ...verdict } = await verdictOf(fixture, people);
    const note = `${IN_HAND} in hand, ack_wait ${ACK_WAIT_MS} ms`;
    return { fault: NAME, runs, ...verdict, recoveryMs: recovery(recoveries), seed, note };
  } finally {
    await fixture.stop();
  }
}

/** The verdict counts the people of minutes that have a tick. */
async function passMinute({ connection }: FaultFixture, minute: number): Promise<void> {
  await jetstream(connection).publish(TICK_SUBJECT, JSON.stringify({ minute, eventsSequence: 0 }));
}

async function crashAt(fixture: FaultFixture, step: SendStep, people: readonly DuePerson[]): Promise<number> {
  const before = await endOf(fixture, 'DELIVERIES');
  // A send record is withdrawn only when Telegram answers 429.
  if (step === 'withdrawn') await fixture.telegram.fault({ method: 'sendMessage', retryAfter: 1, times: 1 });
  const dying = await fixture.start('faulty-sender', { DIES_AT: step });
  await Promise.all(people.map((person) => remind(fixture, person)));
  await dying.exited;
  const diedMs = performance.now();
  const successor = await fixture.start('sender');
  await untilMoreThan(before + people.length - 1, () => endOf(fixture, 'DELIVERIES'));
  const took = performance.now() - diedMs;
  await fixture.idle(SENDER_CONSUMERS);
  await successor.stop();
  return took;
}

/** Queues a reminder as the shards do. */
async function remind({ connection }: FaultFixture, { userId, habitId, minute }: DuePerson): Promise<void> {
  const on = new Date(minute * 60_000).toISOString().slice(0, 10);
  const due: ReminderDue = {
    ...{ userId, minute, tier: 'regular' },
    expiresAt: new Date(Date.now() + 600_000).toISOString(),
    due: [{ habitId, on, at: localTimeOf(minute % 1440) }],
  };
  await jetstream(connection).publish(reminderSubject('regular', userId, minute), JSON.stringify(due));
}
