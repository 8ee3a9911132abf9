import { AsyncLocalStorage } from 'node:async_hooks';
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

/** Nothing was written: the {@link SendGate} stayed shut. */
export class NotSent extends TransportFailure {
  override name = 'NotSent';

  constructor() {
    super('not sent', false);
  }
}

/**
 * The last permission, asked when the connection stands and nothing is written yet: true lets the request leave at once. A
 * function is asked once more in the very instant of the write.
 */
export type SendGate = () => Promise<boolean | (() => boolean)>;

export type TransportTimeouts = {
  /** Until the connection stands, TLS included. */
  connectMs: number;
  /** From when the request leaves until the answer is complete. */
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

export type Transport = {
  fetch(url: string, exchange: Exchange): Promise<Answer>;
  /**
   * Makes a call whose request leaves only when its gate opens. The gate is asked once the connection stands: a TLS
   * handshake takes longer than the slots of several messages.
   */
  gated<T>(gate: SendGate, call: () => Promise<T>): Promise<T>;
  /** Whether this runs in a call that has a gate. */
  isGated(): boolean;
};

/** A server may close a connection just as we write to it. Shorter than servers keep idle ones, this seldom happens. */
const IDLE_MS = 10_000;

/**
 * HTTP for grammY in place of its own, for two reasons: that one cannot tell a request that never left from one whose
 * answer was lost, and a reminder must be sent again after the first and not after the second; and it cannot wait for
 * a message's instant with the connection already open.
 */
export function createTransport(timeouts: TransportTimeouts): Transport {
  const settings = { keepAlive: true, noDelay: true, timeout: IDLE_MS };
  const waiting = new AsyncLocalStorage<SendGate>();
  const agents = { 'http:': new HttpAgent(settings), 'https:': new HttpsAgent(settings) };

  async function fetch(url: string, exchange: Exchange): Promise<Answer> {
    const target = new URL(url);
    const options = { method: exchange.method ?? 'GET', headers: headersOf(exchange) };
    const request =
      target.protocol === 'https:'
        ? requestHttps(target, { ...options, agent: agents['https:'] })
        : requestHttp(target, { ...options, agent: agents['http:'] });
    const response = await exchanged(request, exchange, timeouts, waiting.getStore());
    const { statusCode: status = 0 } = response.head;
    return { ok: status >= 200 && status < 300, status, json: async () => parsed(status, response.body) };
  }

  return {
    fetch,
    gated: (gate, call) => waiting.run(gate, call),
    isGated: () => waiting.getStore() !== undefined,
  };
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
  gate?: SendGate,
): Promise<{ head: IncomingMessage; body: string }> {
  return new Promise((resolve, reject) => {
    let written = false;
    const failWith = (failure: TransportFailure) => {
      clearTimeout(timer);
      reject(failure);
      request.destroy();
    };
    const fail = (message: string, cause?: unknown) =>
      failWith(new TransportFailure(message, written, cause));
    let timer = setTimeout(fail, connectMs, 'no connection in time');
    const write = () => {
      if (request.destroyed) return;
      written = true;
      timer = setTimeout(fail, answerMs, 'no answer in time');
      if (body instanceof Readable) body.on('error', (cause) => fail('body failed', cause)).pipe(request);
      else request.end(body);
    };
    const connected = () => {
      clearTimeout(timer);
      if (!gate) return write();
      gate().then(
        (may) => ((typeof may === 'function' ? may() : may) ? write() : failWith(new NotSent())),
        (cause: unknown) => fail('the send gate failed', cause),
      );
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
  });
}

function parsed(status: number, body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new TransportFailure(`answer ${status} is not JSON`, true, cause);
  }
}
