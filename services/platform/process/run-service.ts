import type { NatsConnection } from '@nats-io/transport-node';
import { Registry } from 'prom-client';
import type { z } from 'zod';
import { connectNats, verifyProvisioned } from '../jetstream/connection.ts';
import { NotProvisioned } from '../jetstream/errors.ts';
import { NatsUnreachable } from '../jetstream/login.ts';
import { type Clock, systemClock } from './clock.ts';
import { errorReport, withoutSecrets } from './describe-error.ts';
import { watchEventLoop } from './event-loop.ts';
import { natsCheck, startHealth } from './health.ts';
import type { Running } from './lifecycle.ts';
import { createLog, type Log, readinessLog } from './log.ts';
import { followReadiness, openReadiness, type Readiness } from './readiness.ts';
import { type processSettings, readSettings, SettingsProblem } from './settings.ts';

/**
 * What every service is started with. What it measures it registers in `metrics`, where operators look, and to
 * `readiness` it adds a check for all that may stop its work without ending it.
 */
export type Ports = {
  nats: NatsConnection;
  clock: Clock;
  log: Log;
  metrics?: Registry;
  readiness?: Pick<Readiness, 'add'>;
};

type ServiceSettings = z.ZodObject<typeof processSettings>;

/** A service with its wiring: what it opens beside NATS, it closes when it is stopped. */
export type Service<S extends ServiceSettings = ServiceSettings> = {
  name: string;
  settings: S;
  start(config: z.infer<S>, ports: Ports): Promise<Running>;
};

/** Errors whose message alone tells an operator what to do. */
const KNOWN = [SettingsProblem, NotProvisioned, NatsUnreachable];

/** Kubernetes kills after thirty seconds. A process that gets a tenth of a core takes more than ten. */
const STOP_DEADLINE_MS = 25_000;

/**
 * One service as one process: reads its settings, connects, checks provisioning, starts, answers health checks, and
 * stops gracefully on SIGTERM and SIGINT, at the latest after 25 seconds. Ends with exit code 1 and one clear message
 * when it cannot start.
 */
export async function runService<S extends ServiceSettings>({
  name,
  settings,
  start,
}: Service<S>): Promise<void> {
  endOnCrash(name);
  try {
    const config = readSettings(settings, process.env);
    const base = config as z.infer<z.ZodObject<typeof processSettings>>;
    const log = createLog(name, base.logLevel);
    const nats = await connectNats(base, name);
    await verifyProvisioned(nats);
    const metrics = new Registry();
    const readiness = openReadiness(systemClock);
    readiness.add(natsCheck(nats));
    const running = await start(config, { nats, log, clock: systemClock, metrics, readiness });
    const { healthPort: port, healthHost: host } = base;
    const health = port === undefined ? undefined : await startHealth({ port, host }, { readiness, metrics });
    const watch = watchEventLoop({ log, metrics });
    const following = followReadiness(readiness, systemClock, readinessLog(log));
    log.info('started');
    const signal = await nextSignal();
    log.info({ signal }, 'stopping');
    setTimeout(() => process.exit(1), STOP_DEADLINE_MS).unref();
    await Promise.all([following.stop(), watch.stop(), running.stop()]);
    await health?.stop();
    await nats.drain();
    log.info('stopped');
  } catch (error) {
    const known = KNOWN.some((kind) => error instanceof kind);
    process.stderr.write(
      `${name}: ${known && error instanceof Error ? withoutSecrets(error.message) : errorReport(error)}\n`,
    );
    process.exitCode = 1;
    setTimeout(() => process.exit(1), 1000).unref();
  }
}

/** Ends the process with exit code 1 when an error is caught by nobody. Node by itself would print all that is in it. */
export function endOnCrash(name: string): void {
  process.once('uncaughtException', (error) => {
    process.stderr.write(`${name}: ${errorReport(error)}\n`);
    process.exit(1);
  });
}

function nextSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
}
