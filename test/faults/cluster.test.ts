import { inject, test } from 'vitest';
import { testFolder } from '#test/support/run-folder.ts';
import { leaderKilled, rollingRestart } from './cluster-nodes.ts';
import { failuresOf } from './fault.ts';

/*
 * Short versions with a fixed seed, one after the other: each has three nodes, two of each process and their Postgres.
 */

const SEED = 20261128;
const PATIENCE_MS = 600_000;

test.for([leaderKilled, rollingRestart])(
  'no reminder is lost, doubled or too early for the budget: $name',
  { timeout: PATIENCE_MS },
  async ({ run }, { expect }) => {
    const servers = {
      natsBinary: inject('natsServerBinary'),
      postgresUrl: inject('postgresUrl'),
      folder: await testFolder('faults'),
    };
    const row = await run({ servers, seed: SEED, runs: 1 });
    expect(failuresOf(row)).toEqual([]);
    expect(row.reminders).toBeGreaterThan(0);
    expect(row.runs).toBe(1);
  },
);
