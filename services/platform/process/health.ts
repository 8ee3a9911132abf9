import type { NatsConnection } from '@nats-io/transport-node';
import fastify from 'fastify';
import { collectDefaultMetrics, type Registry } from 'prom-client';
import type { Running } from './lifecycle.ts';

/** A web page that points its own name at 127.0.0.1 sends that name; a browser never leaves it out, simple probes do. */
const LOOPBACK = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i;

/**
 * `/healthz` (the process answers), `/readyz` (NATS answers within a second, else 503) and `/metrics` on loopback: the
 * process's own beside those in `metrics`.
 * None of them calls Telegram.
 */
export async function startHealth(
  port: number,
  nats: NatsConnection,
  metrics: Registry,
): Promise<Running & { port: number }> {
  collectDefaultMetrics({ register: metrics });
  const server = fastify();
  server.addHook('onRequest', async ({ headers: { host } }, reply) => {
    if (host !== undefined && !LOOPBACK.test(host)) return reply.code(403).send('only for this machine');
  });
  server.get('/healthz', async () => 'ok');
  server.get('/readyz', async (_request, reply) => {
    const ready = await Promise.race([nats.flush().then(() => true), late(1000)]).catch(() => false);
    return reply.code(ready ? 200 : 503).send(ready ? 'ready' : 'NATS does not answer');
  });
  server.get('/metrics', async (_request, reply) =>
    reply.type(metrics.contentType).send(await metrics.metrics()),
  );
  const url = new URL(await server.listen({ port, host: '127.0.0.1' }));
  return { port: Number(url.port), stop: () => server.close() };
}

const late = (ms: number) => new Promise<false>((resolve) => setTimeout(resolve, ms, false).unref());
