import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { provision } from '#deploy/provision/provision.ts';
import { type AcceptUpdate, updateAcceptor } from '#services/ingress/accept-update.ts';
import { watchedAcceptor } from '#services/ingress/webhook-check.ts';
import { createLog } from '#services/platform/process/log.ts';
import { openReadiness, type Readiness } from '#services/platform/process/readiness.ts';
import { fakeClock } from '#test/support/clock.ts';
import { startTestNats, type TestNats } from '#test/support/nats.ts';
import { testFolder } from '#test/support/run-folder.ts';
import { noSmallDisk, type SmallDisk, smallDisk } from '#test/support/small-disk.ts';
import { storedIds } from './stored-updates.ts';

const USER = 4_242;
const update = (id: number) =>
  Buffer.from(
    JSON.stringify({
      update_id: id,
      message: { from: { id: USER }, text: `update ${id} ${'x'.repeat(2_000)}` },
    }),
  );

describe.skipIf(noSmallDisk())('on a full disk', () => {
  let disk: SmallDisk;
  let nats: TestNats;
  let connection: NatsConnection;
  let accept: AcceptUpdate;
  let readiness: Readiness;
  const clock = fakeClock(0);
  const taken: number[] = [];

  beforeAll(async () => {
    disk = await smallDisk(await testFolder('full-disk'), 64 * 1024 ** 2);
    const place = { binary: inject('natsServerBinary'), storeDir: `${disk.path}/nats` };
    nats = await startTestNats({ syncAlways: true }, place);
    connection = await nats.connection();
    await provision(connection, { shardCount: 1 });
    const log = createLog('ingress', 'silent');
    readiness = openReadiness(clock);
    accept = watchedAcceptor(updateAcceptor({ nats: connection, log }), { clock, readiness });
  });
  afterAll(async () => {
    await nats?.stop();
    await disk?.remove();
  });

  /** Offers updates one after the other; resolves with how many were taken. */
  async function offer(ids: readonly number[]): Promise<number> {
    const before = taken.length;
    for (const id of ids)
      await accept(update(id)).then(
        () => taken.push(id),
        () => {},
      );
    return taken.length - before;
  }

  it('takes none, says in a line what mends it, and after that has each that it took, in order', async () => {
    expect(await offer([1, 2, 3])).toBe(3);
    await disk.fill();
    await offer([4]); // what is left of the last page of a file may still hold it
    expect(await offer([5, 6])).toBe(0);
    await clock.advance(10_000);
    expect(await offer([5])).toBe(0);
    const [problem] = await readiness.problems();
    expect(problem).toMatchObject({
      name: 'updates',
      text: expect.stringMatching(
        /none can be stored .*free some space and restart nats-server.* since 1970/,
      ),
    });
    await disk.free();
    // Space alone does not help: this is why the line names the restart.
    expect(await offer([5])).toBe(0);
    await nats.restart();
    expect(await offer([5, 6, 7])).toBe(3);
    expect(await readiness.problems()).toEqual([]);
    expect(await storedIds(connection, USER)).toStrictEqual(taken);
  }, 60_000);
});
