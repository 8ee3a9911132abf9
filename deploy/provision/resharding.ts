import { shardConsumer } from '#contracts/consumers.ts';
import { partitionsOf } from '#contracts/ids.ts';

/** An existing shard consumer. `doneUpTo`: every tick up to this sequence in TICKS is done for its partitions. */
export type ShardState = { index: number; shardCount: number; doneUpTo: number; pulledFrom: boolean };

/** Names of shard consumers, by what is to happen to them. */
export type Resharding = {
  /** To be created, and the sequence in TICKS at which each begins; undefined for the first tick. */
  begin: Map<string, number | undefined>;
  /** Those of `begin` that exist but fell behind while no process pulled from them: to be removed first. */
  overtaken: string[];
  /** Of other counts, without a process that pulls: to be removed once those of `begin` exist. */
  idle: string[];
  /** Of other counts, with a process that pulls: they do ticks a second time, which changes nothing. */
  busy: string[];
};

/**
 * How to come to `shardCount` shards without losing a tick of any partition: a new shard begins after the last tick
 * that is done for all its partitions, whichever count did it. The ticks it repeats queue nothing twice as long as
 * REMINDERS still holds their reminders.
 */
export function reshard(existing: readonly ShardState[], shardCount: number): Resharding {
  const begin = new Map<string, number | undefined>();
  const overtaken: string[] = [];
  for (let index = 0; index < shardCount; index++) {
    const name = shardConsumer(index, shardCount).name;
    const itself = existing.find((each) => each.index === index && each.shardCount === shardCount);
    const doneUpTo = doneForAll(existing, partitionsOf(index, shardCount));
    const behind = itself !== undefined && !itself.pulledFrom && itself.doneUpTo < (doneUpTo ?? 0);
    if (behind) overtaken.push(name);
    if (behind || !itself) begin.set(name, doneUpTo === undefined ? undefined : doneUpTo + 1);
  }
  const others = existing.filter((each) => each.shardCount !== shardCount);
  const names = (pulledFrom: boolean) =>
    others
      .filter((each) => each.pulledFrom === pulledFrom)
      .map((each) => shardConsumer(each.index, each.shardCount).name);
  return { begin, overtaken, idle: names(false), busy: names(true) };
}

/** Undefined when no shard exists. A partition without a shard (deleted by hand) counts as the slowest one. */
function doneForAll(existing: readonly ShardState[], partitions: readonly number[]): number | undefined {
  if (existing.length === 0) return undefined;
  const slowest = Math.min(...existing.map(({ doneUpTo }) => doneUpTo));
  return Math.min(...partitions.map((partition) => doneFor(existing, partition) ?? slowest));
}

function doneFor(existing: readonly ShardState[], partition: number): number | undefined {
  const done = existing
    .filter(({ index, shardCount }) => partition % shardCount === index)
    .map(({ doneUpTo }) => doneUpTo);
  return done.length === 0 ? undefined : Math.max(...done);
}
