import { expect, test } from 'vitest';
import { totalOf } from './figures.ts';
import { runSeed } from './world.ts';

const SEEDS = 2_000;
const STANDSTILLS = 200;

/** What must have happened in some world for a clean run to mean something. */
const HAPPENED = [
  ...['delivered', 'expired', 'failed', 'uncertain', 'deaths', '429s'],
  ...['suppressed: answered', 'suppressed: blocked', 'suppressed: alreadyReminded'],
  ...[
    'fault: power cut',
    'fault: clock step',
    'fault: resharding',
    'fault: SIGSTOP',
    'fault: projector behind',
  ],
];

test(`${SEEDS} seeded worlds keep every guarantee`, { timeout: 1_800_000 }, async () => {
  const figures = [];
  for (let seed = 1; seed <= SEEDS; seed++) {
    const run = await runSeed(seed);
    const again = `node test/simulation/run.ts --seed ${seed}`;
    expect(run.problems, `seed ${seed} is broken; see it with: ${again}`).toEqual([]);
    figures.push(run.figures);
  }
  const total = totalOf(figures);
  expect(HAPPENED.filter((what) => !total[what])).toEqual([]);
});

test(`${STANDSTILLS} worlds that stand still while reminders are due keep them too`, {
  timeout: 900_000,
}, async () => {
  const figures = [];
  for (let seed = 1; seed <= STANDSTILLS; seed++) {
    const run = await runSeed(seed, { kind: 'standstill' });
    const again = `node test/simulation/run.ts --standstill --seed ${seed}`;
    expect(run.problems, `seed ${seed} is broken; see it with: ${again}`).toEqual([]);
    figures.push(run.figures);
  }
  expect(totalOf(figures)['sends: several minutes']).toBeGreaterThan(STANDSTILLS);
});

test('a seed gives the same run again', async () => {
  const traced = (seed: number) => runSeed(seed, { wantsTrace: true });
  for (const seed of [2, 17, 42]) expect(await traced(seed)).toEqual(await traced(seed));
});
