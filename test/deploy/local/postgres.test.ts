import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { type Postgres, startPostgres } from '#deploy/local/postgres.ts';
import { freePorts } from '#test/support/ports.ts';
import { queryOnce } from '#test/support/postgres.ts';
import { expectGone } from '#test/support/processes.ts';
import { testFolder } from '#test/support/run-folder.ts';

const started: Postgres[] = [];
let folder: string;

beforeEach(async () => {
  folder = await testFolder('postgres');
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop()));
});

async function postgres(port = 0, dataDir = join(folder, 'postgres')): Promise<Postgres> {
  const server = await startPostgres({ dataDir, port });
  started.push(server);
  return server;
}

/** The id of a process of the same user: any other one does not worry Postgres. */
async function otherPostgres(): Promise<number> {
  const sql = `select pid from pg_stat_activity where backend_type = 'checkpointer'`;
  const [row] = z.array(z.object({ pid: z.number() })).parse(await queryOnce(inject('postgresUrl'), sql));
  return row?.pid ?? 0;
}

test('keeps its data, port and password over a stop and over kill -9 with a session open', async () => {
  const first = await postgres();
  await queryOnce(first.url, 'create table kept as select 1 as n');
  await first.stop();
  await expectGone(first.pid);

  const second = await postgres(first.port);
  expect(second.url).toBe(first.url);
  await queryOnce(second.url, 'insert into kept values (2)');
  const busy = new Client({ connectionString: second.url });
  busy.on('error', () => {});
  await busy.connect();
  const cut = expect(busy.query('select pg_sleep(60)')).rejects.toThrow();
  await second.kill();
  await cut;

  const third = await postgres(first.port);
  expect(await queryOnce(third.url, 'select n from kept order by n')).toEqual([{ n: 1 }, { n: 2 }]);
});

test('needs the password, which no other user can read; no Unix socket; settings for one machine', async () => {
  const server = await postgres();
  const anonymous = new URL(server.url);
  anonymous.password = 'guess';
  await expect(queryOnce(anonymous.href, 'select 1')).rejects.toThrow(/password authentication failed/);
  expect((await stat(join(folder, 'postgres/password'))).mode & 0o777).toBe(0o600);
  const settings = [
    'unix_socket_directories',
    'listen_addresses',
    'jit',
    'max_connections',
    'fsync',
    'TimeZone',
  ];
  const found = await queryOnce(
    server.url,
    `select ${settings.map((s) => `current_setting('${s}') "${s}"`).join()}`,
  );
  expect(found).toEqual([
    {
      unix_socket_directories: '',
      listen_addresses: '127.0.0.1',
      jit: 'off',
      max_connections: '200',
      fsync: 'on',
      TimeZone: 'UTC',
    },
  ]);
});

test('a lock file whose id now belongs to some other process does not stop it', async () => {
  const first = await postgres();
  await first.kill();
  const lock = join(folder, 'postgres/cluster/postmaster.pid');
  const lines = (await readFile(lock, 'utf8')).split('\n');
  await writeFile(lock, [String(await otherPostgres()), ...lines.slice(1)].join('\n'));
  await postgres();
});

test('an interrupted first start leaves no half a cluster', async () => {
  const dataDir = join(folder, 'postgres');
  await mkdir(join(dataDir, 'cluster.interrupted/base'), { recursive: true });
  const server = await postgres();
  expect((await readdir(dataDir)).sort()).toEqual(['cluster', 'password', 'running.json']);
  expect(await queryOnce(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('a port in use is one line that names it', async () => {
  const [port = 0] = await freePorts(1);
  const other = createServer().listen(port, '127.0.0.1');
  await expect(postgres(port)).rejects.toThrow(/^Port \d+ for Postgres is in use: stop the program/);
  await new Promise((resolve) => other.close(resolve));
});

test('data in use is refused, and the server that has it goes on', async () => {
  const server = await postgres();
  await expect(postgres()).rejects.toThrow(/already run by process \d+: stop that one first/);
  expect(await queryOnce(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('a data folder that cannot be made is one line that names it', async () => {
  const file = join(folder, 'a-file');
  await writeFile(file, '');
  await expect(postgres(0, join(file, 'postgres'))).rejects.toThrow(
    /^The data folder .* cannot be written \(ENOTDIR\)/,
  );
});
