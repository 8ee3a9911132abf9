import { describe, expect, test } from 'vitest';
import { fakeClock } from './clock.ts';

describe('fakeClock', () => {
  test('wakes sleepers in the order of their instants, each at its own', async () => {
    const clock = fakeClock(1_000);
    const woken: [string, number][] = [];
    const sleeper = async (name: string, ms: number) => {
      await clock.sleep(ms);
      woken.push([name, clock.now()]);
    };
    void sleeper('late', 30);
    void sleeper('early', 10);
    void sleeper('early too', 10);
    await clock.advance(29);
    expect(woken).toEqual([
      ['early', 1_010],
      ['early too', 1_010],
    ]);
    expect(clock.now()).toBe(1_029);
    await clock.advance(1);
    expect(woken.at(-1)).toEqual(['late', 1_030]);
    expect(clock.sleepers()).toBe(0);
  });

  test('a loop that sleeps again goes round within one advance', async () => {
    const clock = fakeClock(0);
    const rounds: number[] = [];
    void (async () => {
      for (;;) {
        await clock.sleep(100);
        await Promise.resolve();
        rounds.push(clock.now());
      }
    })();
    await clock.advance(350);
    expect(rounds).toEqual([100, 200, 300]);
  });

  test('an aborted sleep resolves, and no longer counts', async () => {
    const clock = fakeClock(0);
    const stop = new AbortController();
    const slept = clock.sleep(1_000, stop.signal);
    expect(clock.sleepers()).toBe(1);
    stop.abort();
    await slept;
    expect(clock.sleepers()).toBe(0);
    await clock.sleep(1_000, stop.signal);
    expect(clock.now()).toBe(0);
  });
});
