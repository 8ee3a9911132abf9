import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PARTITIONS } from '#contracts/subjects.ts';
import { reshard, type ShardState } from '#deploy/provision/resharding.ts';

const shards = (shardCount: number, doneUpTo: (index: number) => number, pulledFrom = false): ShardState[] =>
  Array.from({ length: shardCount }, (_, index) => ({
    index,
    shardCount,
    doneUpTo: doneUpTo(index),
    pulledFrom,
  }));

describe('resharding', () => {
  test('the first shards begin with the first tick', () => {
    expect(reshard([], 2)).toEqual({
      begin: new Map([
        ['shard-00-of-02', undefined],
        ['shard-01-of-02', undefined],
      ]),
      overtaken: [],
      idle: [],
      busy: [],
    });
  });

  test('nothing is to do for the count that is there, however far each shard is', () => {
    expect(
      reshard(
        shards(3, (index) => 10 - index),
        3,
      ),
    ).toEqual({
      begin: new Map(),
      overtaken: [],
      idle: [],
      busy: [],
    });
  });

  test('shards of a count that was left long ago begin again where the others stand', () => {
    const plan = reshard([...shards(2, () => 5), ...shards(4, (index) => 100 + index)], 2);
    expect(plan.begin).toEqual(
      new Map([
        ['shard-00-of-02', 101],
        ['shard-01-of-02', 102],
      ]),
    );
    expect(plan.overtaken).toEqual(['shard-00-of-02', 'shard-01-of-02']);
  });

  test('but not while a process works on them', () => {
    const plan = reshard([...shards(2, () => 5, true), ...shards(4, () => 100)], 2);
    expect(plan.begin.size).toBe(0);
    expect(plan.idle.length).toBe(4);
  });

  test('a shard that was deleted by hand begins with the slowest', () => {
    const [, ...others] = shards(4, (index) => 50 - index);
    expect(reshard(others, 4).begin).toEqual(new Map([['shard-00-of-04', 48]]));
  });

  test('however often the count changes, no partition misses a tick', () => {
    const step = fc.record({
      count: fc.integer({ min: 1, max: 64 }),
      progress: fc.array(fc.nat(9)),
      removed: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 6 }), (steps) => {
        /** For each partition: all ticks up to this one are done. */
        const done = new Map(PARTITIONS.map((partition) => [partition, 0]));
        let shardsNow = new Map<string, ShardState>();
        for (const { count, progress, removed } of steps) {
          shardsNow = afterProvisioning(shardsNow, count, removed);
          for (const shard of shardsNow.values()) {
            if (shard.shardCount !== count) continue;
            const own = PARTITIONS.filter((partition) => partition % count === shard.index);
            // Otherwise it goes on behind ticks that nobody did for this partition.
            if (own.some((partition) => shard.doneUpTo > (done.get(partition) ?? 0))) return false;
            shard.doneUpTo += progress[shard.index] ?? 1;
            for (const partition of own)
              done.set(partition, Math.max(done.get(partition) ?? 0, shard.doneUpTo));
          }
        }
        return true;
      }),
      { numRuns: 300 },
    );
  });

  test('no shard goes back behind the slowest', () => {
    const existing = fc.array(fc.nat(50), { minLength: 1, maxLength: 64 });
    fc.assert(
      fc.property(existing, fc.integer({ min: 1, max: 64 }), (floors, wanted) => {
        const { begin } = reshard(
          shards(floors.length, (index) => floors[index] ?? 0),
          wanted,
        );
        return [...begin.values()].every((first) => first !== undefined && first > Math.min(...floors));
      }),
    );
  });
});

function afterProvisioning(
  before: ReadonlyMap<string, ShardState>,
  count: number,
  removed: boolean,
): Map<string, ShardState> {
  const { begin, idle } = reshard([...before.values()], count);
  const after = new Map(before);
  if (removed) for (const name of idle) after.delete(name);
  for (const [name, first = 1] of begin)
    after.set(name, { ...read(name), doneUpTo: first - 1, pulledFrom: false });
  return after;
}

function read(name: string): { index: number; shardCount: number } {
  const [, index, , shardCount] = name.split('-');
  return { index: Number(index), shardCount: Number(shardCount) };
}
