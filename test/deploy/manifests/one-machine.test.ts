import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, inject, test } from 'vitest';
import { z } from 'zod';
import { authorization, NATS_USERS, passwordVariable } from '#deploy/nats/permissions.ts';
import { serviceRoles } from '#deploy/provision/roles.ts';
import { testFolder } from '#test/support/run-folder.ts';
import { yamlDocuments } from '#test/support/yaml.ts';
import { expectProcess, SECRETS, SERVICES } from './services.ts';

const Compose = z.object({
  services: z.record(
    z.string(),
    z.looseObject({
      image: z.string(),
      command: z.array(z.string()).default([]),
      environment: z.record(z.string(), z.string()).default({}),
      read_only: z.boolean().optional(),
    }),
  ),
});

const compose = async () => Compose.parse((await yamlDocuments('deploy/docker/compose.yml'))[0]).services;

/** As compose fills in what is in .env; what may be absent is. */
function filledIn(environment: Record<string, string>): Record<string, string> {
  const fill = (text: string) =>
    text.replace(/\$\{(\w+):([?-])\}/g, (_, name, kind) => (kind === '-' ? '' : (SECRETS[name] ?? 'secret')));
  return Object.fromEntries(Object.entries(environment).map(([key, value]) => [key, fill(value)]));
}

test('compose starts every service with settings that its process takes, without rights on the machine', async () => {
  const services = await compose();
  for (const name of SERVICES) {
    const { command = [], environment = {}, read_only } = services[name] ?? {};
    expectProcess({ name, command, environment: filledIn(environment) });
    expect(read_only, name).toBe(true);
    const user = /postgres:\/\/(\w+):/.exec(environment.DATABASE_URL ?? '')?.[1];
    if (user !== undefined) expect(user).toBe(serviceRoles.get(name) ?? 'habitstream_migrator');
  }
  expect(services.provision?.command).toEqual(['deploy/cli/habitstream.ts', 'provision']);
});

test("compose gives nats-server every user's password", async () => {
  const { nats } = await compose();
  const given = Object.keys(nats?.environment ?? {}).filter((name) => name.startsWith('NATS_PASSWORD_'));
  expect(given.sort()).toEqual(NATS_USERS.map(passwordVariable).sort());
});

test('the image has what runs, and nothing that it does not need', async () => {
  const dockerfile = await readFile('deploy/docker/Dockerfile', 'utf8');
  const copied = [...dockerfile.matchAll(/^COPY (?!--)(.+) \S+$/gm)].flatMap(([, names = '']) =>
    names.split(' '),
  );
  for (const name of copied) expect(existsSync(name), name).toBe(true);
  expect(copied).toEqual(expect.arrayContaining(['contracts', 'projections', 'services', 'deploy']));
  const ignored = await readFile('deploy/docker/Dockerfile.dockerignore', 'utf8');
  for (const name of copied) expect(ignored.split('\n'), name).toContain(`!${name}`);
  expect(dockerfile).toMatch(/^USER 1000:1000$/m);
  expect(dockerfile).toMatch(/^ENV .*HEALTH_PORT=9100 HEALTH_HOST=0\.0\.0\.0$/m);
});

test.each(['server.conf', 'cluster.conf'])(
  'nats-server takes %s with the users of the services',
  async (file) => {
    const folder = await testFolder('nats-conf');
    for (const name of ['server.conf', 'cluster.conf'])
      await copyFile(`deploy/nats/${name}`, join(folder, name));
    await writeFile(join(folder, 'users.conf'), authorization());
    const passwords = NATS_USERS.map((user) => [passwordVariable(user), 'secret']);
    const env = { NATS_NAME: 'nats-0', ...Object.fromEntries(passwords) };
    const args = ['--config', join(folder, file), '-t'];
    const { stderr } = await promisify(execFile)(inject('natsServerBinary'), args, { env });
    expect(stderr).toContain('is valid');
  },
);

test('the pooler asks nothing of a connection that is not the transaction’s', async () => {
  const ini = await readFile('deploy/postgres/pgbouncer.ini', 'utf8');
  expect(ini).toMatch(/^pool_mode = transaction$/m);
  expect(ini).toMatch(/^listen_port = 6432$/m);
});
