import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { watchConsumers } from '#services/platform/jetstream/consumer-watch.ts';
import { Poison, Unavailable } from '#services/platform/jetstream/errors.ts';
import { pull } from '#services/platform/jetstream/pull.ts';
import { openReadiness, problemLine } from '#services/platform/process/readiness.ts';
import { type FakeClock, fakeClock } from '#test/support/clock.ts';
import { startTestNats } from '#test/support/nats.ts';

const NAMES = ['workers-0', 'workers-1', 'workers-2', 'workers-3', 'workers-4'];
const CONSUMERS = NAMES.map((name) => ({ stream: 'WORK', name }));

/** One user of the server may ask for no messages, and the server says nothing to it. */
const USERS = `
authorization {
  users: [
    { user: all, password: all }
    { user: deaf, password: deaf, permissions: { publish: { deny: ["$JS.API.CONSUMER.MSG.NEXT.>"] } } }
  ]
}
no_auth_user: all
`;

async function watched() {
  const server = await startTestNats({ extraConfig: USERS });
  onTestFinished(() => server.stop());
  const nats = await server.connection();
  const manager = await jetstreamManager(nats);
  await manager.streams.add({ name: 'WORK', subjects: ['work.*'] });
  for (const { stream, name } of CONSUMERS)
    await manager.consumers.add(stream, { durable_name: name, ack_policy: 'explicit' });
  const clock = fakeClock(Date.parse('2026-11-25T08:00:00Z'));
  const readiness = openReadiness(clock);
  const watches = watchConsumers({ nats, clock, readiness }, CONSUMERS);
  return { server, nats, clock, watches, lines: linesOf(readiness, clock) };
}

/** Looks each second of the clock, as the process does, for so long. */
function linesOf(readiness: ReturnType<typeof openReadiness>, clock: FakeClock) {
  return async (forMs = 0): Promise<string[]> => {
    for (let left = forMs; left > 0; left -= 1_000) {
      await readiness.problems();
      await clock.advance(1_000);
    }
    return (await readiness.problems()).map(problemLine);
  };
}

test('a server that says nothing at all to requests: they have no answer yet', async () => {
  const { server, watches, lines } = await watched();
  const deaf = await connect({ servers: server.url, user: 'deaf', pass: 'deaf' });
  onTestFinished(() => deaf.close());
  for (const consumer of CONSUMERS) {
    const ports = { nats: deaf, log: pino({ level: 'silent' }), watch: watches.of(consumer) };
    const pulling = pull(ports, { consumer, prefetch: 1 }, () => {});
    onTestFinished(() => pulling.stop());
  }
  expect(await lines(10_000)).toEqual([
    'consumers: no answer yet: workers-0, workers-1, workers-2 and 2 more',
  ]);
});

test('a server that no longer answers, and one that answers again', async () => {
  const { watches, lines, clock } = await watched();
  const answerAll = () => CONSUMERS.map((consumer) => watches.of(consumer).answered());
  answerAll();
  expect(await lines(14_000)).toEqual([]);
  answerAll();
  watches.of({ stream: 'WORK', name: 'workers-1' }).refused(409, 'Consumer Deleted');
  expect(await lines(4_000), 'a moment is no problem').toEqual([]);
  expect(await lines(2_000)).toEqual(['consumers: messages refused (409 Consumer Deleted): workers-1']);
  answerAll();
  expect(await lines()).toEqual([]);
  const sinceMs = clock.now();
  expect(await lines(22_000)).toEqual([
    `consumers: no answer since ${new Date(sinceMs).toISOString()}: workers-0, workers-1, workers-2 and 2 more`,
  ]);
});

test('failures count when they last, until one is handled or another process has taken over', async () => {
  const { watches, lines } = await watched();
  for (const consumer of CONSUMERS) watches.of(consumer).answered();
  const failing = watches.of({ stream: 'WORK', name: 'workers-2' });
  const problems = async (forMs: number) => {
    for (const consumer of CONSUMERS) watches.of(consumer).answered();
    return (await lines(forMs)).filter((line) => line.startsWith('messages'));
  };
  failing.failed(new Unavailable('secret'));
  expect(await problems(10_000)).toEqual([]);
  failing.failed(new Unavailable('secret'));
  expect(await problems(10_000)).toEqual([]);
  failing.failed(new Unavailable('secret'));
  expect(await problems(0)).toEqual([
    'messages: nothing but failures (Unavailable) since 2026-11-25T08:00:00.000Z: workers-2',
  ]);
  failing.handled();
  expect(await problems(0)).toEqual([]);
  for (const _ of [1, 2, 3]) {
    failing.failed(new Poison('secret'));
    await problems(10_000);
  }
  expect(await problems(0)).toHaveLength(1);
  expect(await problems(60_000)).toEqual([]);
});
