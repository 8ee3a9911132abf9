import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Clock } from '#services/platform/process/clock.ts';
import type { ReadinessCheck } from '#services/platform/process/readiness.ts';

/** Two minutes in a row without a tick, by the server's clock. */
const TICK_AGE_MS = 130_000;
const LOOK_EVERY_MS = 10_000;

/** TICKS gets its ticks: without them shards have nothing to do, however well they are. */
export function ticksArrive(nats: NatsConnection, clock: Clock): ReadinessCheck {
  let lookedAtMs = Number.NEGATIVE_INFINITY;
  let problem: string | undefined;
  return {
    name: 'ticks',
    async problem() {
      if (problem === undefined && clock.now() - lookedAtMs < LOOK_EVERY_MS) return undefined;
      const { streams } = await jetstreamManager(nats, { checkAPI: false });
      const { state, ts } = await streams.info('TICKS');
      lookedAtMs = clock.now();
      const isOld = state.last_seq === 0 || Date.parse(ts ?? '') - Date.parse(state.last_ts) > TICK_AGE_MS;
      const last = state.last_seq === 0 ? 'none yet' : `none since ${state.last_ts}`;
      problem = isOld ? `${last}, is the tick service ready?` : undefined;
      return problem;
    },
  };
}
