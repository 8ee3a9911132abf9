import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { strFromU8, unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import type { Brought } from '#services/bot/moving/brought.ts';
import { translator } from '#services/platform/messages/i18n/translator.ts';
import { brought, loopFiles, zipOf } from './fixture.ts';
import { habitBull, habitKit, loop25, loopOf, rewire, tickmate } from './samples.ts';
import { scoreOn } from './scores.ts';

/*
 * The table of what was brought in the README of services/bot/moving is what the readers say of these files.
 */

const README = readFileSync(new URL('../../../../services/bot/moving/README.md', import.meta.url), 'utf8');
/** Exports of real trackers, which do not belong to the project. */
const FOLDER = '/work/shared/loop';
const t = translator('en');

/** The same days in the codes of older versions, without headers. */
const loopCodes = () => ({
  'Habits.csv': '001,Yoga,Did you?,,2,7,#D32F2F\n002,Tea,,,1,1,#D32F2F\n',
  '001 Yoga/Checkmarks.csv': '2016-01-04,3\n2016-01-03,2\n2016-01-02,1\n2016-01-01,0\n',
  '002 Tea/Checkmarks.csv': '2016-01-03,1500\n2016-01-02,-1\n',
});

const SAMPLES: readonly [name: string, file: () => Uint8Array | string][] = [
  ['Loop, CSV zip with words', () => zipOf(loopFiles())],
  ['Loop, CSV zip with codes, no headers', () => zipOf(loopCodes())],
  ...[20, 21, 22, 23, 24].map(
    (version) => [`Loop, backup of version ${version}`, () => loopOf(version)] as const,
  ),
  ['Loop, backup of version 25', loop25],
  ['HabitBull', () => habitBull],
  ['Tickmate', tickmate],
  ['Rewire', rewire],
  ['HabitKit', () => habitKit()],
].map(([name, file]) => [name, file] as [string, () => Uint8Array | string]);

const real = (name: string) => () => new Uint8Array(readFileSync(`${FOLDER}/${name}`));

/** A folder of an export, as a person would zip it. */
function zipped(folder: string): Uint8Array {
  const paths = readdirSync(`${FOLDER}/${folder}`, { recursive: true, encoding: 'utf8' });
  const files = paths.filter((path) => path.endsWith('.csv'));
  return zipOf(
    Object.fromEntries(
      files.map((path) => [path, new Uint8Array(readFileSync(`${FOLDER}/${folder}/${path}`))]),
    ),
  );
}

const REAL: typeof SAMPLES = [
  ['Loop 2.3.1, CSV zip', real('loop_habits_csv_v2.3.1.zip')],
  ['Loop, CSV zip with codes, 7 columns', real('loop-csv-old-codes-10-habits.zip')],
  ['Loop, CSV folder, zipped', () => zipped('csv_export')],
  ['Loop, backup of version 12', real('loop-v12.db')],
  ['Loop, backup of version 22', real('loop-v22.db')],
  ['HabitBull', real('habitbull2.csv')],
];

const isZip = (file: Uint8Array | string): file is Uint8Array => typeof file !== 'string' && file[0] === 0x50;

/** The largest difference between a score of the file and ours, and of how many days. */
function scoresApart(file: Uint8Array | string, { habits }: Brought): string {
  const text = isZip(file) ? strFromU8(unzipSync(file)['Scores.csv'] ?? new Uint8Array()) : '';
  const apart = text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [on = '', ...scores] = line.split(',');
      return habits.flatMap((habit, index) => {
        const first = habit.entries[0]?.on;
        if (on === '' || first === undefined || on < first) return [];
        return [Math.abs(scoreOn(habit, on) - Number(scores[index]))];
      });
    });
  return apart.length === 0 ? 'none in it' : `${Math.max(...apart).toFixed(5)} (${apart.length} days)`;
}

/** What the person is told of it; days that say "no entry" are not worth a line there. */
function leftOutWords({ leftOut }: Brought): string {
  const said = Object.entries(leftOut).map(([why, count]) =>
    why === 'unanswered' ? `days that say “no entry”: ${count}` : t(`left-${why}`, { count }),
  );
  return said.length === 0 ? 'nothing' : said.join('; ').replace(/\p{Bidi_Control}/gu, '');
}

async function rowOf(name: string, file: Uint8Array | string): Promise<string> {
  const read = await brought(file);
  const days = read.habits.reduce((sum, { entries }) => sum + entries.length, 0);
  const cells = [name, read.habits.length, days, leftOutWords(read), scoresApart(file, read)];
  return `| ${cells.join(' | ')} |`;
}

const rowsOf = (files: typeof SAMPLES) => Promise.all(files.map(([name, file]) => rowOf(name, file())));

/** The rows of the README's table that follow a line. */
function tableAfter(line: string): string[] {
  const [, rest = ''] = README.split(`${line}\n\n`);
  const [table = ''] = rest.split('\n\n');
  return table.split('\n').slice(2);
}

describe("the README's table of what was brought", () => {
  it('is true of a file of each kind', async () => {
    expect(await rowsOf(SAMPLES)).toEqual(tableAfter('Of a file of each kind that the tests make:'));
  });

  it.skipIf(!existsSync(FOLDER))('is true of real exports', async () => {
    expect(await rowsOf(REAL)).toEqual(tableAfter('Of real exports (not in the repository):'));
  });
});
