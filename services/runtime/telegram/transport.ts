import {
  type ClientRequest,
  Agent as HttpAgent,
  type IncomingMessage,
  request as requestHttp,
} from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

/**
 * A request that got no answer. `written` says whether Telegram may have seen it: only then is its effect unknown.
 * The message names no URL, since the token is part of it.
 */
export class TransportFailure extends Error {
  override name = 'TransportFailure';
  readonly written: boolean;

  constructor(message: string, written: boolean, cause?: unknown) {
    super(message, { cause });
    this.written = written;
  }
}

export type TransportTimeouts = {
  /** Until the connection stands, TLS included. */
  connectMs: number;
  /** From then on, until the answer is complete. */
  answerMs: number;
};

/** What grammY passes to its `fetch`. */
export type Exchange = {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Readable;
  signal?: Abortable;
};

/** grammY brings its own AbortController, whose signals Node's http does not take. */
type Abortable = { aborted: boolean; addEventListener(type: 'abort', listener: () => void): void };

export type Answer = { ok: boolean; status: number; json(): Promise<unknown> };

export type Transport = { fetch(url: string, exchange: Exchange): Promise<Answer> };

/** A server may close a connection just as we write to it. Shorter than servers keep idle ones, this seldom happens. */
const IDLE_MS = 10_000;

/**
 * HTTP for grammY in place of its own, for one reason: that one cannot tell a request that never left from one whose
 * answer was lost, and a reminder must be sent again after the first and not after the second.
 */
export function createTransport(timeouts: TransportTimeouts): Transport {
  const settings = { keepAlive: true, noDelay: true, timeout: IDLE_MS };
  const agents = { 'http:': new HttpAgent(settings), 'https:': new HttpsAgent(settings) };

  async function fetch(url: string, exchange: Exchange): Promise<Answer> {
    const target = new URL(url);
    const options = { method: exchange.method ?? 'GET', headers: headersOf(exchange) };
    const request =
      target.protocol === 'https:'
        ? requestHttps(target, { ...options, agent: agents['https:'] })
        : requestHttp(target, { ...options, agent: agents['http:'] });
    const response = await exchanged(request, exchange, timeouts);
    const { statusCode: status = 0 } = response.head;
    return { ok: status >= 200 && status < 300, status, json: async () => parsed(status, response.body) };
  }

  return { fetch };
}

function headersOf({ headers, body }: Exchange): Record<string, string | number> {
  return typeof body === 'string'
    ? { ...headers, 'content-length': Buffer.byteLength(body) }
    : { ...headers };
}

function exchanged(
  request: ClientRequest,
  { body, signal }: Exchange,
  { connectMs, answerMs }: TransportTimeouts,
): Promise<{ head: IncomingMessage; body: string }> {
  return new Promise((resolve, reject) => {
    let written = false;
    const fail = (message: string, cause?: unknown) => {
      clearTimeout(timer);
      reject(new TransportFailure(message, written, cause));
      request.destroy();
    };
    let timer = setTimeout(fail, connectMs, 'no connection in time');
    const connected = () => {
      written = true;
      clearTimeout(timer);
      timer = setTimeout(fail, answerMs, 'no answer in time');
    };
    if (signal?.aborted) return fail('aborted');
    signal?.addEventListener('abort', () => fail('aborted'));

    request.on('socket', (socket) => {
      if (request.reusedSocket) return connected();
      socket.once('encrypted' in socket ? 'secureConnect' : 'connect', connected);
    });
    request.on('error', (cause) => fail('request failed', cause));
    request.on('response', (head) => {
      text(head).then(
        (received) => {
          clearTimeout(timer);
          resolve({ head, body: received });
        },
        (cause: unknown) => fail('answer broken off', cause),
      );
    });
    if (body instanceof Readable) body.on('error', (cause) => fail('body failed', cause)).pipe(request);
    else request.end(body);
  });
}

function parsed(status: number, body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new TransportFailure(`answer ${status} is not JSON`, true, cause);
  }
}
