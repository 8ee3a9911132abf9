import { join } from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { httpServer } from '#services/platform/process/http-server.ts';
import type { Log } from '#services/platform/process/log.ts';
import { oncePerMinute } from '#services/platform/process/once-per-minute.ts';
import { guardPage } from '#services/platform/web/page-guard.ts';
import { staticFiles } from '#services/platform/web/static-files.ts';
import { Action } from './actions.ts';
import type { Login } from './login.ts';
import type { Observer } from './observer.ts';

/** Of operators; a page asks once a second by one connection. */
const BOUNDS = { connections: 200, bodyBytes: 1_024 };
const Password = z.strictObject({ password: z.string().max(256) });

export type ConsolePorts = {
  observer: Pick<Observer, 'latest'>;
  /** Absent: the console only shows. */
  login: Login | undefined;
  act(action: Action): Promise<string>;
  log: Log;
};

/**
 * The console over HTTP, not yet listening. Everybody who reaches it may look; actions take a login. Requests that name another host,
 * or come from a page elsewhere, are refused.
 * @param url how it is reached beside this machine's own names.
 */
export function consoleServer(url: string | undefined, ports: ConsolePorts): FastifyInstance {
  const server = httpServer(BOUNDS);
  guardPage(server, url === undefined ? undefined : new URL(url).host);
  server.addHook('onRequest', async ({ headers: { host = '', origin } }, reply) => {
    if (origin !== undefined && hostOf(origin) !== host)
      return reply.code(403).send({ error: 'from another page' });
  });
  addFiles(server);
  server.get('/api/view', async ({ headers }, reply) => {
    const isIn = ports.login?.isIn(headers.cookie) ?? false;
    reply.header('cache-control', 'no-store');
    return { ...ports.observer.latest(), mayLogIn: ports.login !== undefined, isIn };
  });
  addLogin(server, ports);
  addActions(server, ports);
  return server;
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}

function addFiles(server: FastifyInstance): void {
  const files = staticFiles(join(import.meta.dirname, 'page'));
  server.get('/', (request, reply) => files.send('index.html', request, reply));
  server.get<{ Params: { name: string } }>('/:name', (request, reply) =>
    files.send(request.params.name, request, reply),
  );
}

function addLogin(server: FastifyInstance, { login, log }: ConsolePorts): void {
  const wrong = oncePerMinute((ip: string, times) =>
    log.warn({ ip, times }, 'console: wrong passwords, or right ones within a second after'),
  );
  server.post('/api/login', async (request, reply) => {
    const { data } = Password.safeParse(request.body);
    const cookie = login && data ? login.enter(data.password) : undefined;
    if (cookie === undefined) {
      wrong(request.ip);
      return reply.code(401).send({ error: 'wrong password' });
    }
    log.info({ ip: request.ip }, 'console: logged in');
    return reply.header('set-cookie', cookie).send({});
  });
  server.post('/api/logout', async (_request, reply) =>
    reply.header('set-cookie', login?.leave() ?? '').send({}),
  );
}

function addActions(server: FastifyInstance, { login, act, log }: ConsolePorts): void {
  const notIn = (request: FastifyRequest, reply: FastifyReply): boolean => {
    if (login?.isIn(request.headers.cookie)) return false;
    reply.code(401).send({ error: 'log in first' });
    return true;
  };
  server.post('/api/actions', async (request, reply) => {
    if (notIn(request, reply)) return reply;
    const { data: action } = Action.safeParse(request.body);
    if (!action) return reply.code(400).send({ error: 'no such action' });
    try {
      const done = await act(action);
      log.info({ action, done, ip: request.ip }, 'console: action');
      return { done };
    } catch (err) {
      log.warn({ action, err, ip: request.ip }, 'console: action failed');
      return reply.code(502).send({ error: 'NATS did not do it: see the log' });
    }
  });
}
