import type { ReminderDue, Tick } from '#contracts/messages.ts';
import type { Random } from '#deploy/capacity/random.ts';
import type { Log } from '#services/platform/process/log.ts';
import type { Shard } from '#services/shards/shard.ts';
import type { Engine } from './engine.ts';
import type { Durable } from './jetstream.ts';
import type { Machine, Network } from './machine.ts';
import type { Scenario } from './scenario.ts';
import type { Tables } from './schedules.ts';
import type { Nats } from './servers.ts';
import type { Telegram } from './telegram.ts';

/** Starts what one process runs. */
export type Role = (world: World, machine: Machine) => RoleRunning;
/** `crashed` only takes away what a server would notice of a death. */
export type RoleRunning = { stop(): Promise<void>; crashed(): void };

/** What is written down while it happens, for the invariants. */
export type Notes = {
  ticked(tick: Tick): void;
  done(tick: Tick, partitions: readonly number[]): void;
  taken(machine: Machine, due: ReminderDue): void;
  broken(problem: string): void;
  /** For the trace; costs nothing when nobody wants one. */
  say(what: () => string): void;
};

/** All that there is in a simulated world. */
export type World = {
  engine: Engine;
  random: Random;
  scenario: Scenario;
  network: Network;
  nats: Nats;
  tables: Tables;
  zoneScan(): string[];
  telegram: Telegram;
  durables: {
    shards: { shard: Shard; durable: Durable<Tick> }[];
    senders: Map<string, Durable<ReminderDue>>;
  };
  /** The server's time as a machine knows it. */
  clocks(machine: Machine): { now(): number; errorMs: number };
  replies: { send(chatId: string): Promise<void> };
  notes: Notes;
  log: Log;
};
