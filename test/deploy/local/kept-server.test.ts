import { expect, test } from 'vitest';
import { type KeptServer, keepServer } from '#deploy/local/kept-server.ts';
import type { Exit } from '#deploy/local/server-process.ts';
import { eventually } from '#test/support/eventually.ts';

/* With servers that are told when to end; real ones end in test/e2e/local-environment.test.ts. */

type Server = { number: number; exited: Promise<Exit>; end(): void; stop(): Promise<void> };

function server(number: number): Server {
  const { promise: exited, resolve } = Promise.withResolvers<Exit>();
  const end = () => resolve({ code: 1, signal: null });
  const stop = async () => end();
  return { number, exited, end, stop };
}

/** @param refusals how many starts fail first. */
function kept(refusals = 0): { first: Server; lines: string[]; kept: KeptServer<Server> } {
  const first = server(1);
  const lines: string[] = [];
  let left = refusals;
  const kept = keepServer(first, {
    name: 'The server',
    async startAgain({ number }) {
      if (left-- > 0) throw new Error('its port is in use');
      return server(number + 1);
    },
    print: (line) => lines.push(line),
  });
  return { first, lines, kept };
}

test('one that ends is said and started again, also where that takes tries', async () => {
  const { first, lines, kept: keeping } = kept(1);
  first.end();
  await eventually(() => expect(keeping.running()?.number).toBe(2));
  expect(lines).toEqual([
    'The server ended by itself (exit code 1) and is started again.',
    'The server cannot be started: its port is in use',
  ]);
  await keeping.stop();
  expect(keeping.running()).toBeUndefined();
});

test('one that is restarted ends by no fault of its own', async () => {
  const { lines, kept: keeping } = kept();
  await keeping.restart();
  expect(keeping.running()?.number).toBe(2);
  expect(lines).toEqual([]);
  await keeping.stop();
});

test('the end is not waited for behind one that cannot be started, nor is a restart', async () => {
  const { lines, kept: keeping } = kept(Number.POSITIVE_INFINITY);
  const restarted = keeping.restart();
  await eventually(() => expect(lines).toEqual(['The server cannot be started: its port is in use']));
  await keeping.stop();
  await restarted;
  await keeping.restart();
  expect(keeping.running()).toBeUndefined();
});
