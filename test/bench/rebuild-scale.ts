import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Pool } from 'pg';
import { parseEvent } from '#contracts/events.ts';
import { storeHistory } from '#deploy/history/generate.ts';
import { historyOf } from '#deploy/history/person/person.ts';
import { provision } from '#deploy/provision/provision.ts';
import { checkpointsOf } from '#projections/engine/checkpoints.ts';
import { type Projection, sourceNames } from '#projections/engine/projection.ts';
import { projectionConsumers, usualProjections } from '#projections/engine/registry.ts';
import { prepareProjections } from '#projections/engine/versions.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import { createLog } from '#services/platform/process/log.ts';
import type { Ports } from '#services/platform/process/run-service.ts';
import { startFeed } from '#services/projector/feed.ts';
import { lastSequence } from '#services/projector/read-log.ts';
import { verify } from '#services/projector/verify.ts';
import { spawnNode } from '#test/support/processes.ts';
import { foldedByDomain, foldedBySchedules } from '../projections/domain-rows.ts';
import type { BenchRow } from './bench-row.ts';
import { type BenchServers, withStores } from './servers.ts';

const MEMORY_MB = 400;
const LIVED = { seed: 1, days: 30, untilMs: Date.parse('2026-11-28T00:00:00Z') };
/** People whose rows are compared with what the domain makes of their events. */
const SAMPLE = 500;
const LIVE_BATCH = 5_000;
const LOOK_EVERY_MS = 100;
const COMMAND_MS = 6 * 3_600_000;

/** Of one rebuild by the command, its start and the swap included. */
type Figures = { messages: number; perSecond: number; peakMb: number };

/**
 * Rebuilding schedules and analytics by the command from generated logs of two sizes, one ten times the other: `ours` is
 * the greater one's rate, `raw` the smaller one's, so a ratio of 1 is linear. What is rebuilt is what was projected live, by a
 * verification before and one after, and what the domain makes of the same events.
 */
export async function benchRebuildScale(people: number): Promise<BenchRow[]> {
  const small = await figuresOf(Math.ceil(people / 10));
  const big = await figuresOf(people);
  return [...big].flatMap(([name, { messages, perSecond, peakMb }]) => {
    const raw = small.get(name)?.perSecond ?? 0;
    const note = `${messages} messages of ${people} people; raw: of a tenth of them`;
    return [
      { name: `rebuild ${name}`, ours: perSecond, raw, unit: 'messages/s', ratio: perSecond / raw, note },
      {
        name: `peak memory, rebuild ${name}`,
        ...{ ours: peakMb, raw: MEMORY_MB, unit: 'MB', ratio: peakMb / MEMORY_MB, note: 'raw: the limit' },
      },
    ];
  });
}

function figuresOf(people: number): Promise<Map<string, Figures>> {
  return withStores(async ({ nats, pool, servers }) => {
    const wanted = new Set(['schedules', 'analytics']);
    const projections = (await usualProjections()).filter(({ name }) => wanted.has(name));
    await provision(nats, { shardCount: 1, consumers: await projectionConsumers(projections) });
    await prepareProjections({ schedules: pool, analytics: pool }, projections);
    const unwatched = { signal: new AbortController().signal, onGenerated() {}, onStored() {} };
    await storeHistory(nats, { people, first: 0, ...LIVED }, unwatched);
    const ports = { nats, clock: systemClock, log: createLog('bench', 'silent') };
    const found = new Map<string, Figures>();
    for (const projection of projections) {
      await projectLive(ports, pool, projection);
      await assertEqual(ports, pool, projection);
      found.set(projection.name, await rebuildByCommand(servers, nats, projection));
      await assertEqual(ports, pool, projection);
    }
    await assertAsTheDomain(pool, people);
    return found;
  });
}

async function projectLive(ports: Ports, database: Pool, projection: Projection): Promise<void> {
  const sources = sourceNames(projection);
  const feeds = sources.map((stream) =>
    startFeed(ports, { projection, stream, database, batchSize: LIVE_BATCH }),
  );
  const ends = await Promise.all(sources.map((stream) => lastSequence(ports.nats, stream)));
  const behind = async () => {
    const checkpoints = await checkpointsOf(database, projection.name);
    return sources.some((stream, i) =>
      checkpoints.some((each) => each.stream === stream && each.sequence < (ends[i] ?? 0)),
    );
  };
  while (await behind()) await delay(LOOK_EVERY_MS);
  await Promise.all(feeds.map((feed) => feed.stop()));
}

async function assertEqual(ports: Ports, pool: Pool, projection: Projection): Promise<void> {
  const { equal } = await verify(projection, {
    ...ports,
    databases: { schedules: pool, analytics: pool },
  });
  assert(equal, `${projection.name} does not equal the log`);
}

async function rebuildByCommand(
  { natsUrl, databaseUrl }: BenchServers,
  nats: NatsConnection,
  projection: Projection,
): Promise<Figures> {
  const ends = await Promise.all(sourceNames(projection).map((stream) => lastSequence(nats, stream)));
  const messages = ends.reduce((sum, end) => sum + end, 0);
  const startedMs = performance.now();
  const command = await spawnNode('deploy/cli/habitstream.ts', ['projections', 'rebuild', projection.name], {
    NATS_URL: natsUrl,
    DATABASE_URL: databaseUrl,
  });
  let peakMb = 0;
  const watch = setInterval(async () => {
    peakMb = Math.max(peakMb, await highestMemoryMb(command.pid));
  }, LOOK_EVERY_MS);
  try {
    await command.line(/ is in use/, COMMAND_MS);
    const seconds = (performance.now() - startedMs) / 1000;
    assert.equal((await command.exited).code, 0);
    return { messages, perSecond: Math.round(messages / seconds), peakMb: Math.round(peakMb) };
  } finally {
    clearInterval(watch);
    await command.stop();
  }
}

/** VmHWM is the highest that the resident memory has been; 0 when the process has ended. */
async function highestMemoryMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
}

async function assertAsTheDomain(pool: Pool, people: number): Promise<void> {
  const step = Math.max(1, Math.floor(people / SAMPLE));
  const indexes = Array.from({ length: Math.min(people, SAMPLE) }, (_, n) => n * step);
  const events = indexes
    .flatMap((index) => historyOf(index, LIVED))
    .filter(({ stream }) => stream === 'EVENTS')
    .map(({ subject, body }, i) => parseEvent(subject, JSON.parse(body), i + 1));
  const userIds = [...new Set(events.map(({ userId }) => userId))];
  assert.deepEqual(await foldedBySchedules(pool, 'schedules', userIds), foldedByDomain(events));
}
