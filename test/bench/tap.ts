import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { jetstream } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { eventSubject, updateSubject } from '#contracts/subjects.ts';
import { type SimulatedPerson, simulatorClient } from '#deploy/simulator/client.ts';
import { makeHabit, register } from '#test/e2e/journey.ts';
import type { BenchRow } from './bench-row.ts';
import { withServers } from './servers.ts';
import { startWholeSystem } from './services-process.ts';

const PEOPLE = 100;
/** Longer than a chat's pause between two messages, so that no tap waits for its chat. */
const CHAT_PAUSE_MS = 1_100;

type Percentiles = { p50: number; p99: number };

/**
 * From a tap on Done to the arrival of the edited message at (simulated) Telegram, on an idle system with durable
 * streams. `raw` is what cannot be less with the same guarantees: two durable publishes one after the other, the update
 * and the event, and one request to the same Telegram.
 */
export async function benchTap(): Promise<BenchRow[]> {
  return withServers(async (servers, owned) => {
    const dataDir = await mkdtemp(join(tmpdir(), 'habitstream-bench-tap-'));
    owned.defer(() => rm(dataDir, { recursive: true, force: true }));
    const { simulator } = await startWholeSystem(servers, dataDir, owned);
    const telegram = simulatorClient(simulator.url);
    const nats = await connect({ servers: servers.natsUrl });
    owned.defer(() => nats.close());
    const people = await Promise.all(
      Array.from({ length: PEOPLE }, (_, i) =>
        telegram.person({ id: 1_000 + i, languageCode: 'en', first_name: 'P' }),
      ),
    );
    await Promise.all(people.map(register));
    await Promise.all(people.map((person) => makeHabit(person, 'Read', '23:59')));

    const ours: number[] = [];
    const raw: number[] = [];
    for (const person of people) {
      const list = await today(person);
      await delay(CHAT_PAUSE_MS);
      const since = (await telegram.requests()).length;
      const tappedMs = performance.now();
      await person.tap(list, { button: 'Read' });
      await telegram.waitForRequest(
        ({ method, chatId }) => method === 'editMessageText' && chatId === person.id,
        { since },
      );
      ours.push(performance.now() - tappedMs);
      raw.push(await floor(nats, simulator.url, person.id));
    }
    const [mine, least] = [percentiles(ours), percentiles(raw)];
    const row = (name: 'p50' | 'p99'): BenchRow => ({
      name: `tap on Done to the edit, ${name}`,
      ours: mine[name],
      raw: least[name],
      unit: 'ms',
      ratio: mine[name] / least[name],
      note: 'raw: two durable publishes and one request',
    });
    return [row('p50'), row('p99')];
  });
}

async function today(person: SimulatedPerson): Promise<number> {
  await person.say('/today');
  const { message_id } = await person.waitForMessage(({ text }) => text?.includes('Read') ?? false);
  return message_id;
}

async function floor(
  nats: Parameters<typeof jetstream>[0],
  telegramUrl: string,
  id: number,
): Promise<number> {
  const js = jetstream(nats);
  const began = performance.now();
  // Somebody whose updates and events nobody reads: unreadable ones are parked, which is after the measured time.
  await js.publish(updateSubject(String(900_000_000 + id)), '{"update_id":0}');
  await js.publish(eventSubject(String(900_000_000 + id), 'account'), '{}');
  await fetch(`${telegramUrl}/control/counters`).then((answer) => answer.text());
  return performance.now() - began;
}

function percentiles(figures: number[]): Percentiles {
  const sorted = [...figures].sort((a, b) => a - b);
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99) };
}

if (import.meta.main) console.table(await benchTap());
