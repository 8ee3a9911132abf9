import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { jetstream } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { ACCOUNT } from '#contracts/ids.ts';
import { eventSubject, updateSubject } from '#contracts/subjects.ts';
import { type SimulatorClient, simulatorClient } from '#deploy/telegram/client.ts';
import type { SimulatedPerson } from '#deploy/telegram/person-client.ts';
import { makeHabit, register } from '#test/e2e/journey.ts';
import { asUserId } from '#test/support/ids.ts';
import type { BenchRow } from './bench-row.ts';
import { withServers } from './servers.ts';
import { startServicesProcess } from './services-process.ts';

const PEOPLE = 200;
/** Longer than a chat's pause between two messages, so that no tap waits for its chat. */
const CHAT_PAUSE_MS = 1_100;
/** The services are idle for so long between one person's edit and the next one's tap. */
const IDLE_MS = 50;
/** Polls and answers between a tap and its edit, generously. */
const RECORDS_OF_A_TAP = 20;

/** Milliseconds of one tap: inside our part, and with the simulator around it. */
type Figures = { ours: number; whole: number; raw: number };

/**
 * From a tap on Done to the arrival of the edited message at (simulated) Telegram, with idle services and durable
 * streams, each tap in another chat. `ours` begins when the simulator has answered our poll with the tap and ends when
 * the edit arrives there; the time in which the simulator queues a tap and hands it out is in the other row. `raw` is
 * the least that the same guarantees cost: two durable publishes one after the other, the update and the event, and one
 * request to the same Telegram.
 */
export async function benchTap(): Promise<BenchRow[]> {
  return withServers(async (servers, owned) => {
    const dataDir = await mkdtemp(join(tmpdir(), 'habitstream-bench-tap-'));
    owned.defer(() => rm(dataDir, { recursive: true, force: true }));
    const { simulator } = await startServicesProcess(servers, dataDir, owned);
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
    const lists = await Promise.all(people.map(async (person) => ({ person, list: await today(person) })));
    await delay(CHAT_PAUSE_MS);

    const figures: Figures[] = [];
    for (const { person, list } of lists) {
      await delay(IDLE_MS);
      const tapped = await tapAndWait(telegram, person, list);
      figures.push({ ...tapped, raw: await floor(nats, simulator.url, person.id) });
    }
    return [
      row('tap on Done to the edit, inside our part', figures, 'ours'),
      row('tap on Done to the edit, with the simulator', figures, 'whole'),
    ].flat();
  });
}

async function tapAndWait(
  telegram: SimulatorClient,
  person: SimulatedPerson,
  list: number,
): Promise<Pick<Figures, 'ours' | 'whole'>> {
  const { requests: since } = await telegram.counters();
  const tappedMs = performance.now();
  await person.tap(list, { button: 'Read' });
  const edit = await telegram.waitForRequest(
    ({ method, chatId }) => method === 'editMessageText' && chatId === person.id,
    { since },
  );
  const around = await telegram.requests({ since: Math.max(0, since - RECORDS_OF_A_TAP) });
  const handedOutMs = around
    .filter(({ method }) => method === 'getUpdates')
    .map(({ monotonicMs, durationMs = Number.POSITIVE_INFINITY }) => monotonicMs + durationMs)
    .find((answeredMs) => answeredMs > tappedMs);
  if (handedOutMs === undefined) throw new Error('no poll was answered with the tap');
  return { ours: edit.monotonicMs - handedOutMs, whole: edit.monotonicMs - tappedMs };
}

function row(name: string, figures: readonly Figures[], which: 'ours' | 'whole'): BenchRow[] {
  return [0.5, 0.99].map((share) => {
    const [mine, least] = [quantile(figures, which, share), quantile(figures, 'raw', share)];
    return {
      name: `${name}, p${share * 100}`,
      ours: mine,
      raw: least,
      unit: 'ms',
      ratio: mine / least,
      note: `raw: two durable publishes and one request; n = ${figures.length}`,
    };
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
  // An update and an event that cannot be read: they are dead-lettered, after the measured time.
  const stranger = asUserId(900_000_000 + id);
  await js.publish(updateSubject(stranger), '{"update_id":0}');
  await js.publish(eventSubject(stranger, ACCOUNT), '{}');
  await fetch(`${telegramUrl}/control/counters`).then((answer) => answer.text());
  return performance.now() - began;
}

function quantile(figures: readonly Figures[], which: keyof Figures, share: number): number {
  const sorted = figures.map((each) => each[which]).sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

if (import.meta.main) console.table(await benchTap());
