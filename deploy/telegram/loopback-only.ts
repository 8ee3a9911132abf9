import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * Whether a program of this machine asks. The Host check stops a web page elsewhere that points its own name at
 * 127.0.0.1, the Origin check one that posts here from the person's browser.
 */
export function isFromThisMachine(request: FastifyRequest): boolean {
  const { host, origin } = request.headers;
  return (
    isLoopbackAddress(request.socket.remoteAddress ?? '') &&
    isLoopbackName(hostnameOf(`http://${host ?? ''}`)) &&
    (origin === undefined || isLoopbackName(hostnameOf(origin)))
  );
}

/**
 * Whether a page elsewhere asks from the person's browser. A picture or a link of such a page has neither another Host nor
 * an Origin, and a GET of the Bot API acts; browsers say it in this header to loopback addresses.
 */
export function isFromAnotherSite({ headers }: FastifyRequest): boolean {
  return headers['sec-fetch-site'] === 'cross-site';
}

/** Lets nobody else in. */
export async function loopbackOnly(
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply | undefined> {
  if (isFromThisMachine(request)) return undefined;
  return reply.code(403).send({ error: 'only for programs on this machine' });
}

function hostnameOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : '';
}

function isLoopbackName(hostname: string): boolean {
  return ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
}

function isLoopbackAddress(address: string): boolean {
  return address === '::1' || address.replace(/^::ffff:/, '').startsWith('127.');
}
