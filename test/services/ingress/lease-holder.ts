import { connect } from '@nats-io/transport-node';
import { holdLease } from '#services/ingress/lease.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import { createLog } from '#services/platform/process/log.ts';

/** A process of its own that holds a lease: `<nats url> <lease> <ttl ms> <renew ms>`. Writes `held` and `lost`. */
const [url = '', name = '', ttlMs, renewMs] = process.argv.slice(2);
const nats = await connect({ servers: url, maxReconnectAttempts: -1, reconnectTimeWait: 50 });
const ports = { nats, clock: systemClock, log: createLog('lease-holder', 'silent') };
const times = { ttlMs: Number(ttlMs), renewMs: Number(renewMs) };
const running = holdLease(ports, {
  name,
  holder: `process-${process.pid}`,
  times,
  whileHeld: async (signal) => {
    process.stdout.write('held\n');
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    process.stdout.write('lost\n');
  },
});
process.once('SIGTERM', () => void running.stop().then(() => nats.close()));
