import type { FastifyInstance } from 'fastify';
import { httpServer } from '#services/platform/process/http-server.ts';
import { type ApiPorts, pageApi } from './api.ts';
import { appFiles } from './files.ts';

/** The calendar page's own: its callers never take a connection from Telegram's calls of the webhook. */
const BOUNDS = { connections: 1_000, bodyBytes: 12_288 };

const LOOPBACK = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i;

/** Telegram's own clients in a browser show the page in a frame. */
const TELEGRAM_WEB = 'https://web.telegram.org https://*.telegram.org';

/** `appUrl`: how people reach the page. `telegramApiRoot`: a simulator there may show it too. */
export type PageSettings = { appUrl: string; telegramApiRoot: string };

/** The calendar page over HTTP, not yet listening. Requests that name another host are refused, as a page elsewhere makes them. */
export function pageServer({ appUrl, telegramApiRoot }: PageSettings, ports: ApiPorts): FastifyInstance {
  const server = httpServer(BOUNDS);
  const { host: ownHost } = new URL(appUrl);
  const policy = securityPolicy(new URL(telegramApiRoot));
  server.addHook('onRequest', async ({ headers: { host = '' } }, reply) => {
    reply.header('content-security-policy', policy);
    reply.header('x-content-type-options', 'nosniff');
    reply.header('referrer-policy', 'no-referrer');
    reply.header('cross-origin-resource-policy', 'same-origin');
    if (host !== ownHost && !LOOPBACK.test(host)) return reply.code(421).send({ error: 'another host' });
  });
  server.register(appFiles);
  server.register(pageApi(ports), { prefix: '/app/api' });
  return server;
}

/** The page shows what people typed, so nothing but its own files may run, load or be reached. */
function securityPolicy(telegram: URL): string {
  const isSimulator = LOOPBACK.test(telegram.host);
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${TELEGRAM_WEB}${isSimulator ? ` ${telegram.origin}` : ''}`,
  ].join('; ');
}
