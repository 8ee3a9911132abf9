import { readFile, statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { type NatsServer, startNatsServer } from '#deploy/local/nats-server.ts';
import { identifyProcess } from '#deploy/local/process-identity.ts';
import { StartupProblem } from '#deploy/local/startup-problem.ts';
import { freePorts } from '#test/support/ports.ts';
import { expectGone } from '#test/support/processes.ts';
import { testFolder } from '#test/support/run-folder.ts';

const started: NatsServer[] = [];
let folder: string;

beforeEach(async () => {
  folder = await testFolder('nats-server');
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop()));
});

async function nats(port = 0): Promise<NatsServer> {
  const server = await startNatsServer({
    binary: inject('natsServerBinary'),
    storeDir: join(folder, 'nats'),
    port,
  });
  started.push(server);
  return server;
}

async function publish(url: string, text: string): Promise<void> {
  const connection = await connect({ servers: url });
  const manager = await jetstreamManager(connection);
  await manager.streams.add({ name: 'KEPT', subjects: ['kept'] });
  await jetstream(connection).publish('kept', text);
  await connection.close();
}
async function kept(url: string): Promise<number> {
  const connection = await connect({ servers: url });
  const { state } = await (await jetstreamManager(connection)).streams.info('KEPT');
  await connection.close();
  return state.messages;
}

test('keeps its data and its port over a stop and over kill -9', async () => {
  const first = await nats();
  await publish(first.url, 'one');
  await first.stop();
  await expectGone(first.pid);

  const second = await nats(first.port);
  expect(second.url).toBe(first.url);
  await publish(second.url, 'two');
  await second.kill();
  expect(await second.exited).toEqual({ code: null, signal: 'SIGKILL' });

  const third = await nats(first.port);
  expect(await kept(third.url)).toBe(2);
});

test('listens on loopback only, with the bounds and the fsync it was given', async () => {
  const server = await nats();
  expect(server.url).toMatch(/^nats:\/\/127\.0\.0\.1:\d+$/);
  const config = await readFile(join(folder, 'nats/nats-server.conf'), 'utf8');
  expect(config).toContain('sync_interval: always');
  const { bavail, bsize } = await statfs(folder);
  expect(Number(/max_file_store: (\d+)/.exec(config)?.[1])).toBeLessThan(bavail * bsize);
});

test('a port in use is one line that names it', async () => {
  const [port = 0] = await freePorts(1);
  const other = createServer().listen(port, '127.0.0.1');
  await expect(nats(port)).rejects.toThrow(
    new StartupProblem(
      `Port ${port} for nats-server is in use: stop the program that has it, or choose another port.`,
    ),
  );
  await new Promise((resolve) => other.close(resolve));
  expect((await nats(port)).port).toBe(port);
});

test('data in use is refused, and the server that has it goes on', async () => {
  const server = await nats();
  await expect(nats()).rejects.toThrow(/already run by process \d+: stop that one first/);
  expect(await identifyProcess(server.pid)).toBeDefined();
  await publish(server.url, 'still there');
});

test('one that ends while it starts shows its last lines, and can be started once that is put right', async () => {
  const storeDir = join(folder, 'nats');
  const broken = { binary: inject('natsServerBinary'), storeDir, port: 0, extraConfig: 'nonsense {' };
  await expect(startNatsServer(broken)).rejects.toThrow(/did not start\. Its last lines:\n.*Parse error/);
  await nats();
});
