import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { openLogFile } from '#deploy/local/log-file.ts';
import { startOwnNats } from '#deploy/local/own-nats.ts';
import { simulatorClient } from '#deploy/telegram/client.ts';
import { startSimulator } from '#deploy/telegram/start.ts';
import { connectNats } from '#services/platform/jetstream/connection.ts';
import { eventually } from '#test/support/eventually.ts';
import { testFolder } from '#test/support/run-folder.ts';
import { noSmallDisk, type SmallDisk, smallDisk } from '#test/support/small-disk.ts';

/** What `npm start` runs beside the services, each on a disk that is full for a while. */
describe.skipIf(noSmallDisk())('on a full disk', () => {
  let disk: SmallDisk;
  beforeAll(async () => {
    disk = await smallDisk(await testFolder('full-disk'), 64 * 1024 ** 2);
  });
  afterAll(() => disk?.remove());

  test('nats-server is restarted by itself once there is space, at the same address, with all that it had acked', async () => {
    const lines: string[] = [];
    const options = { binary: inject('natsServerBinary'), storeDir: join(disk.path, 'nats'), port: 0 };
    const server = await startOwnNats(options, (line) => lines.push(line));
    const nats = await connectNats({ natsUrl: server.url }, 'test');
    const manager = await jetstreamManager(nats);
    await manager.streams.add({ name: 'KEPT', subjects: ['kept'] });
    const js = jetstream(nats, { timeout: 1_000 });
    const acked: number[] = [];
    const publish = async (n: number) => {
      await js.publish('kept', JSON.stringify({ n, padding: 'x'.repeat(5_000) }));
      acked.push(n);
    };
    await publish(1);
    await disk.fill();
    await expect(publish(2)).rejects.toThrow();
    await expect
      .poll(() => lines, { timeout: 30_000 })
      .toEqual([expect.stringMatching(/^The disk of .* is full/)]);
    await disk.free();
    await eventually(() => publish(3), { timeoutMs: 30_000 });
    expect(lines.slice(1)).toEqual(['nats-server could not store and is restarted.']);
    const { state } = await manager.streams.info('KEPT');
    expect([state.messages, acked.length]).toEqual([2, 2]);
    await nats.close();
    await server.stop();
  }, 90_000);

  test('the log goes on without the lines that do not fit', async () => {
    const path = join(disk.path, 'log');
    const log = openLogFile(path);
    log.write('before\n');
    await eventually(async () => expect(await readFile(path, 'utf8')).toBe('before\n'));
    await disk.fill();
    for (let i = 0; i < 100; i++) {
      log.write(`${'x'.repeat(10_000)}\n`);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await disk.free();
    await eventually(async () => {
      log.write('after\n');
      expect(await readFile(path, 'utf8')).toMatch(/after\n$/);
    });
    await log.close();
  });

  test('the simulated chats lose nothing', async () => {
    const config = {
      port: 0,
      host: '127.0.0.1' as const,
      botToken: `1:${'s'.repeat(35)}`,
      dataDir: join(disk.path, 'chats'),
    };
    const first = await startSimulator(config);
    const person = await simulatorClient(first.url).person({ id: 5, first_name: 'P' });
    const say = (n: number) => person.say(`${n} ${'x'.repeat(3_000)}`);
    await say(1);
    await disk.fill();
    for (const n of [2, 3, 4]) await say(n);
    await disk.free();
    await say(5);
    await first.stop();
    const second = await startSimulator(config);
    const chat = await (await simulatorClient(second.url).person({ id: 5, first_name: 'P' })).chat();
    expect(chat.messages.map(({ text }) => text?.[0])).toEqual(['1', '2', '3', '4', '5']);
    await second.stop();
  });
});
