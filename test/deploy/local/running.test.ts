import { expect, test } from 'vitest';
import { forgetRunning, operatorEnvironment, recordRunning } from '#deploy/local/running.ts';
import { testFolder } from '#test/support/run-folder.ts';

test('commands beside a running environment use all of its servers, unless they are told others', async () => {
  const DATA_DIR = await testFolder('running');
  const running = {
    NATS_URL: 'nats://127.0.0.1:1',
    DATABASE_URL: 'postgres://127.0.0.1:2/own',
    ANALYTICS_DATABASE_URL: 'postgres://127.0.0.1:3/analytics',
    PROJECTIONS: 'schedules,analytics',
    NATS_STORE_BYTES: '1000000000',
  };
  await recordRunning(DATA_DIR, running);
  expect(await operatorEnvironment({ DATA_DIR })).toEqual({ DATA_DIR, ...running });
  const more = { DATA_DIR, PROJECTIONS: 'events', NATS_URL: '' };
  expect(await operatorEnvironment(more)).toEqual({ DATA_DIR, ...running, PROJECTIONS: 'events' });
  const told = { DATA_DIR, DATABASE_URL: 'postgres://127.0.0.1:4/another' };
  expect(await operatorEnvironment(told)).toEqual(told);
  await forgetRunning(DATA_DIR);
  expect(await operatorEnvironment({ DATA_DIR })).toEqual({ DATA_DIR });
});
