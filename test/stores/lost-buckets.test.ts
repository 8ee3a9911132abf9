import { jetstreamManager } from '@nats-io/jetstream';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type BucketName, buckets } from '#contracts/streams.ts';
import { verifyProvisioned } from '#services/platform/jetstream/connection.ts';
import { type StoresFixture, startStoresFixture } from './fixture.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

let fixture: StoresFixture;
beforeAll(async () => {
  fixture = await startStoresFixture();
  await fixture.startServices();
});
afterAll(() => fixture?.stop());

/** Without these nothing is sent: the rate limiter's one key, and the record of each send. */
const NEEDED: readonly BucketName[] = ['pacer', 'sending'];

test.each(buckets.map(({ name }) => name))(
  'the bucket %s is lost under running services: a start says so, and once provisioned 20 people are reminded once',
  async (name) => {
    const { streams } = await jetstreamManager(fixture.connection);
    await streams.delete(`KV_${name}`);
    await expect(verifyProvisioned(fixture.connection)).rejects.toThrow(
      `These are missing: KV_${name}. Run "npm run habitstream -- provision" first.`,
    );
    const people = await fixture.makeHabits(20);
    await fixture.untilProjected();
    await fixture.tick(people);
    if (NEEDED.includes(name)) {
      await fixture.untilTicksDone();
      expect(await fixture.reminded(people)).toEqual([20, 0, 0]);
    }
    await fixture.provision();
    await fixture.untilReminded(people);
    expect(await fixture.reminded(people)).toEqual([0, 20, 0]);
    await verifyProvisioned(fixture.connection);
  },
);
