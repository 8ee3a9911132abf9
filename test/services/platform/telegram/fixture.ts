import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterEach } from 'vitest';
import { createLog } from '#services/platform/process/log.ts';

export const TOKEN = '123456:abcdefghijklmnopqrstuvwxyz';
export const log = createLog('test', 'silent');

export type Respond = (response: ServerResponse, request: IncomingMessage) => unknown;
const closing: (() => void)[] = [];
export function closeServers(): void {
  for (const close of closing.splice(0)) close();
}
afterEach(closeServers);

/** A Telegram that answers the nth request by the nth of `responds`, and the last one ever after. */
export async function serve(...responds: Respond[]) {
  const seen: { method: string; body: string }[] = [];
  const server = createServer(async (request, response) => {
    const respond = responds[Math.min(seen.length, responds.length - 1)];
    seen.push({ method: request.url?.split('/').at(-1) ?? '', body: await text(request).catch(() => '') });
    respond?.(response, request);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    ...{ port, apiRoot: `http://127.0.0.1:${port}`, seen },
    connections: () => promisify(server.getConnections.bind(server))(),
    drop: () => server.closeAllConnections(),
  };
}

export const json =
  (status: number, body: unknown): Respond =>
  (response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
export const sent = json(200, {
  ok: true,
  result: { message_id: 9, date: 1, chat: { id: 5, type: 'private' } },
});
export const error = (code: number, parameters = {}) =>
  json(code, { ok: false, error_code: code, description: `error ${code}`, parameters });
export const silentFor = (seconds: number) => error(429, { retry_after: seconds });

/** What a call fails with. */
export const failure = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'no failure',
    (caught: unknown) => caught,
  );
