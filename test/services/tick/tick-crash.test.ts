import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Tick } from '#contracts/messages.ts';
import { TICK_SUBJECT } from '#contracts/subjects.ts';
import { seeded } from '#deploy/capacity/random.ts';
import { provision } from '#deploy/provision/provision.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import { eventually } from '#test/support/eventually.ts';
import { asEventSequence, asMinute } from '#test/support/ids.ts';
import { startTestNats, type TestNats } from '#test/support/nats.ts';
import { type TestProcess, testProcesses } from '#test/support/processes.ts';

const SEED = 20261125;
const MISSED_MINUTES = 10_000;
const KILLS = 5;

let server: TestNats;
let nats: NatsConnection;
const { startService } = testProcesses();

beforeAll(async () => {
  server = await startTestNats();
  nats = await server.connection();
  await provision(nats, { shardCount: 1 });
});
afterAll(() => server.stop());

async function startTick(): Promise<TestProcess> {
  const started = await startService('tick', { NATS_URL: server.url });
  await started.line(/"started"/);
  return started;
}

async function minutes(): Promise<number[]> {
  const consumer = await jetstream(nats).consumers.get('TICKS');
  const { num_pending } = await consumer.info();
  const found: number[] = [];
  for await (const message of await consumer.fetch({ max_messages: num_pending, expires: 10_000 }))
    found.push(Tick.parse(message.json()).minute);
  return found;
}

it('two processes killed while they catch up with a week: each minute once, in order (G4)', {
  timeout: 90_000,
}, async () => {
  const random = seeded(SEED, 0);
  const now = Math.floor(Date.now() / 60_000);
  const first: Tick = { minute: asMinute(now - MISSED_MINUTES), eventsSequence: asEventSequence(0) };
  await jetstream(nats).publish(TICK_SUBJECT, JSON.stringify(first));
  const running = await Promise.all([startTick(), startTick()]);
  let killedWithin = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    await systemClock.sleep(random() * 150); // the moment of the kill is drawn from the seed
    await running.shift()?.kill();
    const { state } = await (await jetstreamManager(nats)).streams.info('TICKS');
    if (state.messages < MISSED_MINUTES) killedWithin++;
    running.push(await startTick());
  }
  await eventually(
    async () => {
      const found = await minutes();
      expect(found.at(-1)).toBeGreaterThanOrEqual(now);
      expect(found).toEqual(Array.from({ length: found.length }, (_, i) => first.minute + i));
    },
    { timeoutMs: 40_000 },
  );
  process.stderr.write(`seed ${SEED}: ${killedWithin} of ${KILLS} kills while minutes were missing\n`);
  expect(killedWithin).toBeGreaterThan(0);
  await Promise.all(running.map((each) => each.stop()));
});
