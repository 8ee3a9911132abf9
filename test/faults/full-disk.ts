import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { seeded } from '#deploy/capacity/random.ts';
import { restartWhenStuck } from '#deploy/local/stuck-store.ts';
import { noSmallDisk, type SmallDisk, smallDisk } from '#test/support/small-disk.ts';
import { type Fault, type FaultRow, type FaultSettings, recovery } from './fault.ts';
import { endOf, type FaultFixture, startFaultFixture, TOKEN } from './fixture.ts';
import { startFlow } from './flow.ts';
import { peopleDue, register } from './people.ts';
import { strikeServer } from './servers-away.ts';
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
export const fullDiskUnderTaps: Fault = {
  name: 'the disk of nats-server is full',
  fullRuns: 10,
  impossible: noSmallDisk,
  run: (settings) => onSmallDisk(settings, fillWhileTapping),
};

const REMINDERS = 'the disk of nats-server is full while reminders are due';
const MINUTES_A_STRIKE = 80;

/** The same while reminders are due: those that were acked before they were on disk are queued again. */
export const fullDiskUnderReminders: Fault = {
  name: REMINDERS,
  fullRuns: 10,
  impossible: noSmallDisk,
  run: (settings) =>
    onSmallDisk(settings, async ({ servers, seed, runs }, disk) => {
      const minutes = 80 + runs * MINUTES_A_STRIKE;
      const flow = await startFlow(servers, { minutes, syncAlways: true });
      const server = watchOver(flow.fixture);
      try {
        return await strikeServer(REMINDERS, flow, { seed, runs }, async () => {
          await fillDisk(disk, server.lines);
          const told = server.lines.length;
          await disk.free();
          await untilMoreThan(told, async () => server.lines.length);
        });
      } finally {
        await server.watch.stop();
        await flow.stop();
      }
    }),
};

/** Runs with servers that keep their data on a disk of their own. */
async function onSmallDisk(
  settings: FaultSettings,
  run: (settings: FaultSettings, disk: SmallDisk) => Promise<FaultRow>,
): Promise<FaultRow> {
  const disk = await smallDisk(await mkdtemp(join(settings.servers.folder, 'disk-')), DISK_BYTES);
  try {
    return await run({ ...settings, servers: { ...settings.servers, folder: disk.path } }, disk);
  } finally {
    await disk.remove();
  }
}

/** Watches over nats-server as `npm start` does. `lines` is what it would print. */
function watchOver({ nats: { storeDir, monitorUrl, restart } }: FaultFixture) {
  const lines: string[] = [];
  const print = (line: string) => lines.push(line);
  return { lines, watch: restartWhenStuck({ storeDir, restart, monitorUrl: () => monitorUrl, print }) };
}

/** Resolves when a stream is stuck and people have been told. */
async function fillDisk(disk: SmallDisk, lines: readonly string[]): Promise<void> {
  const told = lines.length;
  await disk.fill();
  await untilMoreThan(told, async () => lines.length);
}

async function fillWhileTapping({ servers, seed, runs }: FaultSettings, disk: SmallDisk): Promise<FaultRow> {
  const random = seeded(seed, 1);
  const fixture = await startFaultFixture(servers, { sendRate: SEND_RATE, syncAlways: true });
  const server = watchOver(fixture);
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
      await fillDisk(disk, server.lines);
      violations.push(...(await keptByTelegram(fixture, async () => tapped())));
      const freedMs = performance.now();
      const before = await endOf(fixture, 'EVENTS');
      await disk.free();
      await untilMoreThan(before, () => endOf(fixture, 'EVENTS'));
      recoveries.push(performance.now() - freedMs);
    }
    await tapping[Symbol.asyncDispose]();
    await answered(fixture, tapped());
    const verdict = await judgeTaps(fixture, people, tapping.taps);
    return {
      ...{ fault: fullDiskUnderTaps.name, runs, ...verdict, recoveryMs: recovery(recoveries), seed },
      ...{
        note: 'taps',
        violations: [...verdict.violations, ...violations, ...unexpected(server.lines, runs)],
      },
    };
  } finally {
    await server.watch.stop();
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
