import { expect, test } from 'vitest';
import { slowCaller, tally } from '#test/services/platform/process/slow-callers.ts';
import { runSimulator } from './fixture.ts';

test('a connection that never ends its headers is closed, while a poll that waits longer stays open', async () => {
  const { simulator, api, client } = await runSimulator();
  const polled = api.getUpdates({ timeout: 20 });
  const callers = await Promise.all(
    Array.from({ length: 50 }, () => slowCaller(simulator.port, 'POST /bot HTTP/1.1\r\nHost: x\r\nX: ', 'a')),
  );
  const lines = await Promise.all(callers.map(({ closed }) => closed));
  expect(tally(lines)).toStrictEqual({ 'HTTP/1.1 408 Request Timeout': 50 });
  await client.rawUpdate({ message: { message_id: 1, text: 'now' } });
  expect(await polled).toHaveLength(1);
}, 60_000);
