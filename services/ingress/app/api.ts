import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { MOST_YEARS, type PageAnswer, PageChange, type PageOutcome, PageQuery } from '#contracts/page.ts';
import type { Clock } from '#services/platform/process/clock.ts';
import type { Log } from '#services/platform/process/log.ts';
import { oncePerMinute } from '#services/platform/process/once-per-minute.ts';
import type { AskBot } from './ask-bot.ts';
import type { initDataReader } from './init-data.ts';

export type ApiPorts = {
  bot: AskBot;
  readInitData: ReturnType<typeof initDataReader>;
  clock: Pick<Clock, 'now'>;
  log: Log;
};

/** Chosen by the page for each change; its repetitions carry the same. */
const Key = z.string().regex(/^[\w-]{16,64}$/);
const Years = z
  .string()
  .regex(/^\d{4}(,\d{4})*$/)
  .transform((list) => list.split(',').map(Number));
const ViewParameters = z.object({ years: Years.optional(), after: z.string().optional() });
/** 500 habits in a new order. */
const CHANGE_BYTES = 12_288;

const STATUS: Readonly<Record<PageOutcome, number>> = {
  done: 200,
  refused: 409,
  unregistered: 403,
  throttled: 429,
  notSaved: 503,
  tryLater: 503,
  pending: 503,
  away: 503,
};

/**
 * The calendar page's API, for the person whom its `Authorization: tma <initData>` names and nobody else:
 * `GET /app/api/view?years=2025,2026&after=<habit>` and `POST /app/api/changes` with an `Idempotency-Key`. Answers are a
 * {@link PageAnswer}: 200, 409 refused, 403 without an account, 429 throttled, 503 not now (with `Retry-After`); 401 says
 * what is wrong with the initData, 400 with the request.
 */
export function pageApi({ bot, readInitData, clock, log }: ApiPorts) {
  const failed = oncePerMinute((err: unknown, times) =>
    log.warn({ err, times }, 'calendar page not answered'),
  );

  /** Whose request it is; undefined when it has been answered with what is wrong. */
  function personOf(request: FastifyRequest, reply: FastifyReply) {
    const [, initData] = /^tma (.+)$/.exec(request.headers.authorization ?? '') ?? [];
    const verdict = readInitData(initData, clock.now());
    if ('userId' in verdict) return verdict;
    reply.code(401).send({ outcome: 'unauthorised', why: verdict.problem });
    return undefined;
  }

  async function answer(reply: FastifyReply, asked: Promise<PageAnswer>): Promise<FastifyReply> {
    const body = await asked.catch((error: unknown): PageAnswer => {
      failed(error);
      return { outcome: 'away' };
    });
    const code = STATUS[body.outcome];
    if (code === 503 || code === 429) reply.header('retry-after', code === 503 ? 2 : 15);
    return reply.code(code).send(body);
  }

  return async (server: FastifyInstance): Promise<void> => {
    // What an onSend hook returns would be sent.
    server.addHook('onSend', async (_, reply) => {
      reply.header('cache-control', 'no-store');
    });
    server.setErrorHandler((error: { statusCode?: number }, _, reply) =>
      reply.code(error.statusCode ?? 500).send({ outcome: 'malformed' }),
    );
    server.get('/view', async (request, reply) => {
      const person = personOf(request, reply);
      if (!person) return reply;
      const query = PageQuery.safeParse(ViewParameters.safeParse(request.query).data);
      if (!query.success) return malformed(reply, `years, at most ${MOST_YEARS}, or after`);
      return answer(reply, bot.view(person.userId, query.data));
    });
    server.post(
      '/changes',
      {
        bodyLimit: CHANGE_BYTES,
        // The body of one who is nobody is not read.
        onRequest: async (request, reply) => (personOf(request, reply) ? undefined : reply),
      },
      async (request, reply) => {
        const person = personOf(request, reply);
        if (!person) return reply;
        const key = Key.safeParse(request.headers['idempotency-key']);
        const change = PageChange.safeParse(request.body);
        if (!key.success) return malformed(reply, 'Idempotency-Key');
        if (!change.success) return malformed(reply, 'change');
        return answer(reply, bot.change({ ...person, key: key.data, change: change.data }));
      },
    );
  };
}

function malformed(reply: FastifyReply, what: string): FastifyReply {
  return reply.code(400).send({ outcome: 'malformed', what });
}
