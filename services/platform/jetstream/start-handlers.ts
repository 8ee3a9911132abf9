import type { RedriveRole } from '#contracts/consumers.ts';
import { type Running, stopAll } from '../process/lifecycle.ts';
import { type ConsumePorts, consume } from './consume.ts';
import type { ConsumerHandler } from './handler.ts';
import { consumeRedrives } from './redrive.ts';

/** Runs all consumer handlers of a service, also on dead letters of their consumers that an operator redrives. */
export function startHandlers(
  ports: ConsumePorts,
  role: RedriveRole,
  handlers: readonly ConsumerHandler[],
): Running {
  const running = [
    ...handlers.map((handler) => consume(ports, handler)),
    consumeRedrives(ports, role, handlers),
  ];
  return { stop: () => stopAll(running) };
}
