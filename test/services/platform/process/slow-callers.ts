import { connect, type Socket } from 'node:net';

/** What one caller met: what it was answered, and whether the server closed its connection. */
export type Caller = { socket: Socket; answer: string; closed: Promise<string> };

/**
 * Opens a connection, writes `head`, and goes on with a byte of `drip` every 200 ms until the server closes it. `closed`
 * resolves then, with the status line of the answer, '' without one.
 */
export async function slowCaller(port: number, head: string, drip = ''): Promise<Caller> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  const caller: Caller = { socket, answer: '', closed: Promise.resolve('') };
  // A server that closes without reading on resets what is still under way.
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    caller.answer += chunk.toString('latin1');
  });
  const dripping = drip === '' ? undefined : setInterval(() => socket.writable && socket.write(drip), 200);
  caller.closed = new Promise((resolve) => {
    socket.once('close', () => {
      clearInterval(dripping);
      resolve(caller.answer.split('\r\n')[0] ?? '');
    });
  });
  await new Promise((resolve) => {
    socket.once('connect', resolve);
    socket.once('close', resolve);
  });
  if (head !== '' && socket.writable) socket.write(head);
  return caller;
}

/** How many there are of each. */
export function tally(statusLines: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const line of statusLines) counts[line] = (counts[line] ?? 0) + 1;
  return counts;
}
