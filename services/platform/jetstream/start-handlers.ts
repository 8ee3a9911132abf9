import { type RedriveRole, redriveConsumer } from '#contracts/consumers.ts';
import { type Running, stopAll } from '../process/lifecycle.ts';
import type { Metrics } from '../process/metrics.ts';
import type { Readiness } from '../process/readiness.ts';
import { type ConsumePorts, consume } from './consume.ts';
import { watchConsumers } from './consumer-watch.ts';
import type { ConsumerHandler } from './handler.ts';
import { consumeRedrives } from './redrive.ts';

/**
 * Runs all consumer handlers of a service, also on dead letters of their consumers that an operator redrives. Adds to
 * `readiness` and `metrics` what {@link watchConsumers} sees.
 */
export function startHandlers(
  ports: Omit<ConsumePorts, 'watch'> & { readiness?: Pick<Readiness, 'add'>; metrics?: Metrics },
  role: RedriveRole,
  handlers: readonly ConsumerHandler[],
): Running {
  const redrives = redriveConsumer(role);
  const watches = watchConsumers(ports, [...handlers.map(({ consumer }) => consumer), redrives]);
  // A letter that another process of this role has to take fails here again and again.
  const redrivesWatch = { ...watches.of(redrives), failed: () => {} };
  const running = [
    ...handlers.map((handler) => consume({ ...ports, watch: watches.of(handler.consumer) }, handler)),
    consumeRedrives({ ...ports, watch: redrivesWatch }, role, handlers),
  ];
  return { stop: () => stopAll(running) };
}
