import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readOptions } from '#deploy/capacity/options.ts';

const run = promisify(execFile);
const MAIN = new URL('../../../deploy/capacity/main.ts', import.meta.url).pathname;

const Failure = z.object({ code: z.number(), stderr: z.string() });
const Figures = z.array(
  z.object({
    settings: z.object({ users: z.number() }),
    all: z.object({ queued: z.number(), delivered: z.number() }),
  }),
);

describe('npm run simulate', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'habitstream-simulate-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('prints figures of its own distribution, and writes them and a picture', async () => {
    const [csv, json, svg] = ['mix.csv', 'figures.json', 'day.svg'].map((name) => join(folder, name));
    if (!csv || !json || !svg) throw new Error('three names');
    await writeFile(csv, 'timezone,at,weight\nEurope/Moscow,09:00,1\n');
    const args = ['--users', '1000', '--habits', '1', '--distribution', csv, '--json', json, '--svg', svg];
    const { stdout } = await run(process.execPath, [MAIN, ...args]);
    expect(stdout).toMatch(/^engaged .*\d s +0%$/m);
    expect(stdout).toContain('from 2026-11-25T06:00Z');
    const [figures] = Figures.parse(JSON.parse(await readFile(json, 'utf8')));
    expect(figures?.settings.users).toBe(1000);
    expect(figures?.all.delivered).toBe(figures?.all.queued);
    const picture = await readFile(svg, 'utf8');
    for (const title of ['Messages due in a minute', 'Reminders waiting', 'How late', 'Time (UTC)'])
      expect(picture).toContain(title);
    expect(picture).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('prints a table of several, a row for each number of users and window', async () => {
    const { stdout } = await run(process.execPath, [MAIN, '--users', '1000,2000', '--window', '0,30']);
    const rows = stdout.trimEnd().split('\n').slice(2);
    expect(rows.map((row) => row.split(' | ').slice(0, 2).join(' '))).toEqual([
      '| 1,000 exact',
      '| 1,000 ±30 min',
      '| 2,000 exact',
      '| 2,000 ±30 min',
    ]);
  });

  it('keeps nobody in memory: 300,000 people in a heap of 32 MB', async () => {
    const { stdout } = await run(process.execPath, ['--max-old-space-size=32', MAIN, '--users', '300000']);
    expect(stdout).toContain('300,000 users');
  }, 120_000);

  it('says what is wrong with each option', async () => {
    const wrong = ['--users', 'many', '--rate', '2000', '--from', 'today'];
    const failed = Failure.parse(
      await run(process.execPath, [MAIN, ...wrong]).catch((error: unknown) => error),
    );
    expect(failed.code).toBe(1);
    for (const option of ['--users', '--rate', '--from']) expect(failed.stderr).toContain(`${option}: `);
    expect(() => readOptions(['--rate', '20'])).toThrow('--bulk-rate is a part of --rate');
    expect(() => readOptions(['--users', '1,2', '--svg', 'x.svg'])).toThrow('--svg shows one');
    expect(() => readOptions(['--colour', 'red'])).toThrow('--colour');
    expect(() => readOptions(['--distribution=/nowhere.csv'])).not.toThrow();
  });
});
