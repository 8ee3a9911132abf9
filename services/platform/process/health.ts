import type { NatsConnection } from '@nats-io/transport-node';
import { collectDefaultMetrics, type Registry } from 'prom-client';
import { httpServer, isLoopback } from './http-server.ts';
import type { Running } from './lifecycle.ts';
import { gaugesByAsking } from './metrics.ts';
import { problemLine, type Readiness, type ReadinessCheck } from './readiness.ts';

export type HealthPorts = { readiness: Pick<Readiness, 'problems'>; metrics: Registry };

/** Of operators, their probes and scrapers. None of these calls has a body. */
const BOUNDS = { connections: 100, bodyBytes: 1_024 };

const READY = {
  habitstream_ready: { help: '1 while /readyz answers 200, which says what is wrong otherwise' },
};

/**
 * `/healthz` (the process answers), `/readyz` (200, or 503 with what is wrong, a line each) and `/metrics`: the process's own beside
 * those in `metrics`. None of them calls Telegram. On loopback, calls by another name are refused; an operator who lets them listen
 * elsewhere has probes that call by whatever address they know.
 */
export async function startHealth(
  { port, host = '127.0.0.1' }: { port: number; host?: string },
  { readiness, metrics }: HealthPorts,
): Promise<Running & { port: number }> {
  collectDefaultMetrics({ register: metrics });
  gaugesByAsking(metrics, READY, async () => {
    const problems = await readiness.problems();
    return { habitstream_ready: [{ value: Number(problems.length === 0) }] };
  });
  const isLocal = isLoopback(host) || host === '::1';
  const server = httpServer(BOUNDS);
  server.addHook('onRequest', async ({ headers }, reply) => {
    if (isLocal && headers.host !== undefined && !isLoopback(headers.host))
      return reply.code(403).send('only for this machine');
  });
  server.get('/healthz', async () => 'ok');
  server.get('/readyz', async (_request, reply) => {
    const problems = await readiness.problems();
    if (problems.length === 0) return reply.send('ready');
    return reply.code(503).send(problems.map((problem) => `${problemLine(problem)}\n`).join(''));
  });
  server.get('/metrics', async (_request, reply) =>
    reply.type(metrics.contentType).send(await metrics.metrics()),
  );
  const url = new URL(await server.listen({ port, host }));
  return { port: Number(url.port), stop: () => server.close() };
}

/** The server answers. Messages that wait in this process for a reconnection are not lost: short absences do not count. */
export function natsCheck(nats: NatsConnection): ReadinessCheck {
  return { name: 'NATS', isShared: true, problem: () => nats.flush().then(() => undefined) };
}
