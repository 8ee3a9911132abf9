import { expect, onTestFinished, test } from 'vitest';
import {
  followReadiness,
  openReadiness,
  problemLine,
  type ReadinessCheck,
} from '#services/platform/process/readiness.ts';
import { fakeClock } from '#test/support/clock.ts';

function readinessOf(problem: ReadinessCheck['problem'], patienceMs?: number) {
  const clock = fakeClock(0);
  const readiness = openReadiness(clock);
  readiness.add({ name: 'work', problem, ...(patienceMs !== undefined && { patienceMs }) });
  const lines = async () => (await readiness.problems()).map(problemLine);
  return { clock, readiness, lines };
}

test('a check that has never been well is a problem at once; later ones count when they last, and end at once', async () => {
  let problem: string | undefined = 'has not answered yet';
  const { clock, lines } = readinessOf(() => problem, 10_000);
  expect(await lines()).toEqual(['work: has not answered yet']);
  problem = undefined;
  expect(await lines()).toEqual([]);

  problem = 'stands still';
  expect(await lines()).toEqual([]);
  await clock.advance(9_999);
  expect(await lines()).toEqual([]);
  await clock.advance(1);
  expect(await lines()).toEqual(['work: stands still']);
  problem = undefined;
  expect(await lines()).toEqual([]);

  problem = 'again';
  await clock.advance(60_000);
  expect(await lines(), 'the time before it began does not count').toEqual([]);
});

test('a check that hangs or fails is a problem, and says nothing of what the error holds', async () => {
  const hanging = readinessOf(() => new Promise(() => {}));
  const looked = hanging.lines();
  await hanging.clock.advance(2_000);
  expect(await looked).toEqual(['work: does not answer']);
  for (const problem of [
    () => Promise.reject(new TypeError('secret')),
    () => {
      throw new TypeError('secret');
    },
  ]) {
    expect(await readinessOf(problem).lines()).toEqual(['work: cannot be checked (TypeError)']);
  }
});

test('a server that is away for a moment is no problem of the checks that ask it', async () => {
  let isAway = false;
  const { clock, lines } = readinessOf(() => (isAway ? Promise.reject(new Error()) : undefined));
  await lines();
  isAway = true;
  expect(await lines()).toEqual([]);
  await clock.advance(4_999);
  expect(await lines()).toEqual([]);
  await clock.advance(1);
  expect(await lines()).toEqual(['work: cannot be checked (Error)']);
  isAway = false;
  expect(await lines()).toEqual([]);
});

test('those who look at the same time share one look', async () => {
  let looks = 0;
  const { readiness } = readinessOf(() => {
    looks++;
    return undefined;
  });
  await Promise.all([readiness.problems(), readiness.problems()]);
  expect(looks).toBe(1);
  await readiness.problems();
  expect(looks).toBe(2);
});

test('a problem is told when it begins and when it is over, once each, whatever its words', async () => {
  let problem: string | undefined = 'has not answered yet';
  const { clock, readiness } = readinessOf(() => problem);
  const told: string[] = [];
  const following = followReadiness(readiness, clock, {
    began: (each) => told.push(`began ${problemLine(each)}`),
    ended: (each) => told.push(`ended ${each.name}`),
    ready: () => told.push('ready'),
  });
  onTestFinished(() => following.stop());
  await clock.advance(500);
  expect(told, 'a start takes a moment').toEqual([]);
  problem = undefined;
  await clock.advance(200);
  expect(told).toEqual(['ready']);
  for (let i = 0; i < 5; i++) {
    problem = `stands at ${i}`;
    await clock.advance(1_000);
  }
  problem = undefined;
  await clock.advance(5_000);
  expect(told.slice(1)).toEqual(['began work: stands at 0', 'ended work', 'ready']);
});

test('a start that does not become ready within ten seconds is told', async () => {
  const { clock, readiness } = readinessOf(() => 'has not answered yet');
  const told: string[] = [];
  const following = followReadiness(readiness, clock, {
    began: (each) => told.push(problemLine(each)),
    ended: () => {},
    ready: () => told.push('ready'),
  });
  onTestFinished(() => following.stop());
  await clock.advance(9_900);
  expect(told).toEqual([]);
  await clock.advance(1_000);
  expect(told).toEqual(['work: has not answered yet']);
});
