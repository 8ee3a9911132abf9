import { shardConsumer } from '#contracts/consumers.ts';
import { partitionsOf } from '#contracts/ids.ts';

/** A shard consumer that exists. `doneUpTo` is the sequence in TICKS up to which all is done for its partitions. */
export type ShardState = { index: number; shardCount: number; doneUpTo: number; pulledFrom: boolean };

export type Resharding = {
  /** Where shard consumers of the wanted count begin that are missing: a sequence in TICKS, or undefined for its start. */
  begin: Map<string, number | undefined>;
  /** Of those that begin anew, the ones that exist and were overtaken while nobody pulled from them. */
  overtaken: string[];
  /** Of other counts, and nobody pulls from them: they may go once the wanted ones exist. */
  unused: string[];
  /** Of other counts, but processes pull from them: what they do is done twice, which changes nothing. */
  used: string[];
};

/**
 * How to come to `wanted` shards without losing a tick of any partition: each missing shard begins after the last tick
 * that is done for all its partitions, whichever count did it. What it does again is queued already, so nothing is
 * queued twice as long as REMINDERS remembers it.
 */
export function reshard(existing: readonly ShardState[], wanted: number): Resharding {
  const begin = new Map<string, number | undefined>();
  const overtaken: string[] = [];
  for (let index = 0; index < wanted; index++) {
    const name = shardConsumer(index, wanted).name;
    const itself = existing.find((each) => each.index === index && each.shardCount === wanted);
    const doneUpTo = doneForAll(existing, partitionsOf(index, wanted));
    const behind = itself !== undefined && !itself.pulledFrom && itself.doneUpTo < (doneUpTo ?? 0);
    if (behind) overtaken.push(name);
    if (behind || !itself) begin.set(name, doneUpTo === undefined ? undefined : doneUpTo + 1);
  }
  const others = existing.filter(({ shardCount }) => shardCount !== wanted);
  const names = (pulledFrom: boolean) =>
    others
      .filter((each) => each.pulledFrom === pulledFrom)
      .map(({ index, shardCount }) => shardConsumer(index, shardCount).name);
  return { begin, overtaken, unused: names(false), used: names(true) };
}

/** Undefined without any shard. A partition that no shard has (one was deleted by hand) is taken to be the last. */
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
