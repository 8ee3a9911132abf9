import { connect, type Socket } from 'node:net';

/**
 * Posts bodies over kept-alive connections, each with one call under way, and resolves when all are answered. Plain
 * sockets, because an HTTP client would cost more than what is measured.
 * @throws when an answer is not 200.
 */
export async function postAll(
  target: { port: number; path: string; secret: string; connections: number },
  bodies: readonly string[],
): Promise<void> {
  let next = 0;
  const requests = bodies.map((body) => requestFor(target, body));
  const take = () => requests[next++];
  await Promise.all(Array.from({ length: target.connections }, () => drain(target.port, take)));
}

function requestFor({ path, secret }: { path: string; secret: string }, body: string): string {
  const lines = [
    `POST ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    'Content-Type: application/json',
    `X-Telegram-Bot-Api-Secret-Token: ${secret}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

function drain(port: number, take: () => string | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true });
    const sendNext = () => {
      const request = take();
      if (request === undefined) socket.end(resolve);
      else socket.write(request);
    };
    socket.once('connect', sendNext);
    socket.once('error', reject);
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1');
      // Answers have no body: the empty line ends them.
      if (!answer.endsWith('\r\n\r\n')) return;
      if (!answer.startsWith('HTTP/1.1 200 ')) return reject(new Error(answer));
      answer = '';
      sendNext();
    });
  });
}
