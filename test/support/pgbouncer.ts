import { existsSync } from 'node:fs';
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { postgresAccount } from '#deploy/local/postgres-account.ts';
import { spawnServer } from '#deploy/local/server-process.ts';
import { freePorts } from './ports.ts';
import { queryOnce } from './postgres.ts';

/** Where it is, if it is anywhere. */
export const PGBOUNCER = '/usr/sbin/pgbouncer';
export const hasPgBouncer = existsSync(PGBOUNCER);

export type PgBouncer = { url: string; stop(): Promise<void> };

/** A PgBouncer in transaction mode before a database, with at most `poolSize` connections to it. Root runs it under another account. */
export async function startPgBouncer(databaseUrl: string, poolSize: number): Promise<PgBouncer> {
  const folder = await mkdtemp(join(tmpdir(), 'habitstream-pgbouncer-'));
  const [port = 0] = await freePorts(1);
  const { hostname, port: serverPort, username, password, pathname } = new URL(databaseUrl);
  const file = join(folder, 'pgbouncer.ini');
  const lines = [
    '[databases]',
    `* = host=${hostname} port=${serverPort} user=${username} password=${decodeURIComponent(password)}`,
    '[pgbouncer]',
    `listen_addr = 127.0.0.1\nlisten_port = ${port}\nunix_socket_dir =`,
    `auth_type = any\npool_mode = transaction\ndefault_pool_size = ${poolSize}\nmax_client_conn = 200`,
  ];
  await writeFile(file, `${lines.join('\n')}\n`, { mode: 0o600 });
  const account = await postgresAccount(folder);
  if (account) for (const path of [folder, file]) await chown(path, account.uid, account.gid);
  const server = await spawnServer({
    command: PGBOUNCER,
    args: [file],
    ...(account && { account }),
    stopSignal: 'INT',
    deadlineMs: 10_000,
    onLine() {},
    onExit: () => rm(folder, { recursive: true, force: true }),
  });
  const url = `postgres://anybody@127.0.0.1:${port}${pathname}`;
  const answers = () =>
    queryOnce(url, 'SELECT 1').then(
      () => true,
      () => undefined,
    );
  if (await server.until(answers, 30_000)) return { url, stop: server.stop };
  throw new Error(`PgBouncer did not start:\n${server.lastLines().join('\n')}`);
}
