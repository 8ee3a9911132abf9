import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { Pool } from 'pg';
import { afterEach, expect, test } from 'vitest';
import { inTransaction } from '#projections/engine/checkpoints.ts';
import { connectionOf } from '#projections/engine/connection.ts';

let server: Server;
afterEach(() => new Promise((resolve) => server.close(resolve)));

/** A message of Postgres's protocol. */
function message(type: string, ...parts: (string | number[])[]): Buffer {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part)));
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

const READY = Buffer.concat([message('R', [0, 0, 0, 0]), message('Z', 'I')]);
const BEGUN = Buffer.concat([message('C', 'BEGIN\0'), message('Z', 'T')]);
const FAREWELL = message('E', 'SFATAL\0', 'C57P01\0', 'Mterminating connection\0', '\0');

/** Connections to a server that answers as `answer` says, which is given how many packets came before. */
async function poolOf(answer: (socket: Socket, before: number) => void): Promise<Pool> {
  server = createServer((socket) => {
    let before = 0;
    socket.on('error', () => {});
    socket.on('data', () => answer(socket, before++));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const pool = new Pool({ host: '127.0.0.1', port, max: 1, user: 'nobody', password: '', database: 'none' });
  pool.on('error', () => {});
  return pool;
}

test('a connection that is lost as soon as it is ready ends neither the process nor the pool', async () => {
  // Shut down in the moment in which a connection is ready: both are said in one packet.
  const pool = await poolOf((socket) => socket.end(Buffer.concat([READY, FAREWELL])));
  for (let tries = 0; tries < 3; tries++) {
    const { client, release } = await connectionOf(pool);
    const lost = await client.query('SELECT 1').catch((error: Error) => error);
    expect(lost).toBeInstanceOf(Error);
    release(lost instanceof Error ? lost : undefined);
  }
  await pool.end();
});

test('a server that falls silent in a transaction is not waited for with the rollback', async () => {
  const pool = await poolOf((socket, before) => {
    if (before < 2) socket.write(before === 0 ? READY : BEGUN);
  });
  const failed = inTransaction(pool, () => Promise.reject(new Error('on its own account')));
  await expect(failed).rejects.toThrow('on its own account');
  expect(pool.totalCount).toBe(0);
  await pool.end();
});
