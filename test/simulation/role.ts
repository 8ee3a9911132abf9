import type { ReminderDue, Tick } from '#contracts/messages.ts';
import type { Random } from '#deploy/capacity/random.ts';
import type { Log } from '#services/platform/process/log.ts';
import type { Shard } from '#services/shards/shard.ts';
import type { Engine } from './engine.ts';
import type { Durable } from './jetstream.ts';
import type { Machine, Network } from './machine.ts';
import type { Notes } from './notes.ts';
import type { Scenario } from './scenario.ts';
import type { Tables } from './schedules.ts';
import type { Nats } from './servers.ts';
import type { Telegram } from './telegram.ts';

/** Starts the service that one process runs. */
export type Role = (world: World, machine: Machine) => RoleRunning;
/** `crashed` only does what a server would notice of a process's death. */
export type RoleRunning = { stop(): Promise<void>; crashed(): void };

/** Everything in a simulated world. */
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
