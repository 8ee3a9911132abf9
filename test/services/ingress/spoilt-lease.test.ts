import { Kvm } from '@nats-io/kv';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { provision } from '#deploy/provision/provision.ts';
import { holdLease } from '#services/ingress/lease.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import { createLog } from '#services/platform/process/log.ts';
import { GARBAGE } from '#test/support/garbage.ts';
import { startTestNats, type TestNats } from '#test/support/nats.ts';

let server: TestNats;
beforeAll(async () => {
  server = await startTestNats();
  await provision(await server.connection(), { shardCount: 1 });
});
afterAll(() => server.stop());

test('whatever stands in the place of a lease is waited out like a holder that is gone', {
  timeout: 60_000,
}, async () => {
  const nats = await server.connection();
  const ports = { nats, clock: systemClock, log: createLog('test', 'silent') };
  const leases = await new Kvm(nats).open('leases');
  await Promise.all(
    GARBAGE.map(async (text, i) => {
      const name = `lease-${i}`;
      await leases.put(name, text);
      const { promise, resolve } = Promise.withResolvers<void>();
      const lease = holdLease(ports, {
        ...{ name, holder: 'a test', times: { ttlMs: 3_000, renewMs: 1_000 } },
        async whileHeld(signal) {
          resolve();
          await systemClock.sleep(60_000, signal);
        },
      });
      await promise;
      await lease.stop();
      expect((await leases.get(name))?.operation, text).not.toBe('PUT');
    }),
  );
  process.stderr.write(`${GARBAGE.length} spoilt leases, each taken and given back\n`);
});
