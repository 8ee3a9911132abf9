import { readFile, writeFile } from 'node:fs/promises';
import { WrongUsage } from '../cli/usage.ts';
import { DEFAULT_MIX } from './default-mix.ts';
import { type Distribution, readDistribution } from './distribution.ts';
import { readOptions, USAGE } from './options.ts';
import { picture } from './picture.ts';
import { populate } from './population.ts';
import { report, table } from './report.ts';
import type { Settings } from './settings.ts';
import { simulate } from './simulate.ts';
import { type Summary, summarize } from './summary.ts';

/** `npm run simulate`: prints figures; writes them with `--json`, and a picture with `--svg`. README.md explains them. */
async function simulateCommand(args: string[]): Promise<void> {
  if (args.includes('--help')) return console.log(USAGE);
  const { runs, distribution: source, json, svg } = readOptions(args);
  const distribution = await distributionFrom(source);
  const summaries: Summary[] = [];
  for (const settings of runs) summaries.push(await run(settings, distribution, svg));
  const [only] = summaries;
  console.log(summaries.length === 1 && only ? report(only) : table(summaries));
  if (json !== undefined) await writeFile(json, `${JSON.stringify(summaries, null, 2)}\n`);
}

async function distributionFrom(source: string): Promise<Distribution> {
  if (source === 'default') return DEFAULT_MIX;
  const text = await readFile(source, 'utf8').catch((cause: unknown) => {
    throw new WrongUsage(`${source} cannot be read.`, { cause });
  });
  return readDistribution(text);
}

async function run(
  settings: Settings,
  distribution: Distribution,
  svg: string | undefined,
): Promise<Summary> {
  const startedMs = performance.now();
  const tally = simulate(populate(settings, distribution), settings);
  if (svg !== undefined) await writeFile(svg, picture(settings, tally));
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  console.error(`${settings.users} users, ±${settings.windowMinutes} min: took ${seconds} s`);
  return summarize(settings, tally);
}

try {
  await simulateCommand(process.argv.slice(2));
} catch (error) {
  process.exitCode = 1;
  console.error(error instanceof WrongUsage ? `${error.message}\n\n${USAGE}` : error);
}
