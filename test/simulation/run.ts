import { parseArgs } from 'node:util';
import { totalOf } from './figures.ts';
import { runSeed } from './world.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '2000' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    standstill: { type: 'boolean', default: false },
  },
});

const first = Number(values.seed ?? values.from);
const count = values.seed === undefined ? Number(values.seeds) : 1;
const beganMs = performance.now();
const runs = [];
let failed = 0;
for (let seed = first; seed < first + count; seed++) {
  const run = await runSeed(seed, {
    wantsTrace: values.seed !== undefined,
    kind: values.standstill ? 'standstill' : 'any',
  });
  runs.push(run.figures);
  if (values.seed !== undefined) console.log(run.trace.join('\n'));
  if (run.problems.length === 0) continue;
  failed++;
  const again = `node test/simulation/run.ts ${values.standstill ? '--standstill ' : ''}--seed ${seed}`;
  console.log(`seed ${seed}: ${run.problems.length} problems; ${again}`);
  for (const problem of run.problems.slice(0, 8)) console.log(`  ${problem}`);
  if (failed === 10) break;
}
console.table(totalOf(runs));
console.log(`${runs.length} seeds, ${failed} failed, ${((performance.now() - beganMs) / 1000).toFixed(1)} s`);
process.exitCode = failed > 0 ? 1 : 0;
