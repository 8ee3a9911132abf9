import type { FastifyReply, FastifyRequest } from 'fastify';
import type { World } from '../world.ts';

const TRAFFIC_EVERY_MS = 500;
const REQUESTS_SHOWN = 30;
const HEARTBEAT_MS = 15_000;
/** A reader that lags this far behind is cut off; its browser connects again and reads everything again. */
const MOST_UNREAD_BYTES = 1_000_000;

/** Server-sent events: `change` for every change of a chat, and `traffic` with the newest requests and counters. */
export function stream(world: World, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  reply.hijack();
  const socket = reply.raw;
  socket.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });

  const send = (event: string, data: unknown) => {
    socket.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    if (socket.writableLength > MOST_UNREAD_BYTES) socket.destroy();
  };
  let shown = -1;
  const sendTraffic = () => {
    const next = world.requests.nextIndex();
    const counters = world.requests.counters();
    // Nothing new and nothing under way: the page already shows this.
    if (next === shown && counters.inLastSecond === 0) return;
    shown = counters.inLastSecond === 0 ? next : -1;
    const requests = world.requests.list({
      since: Math.max(0, next - REQUESTS_SHOWN),
      limit: REQUESTS_SHOWN,
    });
    send('traffic', { counters, limits: world.limits.figures(), requests: requests.map(brief) });
  };

  // How soon a browser connects again after the line broke, in milliseconds.
  socket.write('retry: 1000\n\n');
  send('hello', {});
  sendTraffic();
  const unsubscribe = world.changes.subscribe((change) => send('change', change));
  const traffic = setInterval(sendTraffic, TRAFFIC_EVERY_MS);
  const heartbeat = setInterval(() => socket.write(': still here\n\n'), HEARTBEAT_MS);
  request.raw.once('close', () => {
    unsubscribe();
    clearInterval(traffic);
    clearInterval(heartbeat);
  });
  return reply;
}

function brief(record: ReturnType<World['requests']['list']>[number]) {
  const { parameters, ...shown } = record;
  const text = typeof parameters.text === 'string' ? parameters.text.slice(0, 80) : undefined;
  return { ...shown, text };
}
