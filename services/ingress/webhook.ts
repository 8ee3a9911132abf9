import { createHash, timingSafeEqual } from 'node:crypto';
import fastify, { type FastifyInstance } from 'fastify';
import type { Log } from '#services/platform/process/log.ts';
import { type AcceptUpdate, MalformedUpdate } from './accept-update.ts';

/** Read at all, so that nobody fills our memory. What UPDATES cannot hold is let go below that. */
const LARGEST_BODY_BYTES = 1_000_000;
const SECRET_HEADER = 'x-telegram-bot-api-secret-token';

export type WebhookSettings = { path: string; secret: string };

/**
 * The HTTP side of a webhook, not yet listening. Answers: 200 when the update is durable, was so already, or can
 * never be; 401 without the right secret, before the body is read; 400 for what is no update; 413 above 1 MB;
 * 503 when it could not be stored, so that Telegram sends it again.
 */
export function webhookServer(
  { path, secret }: WebhookSettings,
  accept: AcceptUpdate,
  log: Log,
): FastifyInstance {
  const server = fastify({ bodyLimit: LARGEST_BODY_BYTES });
  const expected = digest(secret);
  server.removeAllContentTypeParsers();
  server.addContentTypeParser<Buffer>('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

  server.route<{ Body: Buffer | undefined }>({
    method: 'POST',
    url: path,
    onRequest: async (request, reply) => {
      const secretSent = request.headers[SECRET_HEADER];
      if (typeof secretSent !== 'string' || !timingSafeEqual(digest(secretSent), expected)) {
        log.warn({ ip: request.ip }, 'webhook call without the right secret');
        return reply.code(401).send();
      }
    },
    handler: async (request, reply) => {
      const code = await outcome(request.body ?? Buffer.alloc(0), accept, log);
      return reply.code(code).send();
    },
  });
  return server;
}

async function outcome(body: Buffer, accept: AcceptUpdate, log: Log): Promise<200 | 400 | 503> {
  try {
    await accept(body);
    return 200;
  } catch (error) {
    if (error instanceof MalformedUpdate) {
      log.warn({ err: error }, 'webhook call with no update');
      return 400;
    }
    log.warn({ err: error }, 'update not stored, Telegram will repeat it');
    return 503;
  }
}

/** Digests have one length, which a constant-time comparison needs. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
