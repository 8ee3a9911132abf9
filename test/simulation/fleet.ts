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
type Member = { role: RoleName; machine: Machine; running: RoleRunning | undefined };

export type Fleet = {
  /** The processes that are alive. */
  machines(): Machine[];
  /** Every process runs, and none of them is frozen. */
  isWell(): boolean;
  restart(machine: Machine): void;
  reshard(shardCount: number): void;
  stopTickFor(ms: number): void;
  pauseProjectorUntil(instantMs: number): void;
  /** How many processes died. */
  deaths(): number;
};

/** All processes of the services. A process that dies is started again. */
export function openFleet(world: World): Fleet {
  const { engine, random, scenario, network, tables, nats } = world;
  const members: Member[] = [];
  let started = 0;
  let deaths = 0;
  let tickStoppedUntilMs = 0;
  let projectorPausedUntilMs = 0;

  function start(role: RoleName): void {
    const member: Member = { role, machine: openIn(role, () => died(member)), running: undefined };
    members.push(member);
    world.notes.say(() => `${member.machine.name} starts`);
    member.running = ROLES[role](world, member.machine);
  }

  function openIn(role: RoleName, onDeath: () => void): Machine {
    const skewMs = Math.round((random() - 0.5) * 2_000);
    return openMachine({ engine, random, network }, `${role} ${++started}`, { skewMs, onDeath });
  }

  function died(member: Member): void {
    member.running?.crashed();
    if (!members.includes(member)) return;
    members.splice(members.indexOf(member), 1);
    deaths++;
    world.notes.say(() => `${member.machine.name} died`);
    startAfter(member.role, 200 + random() * random() * 20_000);
  }

  let starting = 0;
  function startAfter(role: RoleName, ms: number): void {
    starting++;
    const restMs = role === 'tick' ? Math.max(ms, tickStoppedUntilMs - engine.now()) : ms;
    engine.after(restMs, () => {
      starting--;
      start(role);
    });
  }

  function stop(member: Member): void {
    if (!members.includes(member)) return;
    members.splice(members.indexOf(member), 1);
    const { machine, running } = member;
    starting++;
    void running?.stop();
    // As an orchestrator does: a process that does not stop in time is killed.
    engine.after(10_000, () => {
      starting--;
      machine.kill();
    });
  }

  function replace(member: Member): void {
    stop(member);
    startAfter(member.role, random() * 10_500);
  }

  /** Confirmed events are projected a moment later, in batches that end anywhere. */
  function project(): void {
    const upTo = nats.diary.events.last();
    if (
      engine.now() >= projectorPausedUntilMs &&
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
    machines: () => members.map(({ machine }) => machine),
    isWell: () => starting === 0 && members.every(({ machine }) => !machine.isFrozen()),
    deaths: () => deaths,
    restart(machine) {
      const member = members.find((one) => one.machine === machine);
      if (member) replace(member);
    },
    reshard(shardCount) {
      const floor = Math.min(...world.durables.shards.map(({ durable }) => durable.floor()));
      provisionShards(world, shardCount, floor + 1);
      // Processes of the old count go on meanwhile, beside the new ones.
      for (const member of members.filter(({ role }) => role === 'shards')) replace(member);
    },
    stopTickFor(ms) {
      tickStoppedUntilMs = engine.now() + ms;
      for (const member of members.filter(({ role }) => role === 'tick')) member.machine.kill();
    },
    pauseProjectorUntil(instantMs) {
      projectorPausedUntilMs = instantMs;
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
