import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { seeded } from '#deploy/capacity/random.ts';
import { restartWhenStuck } from '#deploy/local/stuck-store.ts';
import { noSmallDisk, type SmallDisk, smallDisk } from '#test/support/small-disk.ts';
import { type Fault, type FaultRow, type FaultSettings, recovery } from './fault.ts';
import { endOf, type FaultFixture, startFaultFixture, TOKEN } from './fixture.ts';
import { peopleDue, register } from './people.ts';
import { answered, judgeTaps, personOf, startTapping, sum, TAPPING_PEOPLE } from './taps.ts';
import { untilMoreThan } from './until.ts';

const DISK_BYTES = 96 * 1024 ** 2;
const SEND_RATE = 200;
const LONGEST_WAIT_MS = 2_000;
/** Taps that Telegram has to keep while nothing can be stored. */
const TAPS_WHILE_FULL = 40;

/**
 * The disk of nats-server is full while people tap, and then has space again. Nothing is answered 200 that is not
 * stored, what was is handled once and in order, and all goes on by itself, as `npm start` watches over its server.
 */
export const fullDisk: Fault = {
  name: 'the disk of nats-server is full',
  fullRuns: 10,
  impossible: noSmallDisk,
  async run(settings) {
    const path = await mkdtemp(join(settings.servers.folder, 'disk-'));
    const disk = await smallDisk(path, DISK_BYTES);
    try {
      return await fillWhileTapping(settings, disk);
    } finally {
      await disk.remove();
    }
  },
};

async function fillWhileTapping({ servers, seed, runs }: FaultSettings, disk: SmallDisk): Promise<FaultRow> {
  const random = seeded(seed, 1);
  const fixture = await startFaultFixture(
    { ...servers, folder: disk.path },
    { sendRate: SEND_RATE, syncAlways: true },
  );
  const lines: string[] = [];
  const { storeDir, monitorUrl, restart } = fixture.nats;
  const watch = restartWhenStuck({
    ...{ storeDir, restart, monitorUrl: () => monitorUrl },
    print: (line) => lines.push(line),
  });
  try {
    const people = peopleDue(fixture.startMinute, 1, TAPPING_PEOPLE);
    await register(people, fixture.connection, fixture.telegram);
    await Promise.all([fixture.start('bot'), fixture.start('ingress')]);
    const chats = await Promise.all(people.map(({ userId }) => personOf(fixture, userId)));
    await using tapping = startTapping(people, chats);
    const tapped = () => sum(tapping.taps.values());
    const violations: string[] = [];
    const recoveries: number[] = [];
    while (recoveries.length < runs) {
      await delay(random() * LONGEST_WAIT_MS); // the moment at which it is full is drawn from the seed
      await untilMoreThan(await endOf(fixture, 'EVENTS'), () => endOf(fixture, 'EVENTS'));
      const told = lines.length;
      await disk.fill();
      await untilMoreThan(told, async () => lines.length);
      violations.push(...(await keptByTelegram(fixture, async () => tapped())));
      const freedMs = performance.now();
      const before = await endOf(fixture, 'EVENTS');
      await disk.free();
      await untilMoreThan(before, () => endOf(fixture, 'EVENTS').catch(() => 0));
      recoveries.push(performance.now() - freedMs);
    }
    await tapping[Symbol.asyncDispose]();
    await answered(fixture, tapped());
    const verdict = await judgeTaps(fixture, people, tapping.taps);
    return {
      ...{ fault: fullDisk.name, runs, ...verdict, recoveryMs: recovery(recoveries), seed, note: 'taps' },
      violations: [...verdict.violations, ...violations, ...unexpected(lines, runs)],
    };
  } finally {
    await watch.stop();
    await fixture.stop();
  }
}

const WebhookInfo = z.object({ result: z.object({ pending_update_count: z.int() }) });

/** What is wrong, if updates are taken while nothing can be stored. */
async function keptByTelegram(fixture: FaultFixture, tapped: () => Promise<number>): Promise<string[]> {
  const storedBefore = await endOf(fixture, 'UPDATES');
  const total = await untilMoreThan((await tapped()) + TAPS_WHILE_FULL, tapped);
  const answer = await fetch(`${fixture.telegramUrl}/bot${TOKEN}/getWebhookInfo`);
  const pending = WebhookInfo.parse(await answer.json()).result.pending_update_count;
  const stored = await endOf(fixture, 'UPDATES');
  if (stored !== storedBefore)
    return [`${stored - storedBefore} updates were stored while the disk was full`];
  return stored + pending >= total
    ? []
    : [`${total - stored - pending} updates were answered 200 and not stored`];
}

function unexpected(lines: readonly string[], runs: number): string[] {
  return lines.length === 2 * runs ? [] : [`said: ${lines.join(' | ')}`];
}
