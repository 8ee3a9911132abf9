import { type EpochMinute, epochMinuteAt, minutesAfter } from '#contracts/time.ts';
import { seeded } from '#deploy/capacity/random.ts';
import { localMinutesBeginning } from '#services/platform/local-time/local-time.ts';
import { createLog } from '#services/platform/process/log.ts';
import { missingMinutes } from '#services/tick/ticks.ts';
import { asEventSequence, asMinute } from '#test/support/ids.ts';
import { act, settle } from './actions.ts';
import { openEngine } from './engine.ts';
import { FAULTS } from './faults.ts';
import { type Figures, figuresOf } from './figures.ts';
import { type Fleet, openFleet } from './fleet.ts';
import { problemsOf } from './invariants.ts';
import { GOOD_NETWORK, type Machine } from './machine.ts';
import { openNotebook } from './notes.ts';
import type { World } from './role.ts';
import { pick, type Scenario, scenarioOf } from './scenario.ts';
import { openTables } from './schedules.ts';
import { openNats } from './servers.ts';
import { denseScenario, standStill } from './standstill.ts';
import { openTelegram } from './telegram.ts';

/** The result of one simulated world. */
export type Run = { seed: number; problems: string[]; trace: readonly string[]; figures: Figures };

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const SLICE_MS = 5_000;
/** Reminders expire within two hours; nothing may take longer to come to rest. */
const REST_MS = 4 * 3_600_000;

const log = createLog('simulation', 'silent');

/** `standstill`: people with reminders minutes apart, and everything stands still while they are due. */
export type WorldKind = 'any' | 'standstill';
type Playing = { wantsTrace?: boolean; kind?: WorldKind };

/** Plays the world of a seed to its end and looks for broken guarantees. The same seed gives the same run. */
export async function runSeed(
  seed: number,
  { wantsTrace = false, kind = 'any' }: Playing = {},
): Promise<Run> {
  // Thousands of errors are thrown and caught on purpose, and their stacks are never read.
  Error.stackTraceLimit = 0;
  const isStandstill = kind === 'standstill';
  const scenario = (isStandstill ? denseScenario : scenarioOf)(seeded(seed, 1));
  const { world, notebook } = openWorld(seed, scenario, wantsTrace);
  const { engine } = world;
  settle(world);
  nextTick(world, engine.now());
  const fleet = openFleet(world);
  const random = seeded(seed, 3);
  const endMs = engine.now() + scenario.days * DAY_MS;
  const faults = new Map<string, number>();

  while (engine.now() < endMs) {
    await engine.run(engine.now() + SLICE_MS);
    if (!isQuiet(world, fleet)) continue;
    leap(world, endMs, random);
    if (isStandstill && random() < 0.5) standStill(world, fleet, random);
    for (let left = random() < 0.3 ? 1 + Math.floor(random() * 2) : 0; left > 0; left--)
      engine.after(random() * 40_000, () => {
        act(world);
      });
    while (random() < scenario.trouble * 0.5) {
      const fault = pick(random, FAULTS);
      engine.after(random() * 30_000, () => {
        if (fleet.machines().length === 0) return;
        faults.set(fault.name, (faults.get(fault.name) ?? 0) + 1);
        notebook.say(() => `fault: ${fault.name}`);
        fault.strike(world, fleet);
      });
    }
  }
  await comeToRest(world, fleet);
  notebook.problems.push(...problemsOf(world, notebook));
  engine.close();
  for (const machine of fleet.machines()) machine.kill();
  return {
    seed,
    problems: notebook.problems,
    trace: notebook.trace,
    figures: figuresOf(world, fleet, faults),
  };
}

function openWorld(seed: number, scenario: Scenario, wantsTrace: boolean) {
  const engine = openEngine(scenario.startMs);
  const random = seeded(seed, 2);
  const nats = openNats({ engine, random }, scenario.rates);
  const notebook = openNotebook({
    ...scenario,
    now: engine.now,
    lastEvent: () => nats.diary.events.last(),
    wantsTrace,
  });
  const tables = openTables(engine.now);
  const errors = new Map<Machine, number>();
  const world: World = {
    engine,
    random,
    scenario,
    nats,
    tables,
    log,
    network: {
      isAway: { nats: false, database: false },
      lastLostMs: Number.NEGATIVE_INFINITY,
      ...GOOD_NETWORK,
    },
    zoneScan: () => tables.zones(),
    telegram: openTelegram({ engine, random, notes: notebook }),
    durables: { shards: [], senders: new Map() },
    clocks(machine) {
      const errorMs = errors.get(machine) ?? random() * 2;
      errors.set(machine, errorMs);
      return { now: () => nats.now() + errorMs, errorMs };
    },
    replies: { send: async () => {} },
    notes: notebook,
  };
  return { world, notebook };
}

/** The first tick is of the minute before the world begins. */
function nextTick({ nats, notes }: World, nowMs: number): void {
  const tick = {
    minute: minutesAfter(epochMinuteAt(nowMs), -1),
    eventsSequence: asEventSequence(nats.diary.events.last()),
  };
  nats.ticks.append(tick);
  notes.ticked(tick);
}

/** Whether nothing is under way: only the clock moves. */
function isQuiet({ nats, tables, durables, network, engine, telegram }: World, fleet: Fleet): boolean {
  const isPaused = (telegram.limits.at(-1)?.untilMs ?? 0) > engine.now();
  const isCaughtUp = tables.sequence() === nats.diary.events.last();
  if (!fleet.isWell() || isPaused || !isCaughtUp || network.isAway.nats || network.isAway.database)
    return false;
  const all = [...durables.shards.map(({ durable }) => durable), ...durables.senders.values()];
  return all.every((durable) => durable.isIdle()) && missing(lastMinute(nats), nats.now()).length === 0;
}

const lastMinute = (nats: World['nats']) => nats.ticks.at(nats.ticks.last())?.body.minute;
const missing = (last: EpochMinute | undefined, nowMs: number) => missingMinutes(last, nowMs).minutes;

/**
 * Leaps to shortly before the next minute at which something is due. Production code says, minute by minute, that
 * nothing is due in between; if it is wrong, the oracle misses reminders.
 */
function leap({ engine, nats, tables, notes, durables }: World, endMs: number, random: () => number): void {
  const last = lastMinute(nats) ?? asMinute(0);
  const zones = tables.zones().map((zone) => ({ zone, minutes: tables.minutesOf(zone) }));
  const isDue = (minute: number): boolean => {
    for (const { zone, minutes } of zones)
      for (const { fromMinute } of localMinutesBeginning(minute, zone))
        if (minutes[fromMinute] === 1) return true;
    return false;
  };

  let next = last + 1;
  const end = Math.ceil((endMs + nats.aheadMs()) / MINUTE_MS);
  while (next < end && !isDue(next)) next++;
  const toMs = next * MINUTE_MS - 2_000 - Math.floor(random() * 20_000);
  if (toMs <= nats.now() + MINUTE_MS) return;
  engine.leap(toMs - nats.now());
  for (const minute of missing(last, nats.now())) {
    const tick = { minute, eventsSequence: asEventSequence(nats.diary.events.last()) };
    nats.ticks.append(tick, minute * MINUTE_MS - nats.aheadMs());
    notes.ticked(tick);
    // A tick that a power cut took had been done before, on other schedules.
    for (const { shard } of durables.shards) notes.done(tick, shard.partitions);
  }
  for (const { durable } of durables.shards) durable.passOver();
}

async function comeToRest(world: World, fleet: Fleet): Promise<void> {
  const { engine, notes, nats } = world;
  // A minute whose tick a power cut took comes again when the clock that was set back shows it again.
  const isAtRest = () => isQuiet(world, fleet) && nats.now() >= nats.latest();
  const endMs = engine.now() + REST_MS;
  await engine.run(engine.now() + 90_000);
  while (engine.now() < endMs && !isAtRest()) await engine.run(engine.now() + SLICE_MS);
  if (isAtRest()) return;
  const { durables, network } = world;
  const busy = [
    ...durables.shards.map(({ shard, durable }) => [shard.consumer, durable] as const),
    ...durables.senders,
  ]
    .filter(([, durable]) => !durable.isIdle())
    .map(([name]) => name);
  notes.broken(
    `the world does not come to rest: ${JSON.stringify({ busy, network, isWell: fleet.isWell() })}`,
  );
}
