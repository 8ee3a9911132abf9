import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { consume } from '#services/platform/jetstream/consume.ts';
import { consumerHandler } from '#services/platform/jetstream/handler.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import { eventually } from '../../../support/eventually.ts';
import { startTestNats, type TestNats } from '../../../support/nats.ts';

let server: TestNats;
let nats: NatsConnection;

beforeAll(async () => {
  server = await startTestNats();
  nats = await server.connection();
});
afterAll(() => server.stop());

/** A durable consumer of one message, whose second delivery comes while the first is in hand. */
async function consuming(stream: string) {
  const manager = await jetstreamManager(nats);
  await manager.streams.add({ name: stream, subjects: [`${stream}.*`] });
  await manager.consumers.add(stream, {
    durable_name: 'workers',
    ack_policy: 'explicit',
    ack_wait: 300 * 1_000_000,
    max_ack_pending: 1,
  });
  await jetstream(nats).publish(`${stream}.x`, '{}');
  const { promise: done, resolve: end } = Promise.withResolvers<void>();
  const handled: number[] = [];
  const running = consume(
    { nats, clock: systemClock, log: pino({ level: 'silent' }) },
    consumerHandler<number>({
      // Longer than the consumer's own: no heartbeat comes in time, as when the server was away.
      consumer: { name: 'workers', stream, maxTries: 5, ackWaitMs: 60_000 },
      prefetch: 8,
      parse: (message) => message.seq,
      async handle(seq) {
        handled.push(seq);
        await done;
      },
    }),
  );
  return { info: () => manager.consumers.info(stream, 'workers'), handled, end, running };
}

it('what comes again while it is in hand here is not handled a second time, and one ack settles it', async () => {
  const { info, handled, end, running } = await consuming('WORK');
  await eventually(async () => expect((await info()).num_redelivered).toBe(1));
  end();
  await eventually(async () => expect((await info()).ack_floor.stream_seq).toBe(1));
  expect(handled).toEqual([1]);
  expect((await info()).num_ack_pending).toBe(0);
  await running.stop();
});

it.each([
  // What is acked before it is on disk may be another message after a restart.
  { stream: 'REMINDERS', times: 2 },
  { stream: 'UPDATES', times: 1 },
])(
  'a message of $stream in hand while the server is started again is handled $times times',
  async ({ stream, times }) => {
    const { info, handled, end, running } = await consuming(stream);
    await eventually(() => expect(handled.length).toBe(1));
    await server.kill();
    await server.restart();
    await eventually(async () => expect((await info()).num_pending).toBe(0));
    end();
    await eventually(async () => expect((await info()).ack_floor.stream_seq).toBe(1));
    expect(handled.length).toBe(times);
    await running.stop();
  },
);
