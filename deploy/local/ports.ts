import { createServer } from 'node:net';
import { StartupProblem, systemCode } from './startup-problem.ts';

const LOOPBACK = '127.0.0.1';

/** Listens on a loopback port for a moment and lets go of it. Returns the port; 0 asks for any free one. */
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

/** A loopback port nobody listens on now. Another process may take it before you do: be ready to retry. */
export function freePort(): Promise<number> {
  return listenOnce(0);
}

/**
 * Refuses to go on when a port cannot be ours. `what` names its future user ("the web page").
 * @throws StartupProblem naming the port and what to do.
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
