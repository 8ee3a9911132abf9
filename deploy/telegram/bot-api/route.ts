import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { booleanParameter, isRecord, type Parameters } from '../checks/parameters.ts';
import { ApiRefusal, tooManyRequests } from '../checks/refusal.ts';
import type { Clock } from '../clock.ts';
import type { FaultRule } from '../faults.ts';
import { isFromAnotherSite, isFromThisMachine } from '../loopback-only.ts';
import type { Outcome, RequestRecord } from '../requests.ts';
import type { Standstills } from '../standstills.ts';
import type { World } from '../world.ts';
import { readParameters, recordable } from './body.ts';
import { type Answer, type Method, namedChat } from './call.ts';
import { downloadFile } from './information.ts';
import { findMethod } from './methods.ts';

type Reply = { status: number; body: Record<string, unknown>; outcome: Outcome };
type Arrived = Pick<RequestRecord, 'atMs' | 'monotonicMs' | 'notBeforeMs'>;

const LARGEST_UPLOAD_BYTES = 50 * 1024 * 1024;
const NO_METHOD = 'Not Found: method not found';
/** With a 401, which a bot takes for its own misconfiguration: a 403 would say that a person has blocked it. */
const NOT_FROM_HERE = 'Unauthorized: only for programs on this machine';
const NO_PARAMETERS: Parameters = { values: {}, files: new Map() };

/** Serves `/bot<token>/<method>` and `/file/bot<token>/<path>` as api.telegram.org does. */
export function botApi(
  world: World,
  log: (line: string) => void,
  standstills: Pick<Standstills, 'earliestMs'> | undefined,
) {
  const arrivals = new WeakMap<FastifyRequest, Arrived>();

  return async (server: FastifyInstance): Promise<void> => {
    server.removeAllContentTypeParsers();
    server.addContentTypeParser(
      '*',
      { parseAs: 'buffer', bodyLimit: LARGEST_UPLOAD_BYTES },
      (_, body, done) => done(null, body),
    );
    server.addHook('onRequest', async (request, reply) => {
      if (!isFromThisMachine(request) || isFromAnotherSite(request))
        return send(reply, refusalReply(new ApiRefusal(401, NOT_FROM_HERE)));
      arrivals.set(request, arrivedNow(world.clock, standstills));
    });
    server.setErrorHandler((error, _, reply) => {
      const code = isRecord(error) && error.statusCode === 413 ? 413 : 400;
      const description = code === 413 ? 'Request Entity Too Large' : 'Bad Request';
      return reply.code(code).send({ ok: false, error_code: code, description });
    });
    server.route<{ Params: { token: string; method: string } }>({
      method: ['GET', 'POST'],
      url: '/bot:token/:method',
      async handler(request, reply) {
        const arrived = arrivals.get(request) ?? { atMs: 0, monotonicMs: 0 };
        const { token, method } = request.params;
        if (token !== world.botToken) return send(reply, refusalReply(new ApiRefusal(401, 'Unauthorized')));
        return answer({ world, log, arrived, request, reply }, method);
      },
    });
    server.get<{ Params: { token: string; '*': string } }>('/file/bot:token/*', (request, reply) => {
      const { token, '*': path } = request.params;
      try {
        if (token !== world.botToken) throw new ApiRefusal(401, 'Unauthorized');
        return reply.type('application/octet-stream').send(Buffer.from(downloadFile({ world }, path)));
      } catch (error) {
        return send(reply, reply404(error));
      }
    });
  };
}

function arrivedNow(clock: Clock, standstills?: Pick<Standstills, 'earliestMs'>): Arrived {
  const monotonicMs = clock.monotonicMs();
  const notBeforeMs = standstills?.earliestMs(monotonicMs);
  return { atMs: clock.wallMs(), monotonicMs, ...(notBeforeMs !== undefined && { notBeforeMs }) };
}

type Exchange = {
  world: World;
  log: (line: string) => void;
  arrived: Arrived;
  request: FastifyRequest;
  reply: FastifyReply;
};

async function answer(exchange: Exchange, methodName: string): Promise<FastifyReply> {
  const { world, arrived, request, reply } = exchange;
  const [name, known] = findMethod(methodName) ?? [methodName, refusing(new ApiRefusal(404, NO_METHOD))];
  const parsed = await parametersOf(request);
  const isUnreadable = parsed instanceof ApiRefusal;
  const method = isUnreadable ? refusing(parsed) : known;
  const parameters = isUnreadable ? NO_PARAMETERS : parsed;
  const record = world.requests.begin({
    ...arrived,
    method: name,
    chatId: namedChat(parameters),
    counted: method.counts,
    parameters: recordable(parameters),
  });
  const fault = world.faults.match(name, record.chatId);
  if (fault?.hold === 'before') await world.faults.held();
  if (fault?.dropBefore) return drop(exchange, record, { applied: false });
  const answered = faultReply(fault) ?? (await perform(exchange, method, parameters, record));
  if (fault?.hold === 'after') await world.faults.held();
  if (fault?.delayMs) await sleep(fault.delayMs);
  if (fault?.dropReply) return drop(exchange, record, answered.outcome);
  world.requests.finish(record, answered.outcome);
  return send(reply, answered);
}

/** Checks the limits and does what the call asks; every way it can end becomes a reply. */
async function perform(
  { world, log, reply }: Exchange,
  method: Method,
  parameters: Parameters,
  record: RequestRecord,
): Promise<Reply> {
  const hangUp = new AbortController();
  reply.raw.once('close', () => hangUp.abort());
  try {
    if (method.counts) {
      const paid = booleanParameter(parameters, 'allow_paid_broadcast');
      const admission = world.limits.admit(world.clock.monotonicMs(), record.chatId, paid);
      if (!admission.admitted) throw tooManyRequests(admission.retryAfterSeconds);
      world.requests.admitted(record);
    }
    return successReply(await method.run({ world, parameters, signal: hangUp.signal }));
  } catch (error) {
    if (error instanceof ApiRefusal) return refusalReply(error);
    log(
      `simulator: ${record.method} failed: ${error instanceof Error ? (error.stack ?? error.message) : error}`,
    );
    return refusalReply(new ApiRefusal(500, 'Internal Server Error'));
  }
}

/** Stands in for a method that cannot be run, so that the call is recorded like any other. */
function refusing(refusal: ApiRefusal): Method {
  return {
    counts: false,
    run: () => {
      throw refusal;
    },
  };
}

async function parametersOf(request: FastifyRequest): Promise<Parameters | ApiRefusal> {
  const body = request.body instanceof Uint8Array ? request.body : new Uint8Array();
  const query = isRecord(request.query) ? request.query : {};
  try {
    return await readParameters(query, request.headers['content-type'] ?? '', body);
  } catch (error) {
    if (error instanceof ApiRefusal) return error;
    throw error;
  }
}

function faultReply(fault: FaultRule | undefined): Reply | undefined {
  if (fault?.retryAfter !== undefined) return refusalReply(tooManyRequests(fault.retryAfter));
  if (fault?.status === undefined) return undefined;
  return refusalReply(new ApiRefusal(fault.status, fault.error ?? 'Internal Server Error'));
}

function successReply({ result, description }: Answer): Reply {
  const messageId = isRecord(result) && typeof result.message_id === 'number' ? result.message_id : undefined;
  return {
    status: 200,
    body: { ok: true, result, ...(description ? { description } : {}) },
    outcome: { status: 200, applied: true, ...(messageId === undefined ? {} : { messageId }) },
  };
}

function refusalReply({ code, message, parameters }: ApiRefusal): Reply {
  const retryAfterSeconds = parameters?.retry_after;
  return {
    status: code,
    body: { ok: false, error_code: code, description: message, ...(parameters ? { parameters } : {}) },
    outcome: {
      status: code,
      description: message,
      applied: false,
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    },
  };
}

function reply404(error: unknown): Reply {
  return refusalReply(error instanceof ApiRefusal ? error : new ApiRefusal(404, 'Not Found'));
}

function send(reply: FastifyReply, { status, body, outcome }: Reply): FastifyReply {
  if (outcome.retryAfterSeconds !== undefined) reply.header('retry-after', outcome.retryAfterSeconds);
  return reply.code(status).send(body);
}

/** The caller sees a reset connection and cannot know whether the call was done. */
function drop({ world, request, reply }: Exchange, record: RequestRecord, outcome: Outcome): FastifyReply {
  world.requests.finish(record, { ...outcome, status: 0 });
  reply.hijack();
  request.raw.socket.destroy();
  return reply;
}
