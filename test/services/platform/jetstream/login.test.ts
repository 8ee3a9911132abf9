import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { type AddressInfo, connect as connectTo, createServer } from 'node:net';
import { join } from 'node:path';
import { createUser } from '@nats-io/nkeys';
import { expect, onTestFinished, test } from 'vitest';
import { connectNats } from '#services/platform/jetstream/connection.ts';
import { type NatsSettings, NatsUnreachable } from '#services/platform/jetstream/login.ts';
import { SettingsProblem } from '#services/platform/process/settings.ts';
import { startTestNats } from '#test/support/nats.ts';
import { freePorts } from '#test/support/ports.ts';
import { testProcesses } from '#test/support/processes.ts';
import { testFolder } from '#test/support/run-folder.ts';
import { operatorMode } from './operator-mode.ts';

/*
 * Every way in that operators give their programs, on servers that want it: and what is said where it is the wrong one.
 */

const PASSWORD = 'Zibeline/@:%';
const INSIDE = encodeURIComponent(PASSWORD);
const processes = testProcesses();

async function serverWith(extraConfig: string): Promise<{ host: string; url: string }> {
  const server = await startTestNats({ extraConfig });
  onTestFinished(() => server.stop());
  return { host: new URL(server.url).host, url: server.url };
}

/** Connects, asks, and closes. @returns how the server knows us. */
async function loggedIn(settings: NatsSettings): Promise<string> {
  const nats = await connectNats(settings, 'test');
  try {
    const answer = await nats.request('$SYS.REQ.USER.INFO');
    return answer.json<{ data: { user: string } }>().data.user;
  } finally {
    await nats.close();
  }
}

const refusal = (settings: NatsSettings) => loggedIn(settings).then(String, (error: unknown) => error);

test('user and password, in the URL or beside it', async () => {
  const { host, url } = await serverWith(
    `authorization { users: [ { user: "op er", password: "${PASSWORD}" } ] }`,
  );
  expect(await loggedIn({ natsUrl: `nats://op%20er:${INSIDE}@${host}` })).toBe('op er');
  expect(await loggedIn({ natsUrl: url, natsUser: 'op er', natsPassword: PASSWORD })).toBe('op er');
  for (const wrong of [{ natsUrl: url }, { natsUrl: `nats://op%20er:${INSIDE}x@${host}` }]) {
    const refused = await refusal(wrong);
    expect(refused).toBeInstanceOf(NatsUnreachable);
    expect(String(refused)).toContain(
      `NATS at ${host} (NATS_URL): it does not let us in; see NATS_USER and NATS_PASSWORD`,
    );
    expect(String(refused)).not.toContain('Zibeline');
  }
});

test('a token, in the URL or beside it', async () => {
  const { host, url } = await serverWith(`authorization { token: "${PASSWORD}" }`);
  await loggedIn({ natsUrl: `nats://${INSIDE}@${host}` });
  await loggedIn({ natsUrl: url, natsToken: PASSWORD });
  expect(await refusal({ natsUrl: url, natsToken: 'other' })).toBeInstanceOf(NatsUnreachable);
});

test('an nkey, and credentials by a file', async () => {
  const folder = await testFolder('login');
  const user = createUser();
  const seed = join(folder, 'user.nk');
  await writeFile(seed, `${Buffer.from(user.getSeed()).toString()}\n`);
  const byKey = await serverWith(`authorization { users: [ { nkey: ${user.getPublicKey()} } ] }`);
  expect(await loggedIn({ natsUrl: byKey.url, natsNkey: seed })).toBe(user.getPublicKey());
  const { config, credentials, publicKey } = operatorMode();
  const file = join(folder, 'user.creds');
  await writeFile(file, credentials);
  const byJwt = await serverWith(config);
  expect(await loggedIn({ natsUrl: byJwt.url, natsCreds: file })).toBe(publicKey);
  expect(await refusal({ natsUrl: byJwt.url })).toBeInstanceOf(NatsUnreachable);
});

test('several URLs: those that do not answer are passed over, and the user is said once', async () => {
  const [nobody = 0] = await freePorts(1);
  const { host } = await serverWith(`authorization { users: [ { user: "op", password: "${PASSWORD}" } ] }`);
  expect(await loggedIn({ natsUrl: `nats://127.0.0.1:${nobody}, nats://op:${INSIDE}@${host}` })).toBe('op');
  expect(String(await refusal({ natsUrl: `nats://127.0.0.1:${nobody}` }))).toContain('nothing listens there');
});

test.each<[string, NatsSettings, string]>([
  [
    'two users',
    { natsUrl: 'nats://a:b@127.0.0.1:1,nats://c:d@127.0.0.1:1' },
    'every URL must name the same user',
  ],
  ['a user and a token', { natsUrl: 'nats://a:b@127.0.0.1:1', natsToken: 't' }, 'Say in one way who it is'],
  [
    'half a user',
    { natsUrl: 'nats://127.0.0.1:1', natsUser: 'a' },
    'NATS_USER and NATS_PASSWORD belong together',
  ],
  [
    'half a certificate',
    { natsUrl: 'nats://127.0.0.1:1', natsCert: 'c' },
    'NATS_CERT and NATS_KEY belong together',
  ],
  [
    'no file',
    { natsUrl: 'nats://127.0.0.1:1', natsCreds: '/nowhere' },
    'NATS_CREDS: the file /nowhere cannot be read',
  ],
])('%s are refused before anything is tried', async (_what, settings, says) => {
  const refused = await refusal(settings);
  expect(refused).toBeInstanceOf(SettingsProblem);
  expect(String(refused)).toContain(says);
});

const hasOpenSsl = spawnSync('openssl', ['version']).status === 0;

/** A certificate for 127.0.0.1 and its authority's. */
async function certificates() {
  const folder = await testFolder('tls');
  const [ca, key, cert] = ['ca.pem', 'own.key', 'own.pem'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const run = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
  const made = [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-subj',
    '/CN=habitstream test',
  ];
  run('req', '-x509', ...made, '-keyout', 'ca.key', '-out', ca, '-days', '2');
  run('req', ...made, '-keyout', key, '-out', 'own.csr');
  await writeFile(join(folder, 'names'), 'subjectAltName=IP:127.0.0.1');
  run(
    'x509',
    '-req',
    '-in',
    'own.csr',
    '-CA',
    ca,
    '-CAkey',
    'ca.key',
    '-CAcreateserial',
    '-out',
    cert,
    '-days',
    '2',
    '-extfile',
    'names',
  );
  return { ca, key, cert };
}

test.skipIf(!hasOpenSsl)(
  'TLS, with a certificate of our own and from the first byte where that is wanted',
  async () => {
    const { ca, key, cert } = await certificates();
    const files = `cert_file: "${cert}", key_file: "${key}", ca_file: "${ca}"`;
    const own = { natsCa: ca, natsCert: cert, natsKey: key };
    const plain = await serverWith(`tls { ${files} }`);
    await loggedIn({ natsUrl: `tls://${plain.host}`, natsCa: ca });
    await loggedIn({ natsUrl: `nats://127.0.0.1:1,nats://${plain.host}`, natsCa: ca });
    const unknown = await refusal({ natsUrl: `tls://${plain.host}` });
    expect(String(unknown)).toContain('its certificate or ours is not accepted');
    const mutual = await serverWith(`tls { ${files}, verify: true }`);
    await loggedIn({ natsUrl: `tls://${mutual.host}`, ...own });
    expect(await refusal({ natsUrl: `tls://${mutual.host}`, natsCa: ca })).toBeInstanceOf(NatsUnreachable);
    const first = await serverWith(`tls { ${files}, handshake_first: true }`);
    await loggedIn({ natsUrl: `tls://${first.host}`, natsCa: ca, natsTlsFirst: true });
  },
);

test('a server that is too old is refused by its version, whatever it would fail at later', async () => {
  const { host } = await serverWith('');
  const older = createServer((client) => {
    const server = connectTo(Number(host.split(':')[1]), '127.0.0.1');
    client.pipe(server);
    server.on('data', (chunk: Buffer) =>
      client.write(chunk.toString('latin1').replace(/"version":"[^"]+"/, '"version":"2.11.9"'), 'latin1'),
    );
    const bothEnd = () => {
      client.destroy();
      server.destroy();
    };
    for (const end of [client, server]) end.on('error', () => {}).on('close', bothEnd);
  });
  await once(older.listen(0, '127.0.0.1'), 'listening');
  const { port } = older.address() as AddressInfo;
  const refused = await refusal({ natsUrl: `nats://127.0.0.1:${port}` });
  older.close();
  expect(refused).toBeInstanceOf(NatsUnreachable);
  expect(String(refused)).toContain('nats-server 2.11.9; at least 2.12 is needed');
});

test('a process that is not let in says so in one line, and ends', async () => {
  const { host } = await serverWith(`authorization { users: [ { user: "op", password: "${PASSWORD}" } ] }`);
  const tick = await processes.startService('tick', { NATS_URL: `nats://op:${INSIDE}x@${host}` });
  expect(await tick.exited).toMatchObject({ code: 1 });
  expect(tick.lines).toEqual([
    expect.stringMatching(/^tick: NATS at 127\.0\.0\.1:\d+ \(NATS_URL\): it does not let us in/),
  ]);
  const cli = await processes.startScript('deploy/cli/habitstream.ts', ['dead', 'list'], {
    NATS_URL: `nats://op:${INSIDE}@${host}`,
  });
  expect(await cli.exited).toMatchObject({ code: 1 });
  expect(cli.lines.join('\n')).toMatch(
    /^These are missing: .*Run "npm run habitstream -- provision" first\.$/,
  );
});
