import { mkdir, readFile, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { expect, inject, test } from 'vitest';
import { buckets, streams } from '#contracts/streams.ts';
import { startOwnNats } from '#deploy/local/own-nats.ts';
import { storeRoom } from '#deploy/local/store-room.ts';
import { provision } from '#deploy/provision/provision.ts';
import { testFolder } from '#test/support/run-folder.ts';
import { noSmallDisk, smallDisk } from '#test/support/small-disk.ts';

const MIB = 1024 ** 2;

test('half of the disk is for streams, and the server never refuses a stream that fits', async () => {
  const folder = await testFolder('room');
  const { bavail, bsize } = await statfs(folder);
  const { streamBytes, maxFileStoreBytes } = await storeRoom(folder);
  expect(streamBytes).toBeLessThanOrEqual((bavail * bsize) / 2);
  expect(streamBytes).toBeGreaterThan((bavail * bsize) / 4);
  expect(maxFileStoreBytes).toBeGreaterThan(streamBytes);
  expect(maxFileStoreBytes).toBeLessThan(bavail * bsize);
});

test('what is stored has room, however full the disk is', async ({ skip }) => {
  const why = noSmallDisk();
  if (why !== undefined) return skip(why);
  const disk = await smallDisk(await testFolder('small-disk'), 512 * MIB);
  try {
    expect((await storeRoom(disk.path)).streamBytes).toBe(256 * MIB);
    await mkdir(join(disk.path, 'jetstream/account'), { recursive: true });
    await writeFile(join(disk.path, 'jetstream/account/1.blk'), Buffer.alloc(400 * MIB));
    expect((await storeRoom(disk.path)).streamBytes).toBe(500 * MIB);
  } finally {
    await disk.remove();
  }
});

test('limits from a time with more room are kept by the server, until provisioning lowers them', async () => {
  const storeDir = join(await testFolder('own'), 'nats');
  const once = async (streamBytes: number) => {
    const server = await startOwnNats(
      { binary: inject('natsServerBinary'), storeDir, port: 0, streamBytes },
      () => {},
    );
    const nats = await connect({ servers: server.url });
    const changes = await provision(nats, { shardCount: 1, natsStoreBytes: streamBytes });
    const { config } = await (await jetstreamManager(nats)).streams.info('EVENTS');
    const written = await readFile(join(storeDir, 'nats-server.conf'), 'utf8');
    await nats.close();
    await server.stop();
    return {
      changes: changes.length,
      limit: config.max_bytes / MIB,
      store: Number(/max_file_store: (\d+)/.exec(written)?.[1]) / MIB,
    };
  };
  const first = await once(1024 * MIB);
  expect(first.store).toBe(1280);
  const shrunk = await once(64 * MIB);
  expect(shrunk).toMatchObject({
    changes: streams.length + buckets.length,
    limit: expect.closeTo(first.limit / 16, 3),
    store: expect.closeTo(1280, 0),
  });
  expect(await once(64 * MIB)).toMatchObject({ changes: 0, store: 80 });
});
