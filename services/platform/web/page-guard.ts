import type { FastifyInstance } from 'fastify';
import { isLoopback } from '../process/http-server.ts';

/**
 * Gives every answer the headers of a page that runs, loads and reaches nothing but its own, and refuses requests that name another
 * host, as a page elsewhere makes them (421).
 * @param ownHost beside this machine's own names.
 * @param policy directives beside those: by default the page stands in no frame.
 */
export function guardPage(
  server: FastifyInstance,
  ownHost: string | undefined,
  policy: string = "frame-ancestors 'none'",
): void {
  const whole = [...OWN_ONLY, policy].join('; ');
  server.addHook('onRequest', async ({ headers: { host = '' } }, reply) => {
    reply.header('content-security-policy', whole);
    reply.header('x-content-type-options', 'nosniff');
    reply.header('referrer-policy', 'no-referrer');
    reply.header('cross-origin-resource-policy', 'same-origin');
    if (host !== ownHost && !isLoopback(host)) return reply.code(421).send({ error: 'another host' });
  });
}

/** Pages show what people typed, so nothing but their own files may run, load or be reached. */
const OWN_ONLY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
];
