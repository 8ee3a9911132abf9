import type { Fleet } from './fleet.ts';
import { GOOD_NETWORK } from './machine.ts';
import type { World } from './role.ts';
import { pick } from './scenario.ts';
import { NO_FAILURES } from './telegram.ts';

const HOUR_MS = 3_600_000;
/** As JetStream without `sync_interval: always`. */
const SYNC_EVERY_MS = 120_000;

type Fault = { name: string; strike(world: World, fleet: Fleet): void };

/** Begins a fault, and ends it after a random while. */
function forAWhile(world: World, fromMs: number, toMs: number, begin: () => void, end: () => void): void {
  begin();
  world.engine.after(fromMs + world.random() * (toMs - fromMs), end);
}

const killed: Fault = {
  name: 'kill -9',
  strike: ({ random }, fleet) => pick(random, fleet.machines()).kill(),
};

const diesWithin: Fault = {
  name: 'kill -9 between two steps',
  strike: ({ random }, fleet) => pick(random, fleet.machines()).dieAtRequest(1 + Math.floor(random() * 40)),
};

const frozen: Fault = {
  name: 'SIGSTOP',
  strike: ({ random }, fleet) => pick(random, fleet.machines()).freeze(500 + random() * random() * 40_000),
};

const away = (server: 'nats' | 'database', name: string): Fault => ({
  name,
  strike(world) {
    const { isAway } = world.network;
    const set = (value: boolean) => () => {
      isAway[server] = value;
    };
    forAWhile(world, 500, 20_000, set(true), set(false));
  },
});

const powerCut: Fault = {
  name: 'power cut',
  strike(world) {
    const { nats, durables, engine, random, network } = world;
    network.isAway.nats = true;
    const watching = [...nats.serverWatches].map((watch) => ({ watch, done: watch.doneLately() }));
    engine.after(1_000 + random() * 5_000, () => {
      network.isAway.nats = false;
      // Each stream and consumer is synced by a timer of its own.
      const sinceMs = () => engine.now() - 6_000 - random() * SYNC_EVERY_MS;
      nats.ticks.loseSince(sinceMs());
      nats.reminders.loseSince(sinceMs());
      for (const { durable } of durables.shards) durable.restart(sinceMs());
      for (const durable of durables.senders.values()) durable.restart(sinceMs());
      for (const { watch, done } of watching) if (nats.serverWatches.has(watch)) watch.restarted(done);
    });
  },
};

/** Telegram is away before the power cut: otherwise the reminders that the server loses are mostly sent by then. */
function cutWhileWaiting(world: World, fleet: Fleet): void {
  const { telegram, engine, random } = world;
  telegram.failures = { ...NO_FAILURES, unreachable: 1 };
  engine.after(25_000 + random() * 10_000, () => powerCut.strike(world, fleet));
  engine.after(45_000 + random() * 20_000, () => {
    telegram.failures = NO_FAILURES;
  });
}

const powerCutWhileWaiting: Fault = { name: 'power cut while reminders wait', strike: cutWhileWaiting };

const powerCutAfterCatchUp: Fault = {
  name: 'power cut after catching up',
  strike(world, fleet) {
    const { engine, random } = world;
    const restMs = 240_000 + random() * 360_000;
    fleet.stopTickFor(restMs);
    engine.after(restMs - 5_000, () => cutWhileWaiting(world, fleet));
  },
};

const poorNetwork: Fault = {
  name: 'slow network that loses answers',
  strike(world) {
    const { network } = world;
    const poor = { wayMs: 5 + world.random() * 60, lostAnswers: 0.08 };
    forAWhile(
      world,
      2_000,
      20_000,
      () => Object.assign(network, poor),
      () => Object.assign(network, GOOD_NETWORK),
    );
  },
};

const telegramFails = (name: string, failures: Partial<typeof NO_FAILURES>, longestMs: number): Fault => ({
  name,
  strike(world) {
    const { telegram } = world;
    const set = (to: typeof NO_FAILURES) => () => {
      telegram.failures = to;
    };
    forAWhile(world, 1_000, longestMs, set({ ...NO_FAILURES, ...failures }), set(NO_FAILURES));
  },
});

const laggingProjector: Fault = {
  name: 'projector behind',
  strike(world, fleet) {
    fleet.pauseProjectorUntil(world.engine.now() + world.random() * 25_000);
  },
};

/**
 * Backwards by less than a reminder's deadline: the rate limiter grants no slot until the server's clock has caught up,
 * because it must not grant the slots of the repeated time again.
 */
const clockStep: Fault = {
  name: 'clock step',
  strike({ nats, random }) {
    const isDay = random() < 0.05;
    const size = (0.2 + random()) * HOUR_MS;
    nats.stepClock(isDay ? 24 * size : random() < 0.5 ? -size / 2 : size / 2);
  },
};

const restarted: Fault = {
  name: 'graceful restart',
  strike: ({ random }, fleet) => fleet.restart(pick(random, fleet.machines())),
};

const noTicks: Fault = {
  name: 'no tick service for hours',
  strike: ({ random }, fleet) => fleet.stopTickFor(60_000 + random() * random() * random() * 2 * HOUR_MS),
};

const resharded: Fault = {
  name: 'resharding',
  strike: ({ random }, fleet) => fleet.reshard(pick(random, [1, 2, 4])),
};

/** A fault that is listed several times strikes more often. */
export const FAULTS: readonly Fault[] = [
  ...[killed, diesWithin, diesWithin, diesWithin, diesWithin, frozen, frozen],
  ...[away('nats', 'NATS away'), away('database', 'database away'), powerCut, poorNetwork, poorNetwork],
  ...[powerCutWhileWaiting, powerCutAfterCatchUp],
  ...[laggingProjector, laggingProjector, clockStep, restarted, noTicks, resharded],
  telegramFails('Telegram says 429', { limiting: 0.4 }, 6_000),
  telegramFails('Telegram loses answers', { losing: 0.4, failing: 0.2 }, 10_000),
  telegramFails('Telegram cannot be reached', { unreachable: 0.7 }, 60_000),
];
