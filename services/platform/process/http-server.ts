import fastify, { type FastifyInstance } from 'fastify';

/** Time for the headers, also of a connection that sends nothing at all. */
const HEADERS_MS = 5_000;
/** Time for the whole request: Telegram's calls are a few kilobytes. */
const REQUEST_MS = 10_000;
/** How often Node looks for requests beyond these; so late they may be closed. */
const CHECK_EVERY_MS = 1_000;
/** Nothing read and nothing written for so long, as by a client that does not fetch its answer: closed. */
const SILENT_MS = 30_000;

const LOOPBACK = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i;

/**
 * Whether a host, with or without a port, is this machine by one of its own names. A web page that points its own name at 127.0.0.1 sends
 * that name; a browser never leaves it out, simple probes do.
 */
export const isLoopback = (host: string): boolean => LOOPBACK.test(host);

/** What one server holds at most: connections at once, and bytes of a body. */
export type HttpBounds = { connections: number; bodyBytes: number };

/**
 * An HTTP server that no caller can tie up, not yet listening. A request is received within ten seconds or its
 * connection is closed with a 408; one beyond `connections` is dropped unread; after a refusal (4xx) the connection is
 * closed without reading on, however much of the body is still to come.
 */
export function httpServer({ connections, bodyBytes }: HttpBounds): FastifyInstance {
  const server = fastify({
    bodyLimit: bodyBytes,
    connectionTimeout: SILENT_MS,
    // Fastify's default of 0 switches Node's own limit off.
    requestTimeout: REQUEST_MS,
    http: { headersTimeout: HEADERS_MS, connectionsCheckingInterval: CHECK_EVERY_MS },
  });
  server.server.maxConnections = connections;
  // Fastify would read the body of what it has no route for.
  server.addHook('preParsing', (request, reply, payload, done) => {
    if (request.is404) reply.code(404).send();
    else done(null, payload);
  });
  server.addHook('onSend', (_request, reply, payload, done) => {
    if (reply.statusCode >= 400 && reply.statusCode < 500) reply.header('connection', 'close');
    done(null, payload);
  });
  return server;
}
