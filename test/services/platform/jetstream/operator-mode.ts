import { createHash } from 'node:crypto';
import { createAccount, createOperator, createUser, type KeyPair } from '@nats-io/nkeys';

/** A nats-server's configuration in operator mode with one account, and the credentials file of a user of it. */
export function operatorMode(): { config: string; credentials: string; publicKey: string } {
  const operator = createOperator();
  const account = createAccount();
  const monitoring = createAccount();
  const user = createUser();
  const limits = {
    subs: -1,
    data: -1,
    payload: -1,
    imports: -1,
    exports: -1,
    conn: -1,
    leaf: -1,
    wildcards: true,
  };
  const accountJwt = (key: KeyPair, name: string) =>
    jwt(operator, key, { name, nats: { limits, type: 'account', version: 2 } });
  const operatorJwt = jwt(operator, operator, {
    name: 'test',
    nats: { system_account: monitoring.getPublicKey(), type: 'operator', version: 2 },
  });
  const userJwt = jwt(account, user, {
    name: 'service',
    nats: { pub: {}, sub: {}, subs: -1, data: -1, payload: -1, type: 'user', version: 2 },
  });
  const config = [
    `operator: ${operatorJwt}`,
    'resolver: MEMORY',
    'resolver_preload: {',
    `  ${account.getPublicKey()}: ${accountJwt(account, 'habitstream')}`,
    `  ${monitoring.getPublicKey()}: ${accountJwt(monitoring, 'monitoring')}`,
    '}',
  ].join('\n');
  const part = (label: string, text: string) =>
    `-----BEGIN ${label}-----\n${text}\n------END ${label}------\n`;
  const seed = Buffer.from(user.getSeed()).toString();
  const credentials = `${part('NATS USER JWT', userJwt)}\n${part('USER NKEY SEED', seed)}`;
  return { config, credentials, publicKey: user.getPublicKey() };
}

/** A token of NATS's kind: https://github.com/nats-io/jwt, version 2. */
function jwt(issuer: KeyPair, subject: KeyPair, claims: { name: string; nats: object }): string {
  const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const body = {
    iss: issuer.getPublicKey(),
    sub: subject.getPublicKey(),
    iat: Math.floor(Date.now() / 1000),
    ...claims,
  };
  const jti = createHash('sha256').update(JSON.stringify(body)).digest('hex');
  const text = `${encoded({ typ: 'JWT', alg: 'ed25519-nkey' })}.${encoded({ ...body, jti })}`;
  return `${text}.${Buffer.from(issuer.sign(Buffer.from(text))).toString('base64url')}`;
}
