import { setTimeout as delay } from 'node:timers/promises';
import { jetstream } from '@nats-io/jetstream';
import { ACCOUNT } from '#contracts/ids.ts';
import {
  broadcastSubject,
  deliverySubject,
  eventSubject,
  redriveSubject,
  reminderSubject,
  TICK_SUBJECT,
  updateSubject,
} from '#contracts/subjects.ts';
import { seeded } from '#deploy/capacity/random.ts';
import { projectionConsumers } from '#projections/engine/registry.ts';
import { eventually } from '#test/support/eventually.ts';
import { asBroadcastId, asMinute, asUserId } from '#test/support/ids.ts';
import { type Fault, type FaultRow, type FaultSettings, recovery } from './fault.ts';
import { endOf, SHARD_COUNT } from './fixture.ts';
import { startFlow } from './flow.ts';

const NAME = 'poison in every stream';
const MINUTES_A_POISON = 8;
const STRANGER = asUserId('4242');

type Poison = { subject: string; letters: number };

/** `runs` unreadable messages, in each stream by turns. All are dead-lettered, and all other work goes on. */
export const poison: Fault = {
  name: NAME,
  fullRuns: 70,
  async run({ servers, seed, runs }: FaultSettings): Promise<FaultRow> {
    const random = seeded(seed, 1);
    const flow = await startFlow(servers, { minutes: 80 + runs * MINUTES_A_POISON });
    try {
      const { fixture } = flow;
      await fixture.start('bot');
      const js = jetstream(fixture.connection);
      const kinds = await poisons();
      const recoveries: number[] = [];
      let expected = 0;
      while (recoveries.length < runs && (await flow.minutesLeft()) > MINUTES_A_POISON) {
        const { subject, letters } = kinds[recoveries.length % kinds.length] ?? { subject: '', letters: 0 };
        await delay(random() * 400); // the moment of the poison is drawn from the seed
        await js.publish(subject, random() < 0.5 ? 'nonsense' : '{"a":1}');
        expected += letters;
        const beganMs = performance.now();
        await flow.worksAgain('sender');
        recoveries.push(performance.now() - beganMs);
      }
      await eventually(
        async () => {
          const deadLettered = await endOf(fixture, 'DEAD');
          if (deadLettered < expected) throw new Error(`${deadLettered} of ${expected} letters are there`);
        },
        { timeoutMs: 60_000 },
      );
      const verdict = await flow.finish({ dead: expected });
      return { fault: NAME, runs: recoveries.length, ...verdict, recoveryMs: recovery(recoveries), seed };
    } finally {
      await flow.stop();
    }
  },
};

/** A subject of each stream, and how many consumers dead-letter what is published there. */
async function poisons(): Promise<Poison[]> {
  const projections = await projectionConsumers();
  const readers = (stream: string) => projections.filter((each) => each.stream === stream).length;
  const broadcast = asBroadcastId('aaaaaaaaaaaaa');
  return [
    { subject: TICK_SUBJECT, letters: SHARD_COUNT },
    { subject: reminderSubject('regular', STRANGER, asMinute(1)), letters: 1 },
    { subject: eventSubject(STRANGER, ACCOUNT), letters: readers('EVENTS') },
    { subject: deliverySubject('delivered', STRANGER), letters: readers('DELIVERIES') },
    { subject: updateSubject(STRANGER), letters: 1 },
    { subject: broadcastSubject(broadcast, 'requested'), letters: 1 },
    { subject: redriveSubject('sender', 'sender-regular'), letters: 1 },
  ];
}
