import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { consume } from '#services/platform/jetstream/consume.ts';
import { consumerHandler } from '#services/platform/jetstream/handler.ts';
import type { JetStreamMessage } from '#services/platform/jetstream/message.ts';
import { pull } from '#services/platform/jetstream/pull.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import type { Running } from '#services/platform/process/lifecycle.ts';
import { eventually } from '../../../support/eventually.ts';
import { startTestNats, type TestNats } from '../../../support/nats.ts';

const ACK_WAIT_MS = 30_000;
const silent = pino({ level: 'silent' });
const source = { consumer: { stream: 'WORK', name: 'workers' }, prefetch: 64 };

let server: TestNats;
let nats: NatsConnection;
let running: Running[] = [];

beforeAll(async () => {
  server = await startTestNats();
  nats = await server.connection();
});
afterAll(() => server.stop());
beforeEach(async () => {
  await makeStream();
  await makeConsumer(1_000);
});
afterEach(async () => {
  await Promise.all(running.map((each) => each.stop()));
  running = [];
  await (await jetstreamManager(nats)).streams.delete('WORK').catch(() => {});
});

async function makeStream(): Promise<void> {
  await (await jetstreamManager(nats)).streams.add({ name: 'WORK', subjects: ['work.*'] });
}

async function makeConsumer(maxAckPending: number): Promise<void> {
  await (await jetstreamManager(nats)).consumers.add('WORK', {
    durable_name: 'workers',
    ack_policy: 'explicit',
    ack_wait: ACK_WAIT_MS * 1_000_000,
    max_ack_pending: maxAckPending,
  });
}

async function publish(count: number): Promise<void> {
  const js = jetstream(nats);
  await Promise.all(Array.from({ length: count }, (_, i) => js.publish('work.x', String(i))));
}

function pulling(take: (message: JetStreamMessage) => void): Running {
  const each = pull({ nats, log: silent }, source, take);
  running.push(each);
  return each;
}

/** Counts what it acks. */
function acking(): { seen: Map<number, number> } {
  const seen = new Map<number, number>();
  pulling((delivery) => {
    seen.set(delivery.seq, (seen.get(delivery.seq) ?? 0) + 1);
    delivery.ack();
  });
  return { seen };
}

const info = async () => (await jetstreamManager(nats)).consumers.info('WORK', 'workers');

describe('pulling', () => {
  it('brings every message once, with its sequence, body and try', async () => {
    await publish(500);
    const found: { seq: number; tries: number; subject: string; json: unknown }[] = [];
    pulling((delivery) => {
      const { seq, tries, subject } = delivery;
      found.push({ seq, tries, subject, json: delivery.json() });
      delivery.ack();
    });
    await eventually(() => expect(found.length).toBe(500));
    expect(found).toEqual(
      Array.from({ length: 500 }, (_, i) => ({ seq: i + 1, tries: 1, subject: 'work.x', json: i })),
    );
    await eventually(async () => expect((await info()).ack_floor.stream_seq).toBe(500));
  });

  it('gives back, delays, and ends messages; the first answer counts', async () => {
    await publish(3);
    const tries: string[] = [];
    const began = performance.now();
    let delayedMs = 0;
    pulling((delivery) => {
      tries.push(`${delivery.seq} ${delivery.tries}`);
      if (delivery.seq === 1) delivery.term();
      if (delivery.seq === 2 && delivery.tries === 1) delivery.nak();
      if (delivery.seq === 3 && delivery.tries === 1) delivery.nak(700);
      if (delivery.seq === 3 && delivery.tries === 2) delayedMs = performance.now() - began;
      delivery.ack();
    });
    await eventually(() => expect(tries).toEqual(['1 1', '2 1', '3 1', '2 2', '3 2']));
    expect(delayedMs).toBeGreaterThan(650);
  });

  it('holds at most max_ack_pending, which may be changed meanwhile', async () => {
    const manager = await jetstreamManager(nats);
    await manager.consumers.update('WORK', 'workers', { max_ack_pending: 3 });
    await publish(50);
    const held: JetStreamMessage[] = [];
    pulling((delivery) => held.push(delivery));
    await eventually(() => expect(held.length).toBe(3));
    await systemClock.sleep(200);
    expect(held.length).toBe(3);
    await manager.consumers.update('WORK', 'workers', { max_ack_pending: 10 });
    await eventually(() => expect(held.length).toBe(10));
    held.splice(0, 5).forEach((delivery) => void delivery.ack());
    await eventually(() => expect(held.length).toBe(10));
    await systemClock.sleep(200);
    expect(held.length).toBe(10);
  });

  it('keeps a message that is worked on for longer than ack_wait', async () => {
    await (await jetstreamManager(nats)).consumers.update('WORK', 'workers', { ack_wait: 600_000_000 });
    await publish(1);
    const tries: number[] = [];
    const handler = consumerHandler<unknown>({
      consumer: { ...source.consumer, maxTries: 1, ackWaitMs: 600 },
      prefetch: source.prefetch,
      parse: () => undefined,
      async handle() {
        tries.push(1);
        await systemClock.sleep(1_500);
      },
    });
    running.push(consume({ nats, clock: systemClock, log: silent }, handler));
    await eventually(async () => expect((await info()).ack_floor.stream_seq).toBe(1));
    expect(tries.length).toBe(1);
  });

  it('goes on after its requests expired', async () => {
    const { seen } = acking();
    await systemClock.sleep(5_500);
    await publish(100);
    await eventually(() => expect(seen.size).toBe(100), { timeoutMs: 6_000 });
    // One that is partly filled, and one for the rest.
    expect((await info()).num_waiting).toBeLessThanOrEqual(2);
  });

  it('goes on when consumer and stream were away, or come later', async () => {
    const { seen } = acking();
    await publish(10);
    await eventually(() => expect(seen.size).toBe(10));
    const manager = await jetstreamManager(nats);
    await manager.consumers.delete('WORK', 'workers');
    await publish(10);
    await systemClock.sleep(700);
    await makeConsumer(1_000);
    await eventually(() => expect(seen.size).toBe(20), { timeoutMs: 6_000 });
    await manager.streams.delete('WORK');
    await makeStream();
    await makeConsumer(1_000);
    seen.clear();
    await publish(10);
    await eventually(() => expect(seen.size).toBe(10), { timeoutMs: 6_000 });
  });

  it('goes on after the server was killed', async () => {
    const { seen } = acking();
    await publish(10);
    await eventually(() => expect(seen.size).toBe(10));
    await server.kill();
    await server.restart();
    await publish(200);
    await eventually(() => expect(seen.size).toBe(210), { timeoutMs: 6_000 });
  });
});

describe('stopping', () => {
  it('gives back at once all that is on its way: a hundred times under a stream of messages', async () => {
    const done = new Map<number, number>();
    let worstMs = 0;
    let published = 0;
    let over = false;
    const stream = (async () => {
      const js = jetstream(await server.connection());
      while (!over) {
        await Promise.all(Array.from({ length: 50 }, () => js.publish('work.x', String(Date.now()))));
        published += 50;
      }
    })();
    const other = await server.connection();
    running.push(
      pull({ nats: other, log: silent }, source, (delivery) => {
        worstMs = Math.max(worstMs, Date.now() - Number(delivery.json()));
        done.set(delivery.seq, (done.get(delivery.seq) ?? 0) + 1);
        delivery.ack();
      }),
    );
    for (let stop = 0; stop < 100; stop++) {
      const held: JetStreamMessage[] = [];
      const { promise: enough, resolve } = Promise.withResolvers<void>();
      const one = pulling((delivery) => {
        held.push(delivery);
        if (held.length > 20 + stop) resolve();
      });
      await enough;
      const stopped = one.stop();
      for (const delivery of held) delivery.nak();
      await stopped;
    }
    over = true;
    await stream;
    await eventually(() => expect(done.size).toBe(published), { timeoutMs: 6_000 });
    expect([...done.values()].every((times) => times === 1)).toBe(true);
    // None of them waited for ack_wait.
    expect(worstMs).toBeLessThan(ACK_WAIT_MS / 3);
  });

  it('takes no more, and ends soon while the server is away', async () => {
    const { seen } = acking();
    await publish(1);
    await eventually(async () => expect((await info()).ack_floor.stream_seq).toBe(1));
    await server.kill();
    const began = performance.now();
    await running[0]?.stop();
    expect(performance.now() - began).toBeLessThan(10_000);
    await server.restart();
    await publish(5);
    await systemClock.sleep(300);
    expect(seen.size).toBe(1);
    const next = acking();
    await eventually(() => expect([...next.seen.keys()].filter((seq) => seq > 1)).toEqual([2, 3, 4, 5, 6]));
  });
});
