import { createServer } from 'node:net';
import { StartupProblem, systemCode } from './startup-problem.ts';

const LOOPBACK = '127.0.0.1';

/** Listens on a loopback port for a moment. @returns the port, a free one for 0. */
function listenOnce(port: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const server = createServer();
  server.once('error', reject);
  server.listen({ port, host: LOOPBACK, exclusive: true }, () => {
    const address = server.address();
    const chosen = typeof address === 'object' && address !== null ? address.port : port;
    server.close(() => resolve(chosen));
  });
  return promise;
}

/** A free loopback port. Another process may take it before the caller does: be ready to retry. */
export function freePort(): Promise<number> {
  return listenOnce(0);
}

/** The port, or another one that is free where it is taken. 0 is always another one. */
export async function portOrFree(port: number): Promise<number> {
  try {
    return await listenOnce(port);
  } catch {
    return freePort();
  }
}

/**
 * @param what the port's future user in messages to people, such as "the chat page"; 0 is always free.
 * @throws {StartupProblem} naming the port and what to do, when it is taken or this account may not use it.
 */
export async function assertPortFree(port: number, what: string): Promise<void> {
  if (port === 0) return;
  try {
    await listenOnce(port);
  } catch (error) {
    throw new StartupProblem(portProblem(port, what, systemCode(error)), { cause: error });
  }
}

function portProblem(port: number, what: string, code: string | undefined): string {
  const intro = `Port ${port} for ${what}`;
  if (code === 'EADDRINUSE')
    return `${intro} is in use: stop the program that has it, or choose another port.`;
  if (code === 'EACCES') return `${intro} may not be used by this account: choose one above 1023.`;
  return `${intro} cannot be used (${code ?? 'unknown error'}): choose another port.`;
}
