import { senderConsumer, shardConsumer, TIERS } from '#contracts/consumers.ts';
import { partitionsOf } from '#contracts/ids.ts';
import { openDurable } from './jetstream.ts';
import { type Machine, openMachine } from './machine.ts';
import type { Role, RoleRunning, World } from './role.ts';
import { startBot, startSender } from './sender-role.ts';
import { startShards } from './shards-role.ts';
import { startTick } from './tick-role.ts';

type RoleName = 'tick' | 'shards' | 'sender' | 'bot';
const ROLES: Record<RoleName, Role> = {
  tick: startTick,
  shards: startShards,
  sender: startSender,
  bot: startBot,
};
type Place = { role: RoleName; machine: Machine; running: RoleRunning | undefined };

export type Fleet = {
  /** Those that are alive. */
  machines(): Machine[];
  /** All are, and none of them is frozen. */
  isWell(): boolean;
  restart(machine: Machine): void;
  reshard(shardCount: number): void;
  tickRestsFor(ms: number): void;
  projectorRestsUntil(instantMs: number): void;
  /** How many died. */
  deaths(): number;
};

/** All processes of the system: whoever dies is started again. */
export function openFleet(world: World): Fleet {
  const { engine, random, scenario, network, tables, nats } = world;
  const places: Place[] = [];
  let started = 0;
  let deaths = 0;
  let tickRestsUntilMs = 0;
  let projectorRestsUntilMs = 0;

  function start(role: RoleName): void {
    const place: Place = { role, machine: openIn(role, () => died(place)), running: undefined };
    places.push(place);
    world.notes.say(() => `${place.machine.name} starts`);
    place.running = ROLES[role](world, place.machine);
  }

  function openIn(role: RoleName, onDeath: () => void): Machine {
    const skewMs = Math.round((random() - 0.5) * 2_000);
    return openMachine({ engine, random, network }, `${role} ${++started}`, { skewMs, onDeath });
  }

  function died(place: Place): void {
    place.running?.crashed();
    if (!places.includes(place)) return;
    places.splice(places.indexOf(place), 1);
    deaths++;
    world.notes.say(() => `${place.machine.name} died`);
    startAfter(place.role, 200 + random() * random() * 20_000);
  }

  let starting = 0;
  function startAfter(role: RoleName, ms: number): void {
    starting++;
    const restMs = role === 'tick' ? Math.max(ms, tickRestsUntilMs - engine.now()) : ms;
    engine.after(restMs, () => {
      starting--;
      start(role);
    });
  }

  function stop(place: Place): void {
    if (!places.includes(place)) return;
    places.splice(places.indexOf(place), 1);
    const { machine, running } = place;
    starting++;
    void running?.stop();
    // As an orchestrator: whoever does not stop in time is killed.
    engine.after(10_000, () => {
      starting--;
      machine.kill();
    });
  }

  function replace(place: Place): void {
    stop(place);
    startAfter(place.role, random() * 10_500);
  }

  /** What is confirmed is projected a moment later, in batches that end anywhere. */
  function project(): void {
    const upTo = nats.diary.events.last();
    if (
      engine.now() >= projectorRestsUntilMs &&
      !network.isAway.nats &&
      !network.isAway.database &&
      upTo > tables.sequence()
    )
      tables.apply(
        batchUpTo(world, tables.sequence() + 1 + Math.floor(random() * (upTo - tables.sequence()))),
      );
    if (nats.diary.events.last() > tables.sequence()) engine.after(20 + random() * 300, project);
  }
  nats.diary.onRecord(() => {
    if (nats.diary.events.last() === tables.sequence() + 1) engine.after(5 + random() * 300, project);
  });

  provisionShards(world, scenario.shardCount, 1);
  provisionSenders(world);
  for (const role of ['tick', 'shards', 'sender'] as const)
    for (let i = 0; i < scenario.replicas[role]; i++) start(role);
  start('bot');

  return {
    machines: () => places.map(({ machine }) => machine),
    isWell: () => starting === 0 && places.every(({ machine }) => !machine.isFrozen()),
    deaths: () => deaths,
    restart(machine) {
      const place = places.find((one) => one.machine === machine);
      if (place) replace(place);
    },
    reshard(shardCount) {
      const floor = Math.min(...world.durables.shards.map(({ durable }) => durable.floor()));
      provisionShards(world, shardCount, floor + 1);
      // Those of the old count go on meanwhile, beside the new ones.
      for (const place of places.filter(({ role }) => role === 'shards')) replace(place);
    },
    tickRestsFor(ms) {
      tickRestsUntilMs = engine.now() + ms;
      for (const place of places.filter(({ role }) => role === 'tick')) place.machine.kill();
    },
    projectorRestsUntil(instantMs) {
      projectorRestsUntilMs = instantMs;
    },
  };
}

function batchUpTo({ nats, tables }: World, last: number) {
  const batch = [];
  for (let seq = tables.sequence() + 1; seq <= last; seq++) {
    const event = nats.diary.events.at(seq)?.body;
    if (event) batch.push(event);
  }
  return batch;
}

function provisionShards(world: World, shardCount: number, from: number): void {
  const { nats, durables } = world;
  durables.shards = Array.from({ length: shardCount }, (_, index) => {
    const consumer = shardConsumer(index, shardCount);
    const { ackWaitMs, maxAckPending } = consumer;
    const shard = { consumer, partitions: partitionsOf(index, shardCount) };
    const settings = { matches: () => true, maxAckPending, ackWaitMs, from };
    return { shard, durable: openDurable(world, nats.ticks, settings) };
  });
}

function provisionSenders(world: World): void {
  const { nats, durables, scenario } = world;
  for (const tier of TIERS) {
    const { ackWaitMs } = senderConsumer(tier);
    const settings = { maxAckPending: scenario.maxAckPending, ackWaitMs, from: 1 };
    durables.senders.set(
      tier,
      openDurable(world, nats.reminders, { ...settings, matches: (due) => due.tier === tier }),
    );
  }
}
