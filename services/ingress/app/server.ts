import type { FastifyInstance } from 'fastify';
import { httpServer, isLoopback } from '#services/platform/process/http-server.ts';
import { guardPage } from '#services/platform/web/page-guard.ts';
import { type ApiPorts, pageApi } from './api.ts';
import { appFiles } from './files.ts';

/** The calendar page's own: its callers never take a connection from Telegram's calls of the webhook. */
const BOUNDS = { connections: 1_000, bodyBytes: 12_288 };

/** Telegram's own clients in a browser show the page in a frame. */
const TELEGRAM_WEB = 'https://web.telegram.org https://*.telegram.org';

/** `appUrl`: how people reach the page. `telegramApiRoot`: a simulator there may show it too. */
export type PageSettings = { appUrl: string; telegramApiRoot: string };

/** The calendar page over HTTP, not yet listening. Requests that name another host are refused, as a page elsewhere makes them. */
export function pageServer({ appUrl, telegramApiRoot }: PageSettings, ports: ApiPorts): FastifyInstance {
  const server = httpServer(BOUNDS);
  const { host: ownHost } = new URL(appUrl);
  guardPage(server, ownHost, `frame-ancestors ${framesOf(new URL(telegramApiRoot))}`);
  server.register(appFiles);
  server.register(pageApi(ports), { prefix: '/app/api' });
  return server;
}

/** Who may show the page in a frame. */
const framesOf = ({ host, origin }: URL): string =>
  isLoopback(host) ? `${TELEGRAM_WEB} ${origin}` : TELEGRAM_WEB;
