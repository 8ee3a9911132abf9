import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { httpServer } from '#services/platform/process/http-server.ts';
import type { Log } from '#services/platform/process/log.ts';
import { oncePerMinute } from '#services/platform/process/once-per-minute.ts';
import { type AcceptUpdate, MalformedUpdate } from './accept-update.ts';

/** Read at all, so that nobody fills our memory. What UPDATES cannot hold is let go below that. */
const LARGEST_BODY_BYTES = 1_000_000;
/** Ten times what Telegram is told to open at most. A caller without the secret holds one for five seconds at most. */
const MOST_CONNECTIONS = 1_000;
const SECRET_HEADER = 'x-telegram-bot-api-secret-token';

export type WebhookSettings = { path: string; secret: string };

/**
 * The HTTP side of a webhook, not yet listening. Answers: 200 when the update is durable, was so already, or can
 * never be; 401 without the right secret, before the body is read; 400 for what is no update; 413 above 1 MB;
 * 503 when it could not be stored, so that Telegram sends it again. What is not answered 200 is logged once a minute,
 * with how often it happened.
 */
export function webhookServer(
  { path, secret }: WebhookSettings,
  accept: AcceptUpdate,
  log: Log,
): FastifyInstance {
  const server = httpServer({ connections: MOST_CONNECTIONS, bodyBytes: LARGEST_BODY_BYTES });
  const say = problemLines(log);
  const expected = digest(secret);
  server.removeAllContentTypeParsers();
  server.addContentTypeParser<Buffer>('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

  server.route<{ Body: Buffer | undefined }>({
    method: 'POST',
    url: path,
    onRequest: async (request, reply) => {
      const secretSent = request.headers[SECRET_HEADER];
      if (typeof secretSent !== 'string' || !timingSafeEqual(digest(secretSent), expected)) {
        say.noSecret(request.ip);
        return reply.code(401).send();
      }
    },
    handler: async (request, reply) => {
      const code = await outcome(request.body ?? Buffer.alloc(0), accept, say);
      return reply.code(code).send();
    },
  });
  return server;
}

/** Callers decide how often these happen: each is one line a minute. */
function problemLines(log: Log) {
  return {
    noSecret: oncePerMinute((ip: string, times) =>
      log.warn({ ip, times }, 'webhook calls without the right secret'),
    ),
    noUpdate: oncePerMinute((err: unknown, times) =>
      log.warn({ err, times }, 'webhook calls with no update'),
    ),
    notStored: oncePerMinute((err: unknown, times) =>
      log.warn({ err, times }, 'updates not stored, Telegram will repeat them'),
    ),
  };
}

async function outcome(
  body: Buffer,
  accept: AcceptUpdate,
  say: ReturnType<typeof problemLines>,
): Promise<200 | 400 | 503> {
  try {
    await accept(body);
    return 200;
  } catch (error) {
    if (error instanceof MalformedUpdate) {
      say.noUpdate(error);
      return 400;
    }
    say.notStored(error);
    return 503;
  }
}

/** Digests have one length, which a constant-time comparison needs. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
