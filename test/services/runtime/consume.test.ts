import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '#services/runtime/clock.ts';
import { consume } from '#services/runtime/consume.ts';
import { eventually } from '../../support/eventually.ts';
import { startTestNats, type TestNats } from '../../support/nats.ts';

let server: TestNats;
let nats: NatsConnection;

beforeAll(async () => {
  server = await startTestNats();
  nats = await server.connection();
});
afterAll(() => server.stop());

it('what comes again while it is in hand here is not handled a second time, and one ack settles it', async () => {
  const manager = await jetstreamManager(nats);
  await manager.streams.add({ name: 'WORK', subjects: ['work.*'] });
  await manager.consumers.add('WORK', {
    durable_name: 'workers',
    ack_policy: 'explicit',
    ack_wait: 300 * 1_000_000,
    max_ack_pending: 1,
  });
  const info = () => manager.consumers.info('WORK', 'workers');
  await jetstream(nats).publish('work.x', '{}');
  const { promise: done, resolve: end } = Promise.withResolvers<void>();
  const handled: number[] = [];
  const running = consume(
    { nats, clock: systemClock, log: pino({ level: 'silent' }) },
    {
      ...{ stream: 'WORK', consumer: 'workers', maxTries: 5, prefetch: 8 },
      // Longer than the consumer's own: no heartbeat comes in time, as when the server was away.
      ackWaitMs: 60_000,
      parse: (message) => message.seq,
      async handle(seq) {
        handled.push(seq);
        await done;
      },
    },
  );
  await eventually(async () => expect((await info()).num_redelivered).toBe(1));
  end();
  await eventually(async () => expect((await info()).ack_floor.stream_seq).toBe(1));
  expect(handled).toEqual([1]);
  expect((await info()).num_ack_pending).toBe(0);
  await running.stop();
});
