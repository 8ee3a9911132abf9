import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { httpServer } from '#services/platform/process/http-server.ts';
import { slowCaller, tally } from './slow-callers.ts';

const CONNECTIONS = 200;
const EACH = 10;
const server = httpServer({ connections: CONNECTIONS, bodyBytes: 1_000 });
let port: number;

beforeAll(async () => {
  server.post('/taken', async () => 'taken');
  server.post('/refused', { onRequest: async (_request, reply) => reply.code(401).send() }, async () => '');
  port = Number(new URL(await server.listen({ port: 0, host: '127.0.0.1' })).port);
});
afterAll(() => server.close());

const post = (path: string, length: number, headers = '') =>
  `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n${headers}Content-Length: ${length}\r\n\r\n`;
const CHUNKED =
  'POST /taken HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n';

/** Each kind of caller that would hold a connection for ever, and what it is told when the server has had enough. */
const KINDS: readonly [name: string, head: string, drip: string, told: string][] = [
  ['sends nothing', '', '', 'HTTP/1.1 408 Request Timeout'],
  ['never ends its headers', 'POST /taken HTTP/1.1\r\nHost: x\r\nX: ', 'a', 'HTTP/1.1 408 Request Timeout'],
  ['sends a body byte by byte', post('/taken', 900), 'a', 'HTTP/1.1 408 Request Timeout'],
  ['sends chunks byte by byte', CHUNKED, '1\r\na\r\n', 'HTTP/1.1 408 Request Timeout'],
  ['was refused and goes on sending', post('/refused', 900), 'a', 'HTTP/1.1 401 Unauthorized'],
  ['was told 404 and goes on sending', post('/elsewhere', 900), 'a', 'HTTP/1.1 404 Not Found'],
  ['announces too much', post('/taken', 5_000), 'a', 'HTTP/1.1 413 Payload Too Large'],
];

describe('a server that no caller can tie up', () => {
  // What Node waits is under test here: the longest are the ten seconds of a request.
  it.concurrent.each(KINDS)(
    'closes the connection of one who %s',
    async (_name, head, drip, told) => {
      const callers = await Promise.all(Array.from({ length: EACH }, () => slowCaller(port, head, drip)));
      const lines = await Promise.all(callers.map(({ closed }) => closed));
      expect(tally(lines)).toStrictEqual({ [told]: callers.length });
    },
    60_000,
  );

  it('drops whoever comes beyond its cap, and takes calls again when the others have left', async () => {
    const held = await Promise.all(Array.from({ length: CONNECTIONS * 2 }, () => slowCaller(port, '')));
    const lines = await Promise.all(held.map(({ closed }) => closed));
    expect(tally(lines)).toStrictEqual({ '': CONNECTIONS, 'HTTP/1.1 408 Request Timeout': CONNECTIONS });
    const response = await fetch(`http://127.0.0.1:${port}/taken`, { method: 'POST', body: 'now' });
    expect(await response.text()).toBe('taken');
  }, 60_000);

  it('keeps a connection alive after an answer of its own making', async () => {
    const caller = await slowCaller(port, `${post('/taken', 1)}a${post('/taken', 1)}a`);
    await expect.poll(() => caller.answer.match(/HTTP\/1\.1 200 OK/g)?.length).toBe(2);
    expect(caller.answer).not.toMatch(/connection: close/i);
    caller.socket.destroy();
  });
});
