import { readFileSync } from 'node:fs';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import {
  type Authenticator,
  AuthorizationError,
  type ConnectionOptions,
  credsAuthenticator,
  nkeyAuthenticator,
  TimeoutError,
} from '@nats-io/transport-node';
import type { z } from 'zod';
import { inboxPrefixOf } from '#contracts/jetstream-api.ts';
import { type natsSettings, SettingsProblem } from '../process/settings.ts';

/*
 * How a process reaches NATS and who it is there: what the `nats` CLI takes from the same names.
 */

export type NatsSettings = z.infer<z.ZodObject<typeof natsSettings>>;

/** Raised when no server of NATS_URL can be used. The message says which, why, and which setting it may be; it has no secret. */
export class NatsUnreachable extends Error {
  override name = 'NatsUnreachable';
}

/** @throws {SettingsProblem} where settings contradict one another, or a file cannot be read. */
export function loginOptions(settings: NatsSettings, name: string): ConnectionOptions {
  const urls = urlsOf(settings);
  return {
    servers: urls.map(({ host }) => host),
    ...identityOf(settings, urls),
    ...tlsOf(settings, urls),
    inboxPrefix: settings.natsInboxPrefix ?? inboxPrefixOf(name),
  };
}

const urlsOf = ({ natsUrl }: NatsSettings): URL[] => natsUrl.split(',').map((each) => new URL(each.trim()));

/** The client reads no user out of a URL. */
function identityOf(
  settings: NatsSettings,
  urls: readonly URL[],
): Pick<ConnectionOptions, 'user' | 'pass' | 'token' | 'authenticator'> {
  const { natsUser, natsPassword, natsToken, natsCreds, natsNkey } = settings;
  const inUrls = new Set(
    urls.map(({ username, password }) => `${username}:${password}`).filter((each) => each !== ':'),
  );
  const ways = [natsUser ?? natsPassword, natsToken, natsCreds, natsNkey].filter(
    (each) => each !== undefined,
  );
  if (inUrls.size > 1) throw new SettingsProblem('NATS_URL: every URL must name the same user');
  if (ways.length + inUrls.size > 1)
    throw new SettingsProblem(
      'Say in one way who it is at NATS: in NATS_URL, by NATS_USER and NATS_PASSWORD, NATS_TOKEN, NATS_CREDS or NATS_NKEY',
    );
  if ((natsUser === undefined) !== (natsPassword === undefined))
    throw new SettingsProblem('NATS_USER and NATS_PASSWORD belong together');
  const found = urls.find(({ username }) => username !== '');
  if (found) {
    const [user, pass] = [decodeURIComponent(found.username), decodeURIComponent(found.password)];
    return pass === '' ? { token: user } : { user, pass };
  }
  if (natsUser !== undefined) return { user: natsUser, pass: natsPassword };
  if (natsToken !== undefined) return { token: natsToken };
  if (natsCreds !== undefined) return byFile('NATS_CREDS', natsCreds, credsAuthenticator);
  if (natsNkey !== undefined)
    return byFile('NATS_NKEY', natsNkey, (seed) => nkeyAuthenticator(() => withoutEnd(seed())));
  return {};
}

/** Read again at every reconnection, so that what was rotated counts then. */
function byFile(setting: string, path: string, authenticator: (read: () => Uint8Array) => Authenticator) {
  readable(setting, path);
  return { authenticator: authenticator(() => readFileSync(path)) };
}

/** Of a file that ends with a new line. */
function withoutEnd(seed: Uint8Array): Uint8Array {
  return Buffer.from(Buffer.from(seed).toString('utf8').trim());
}

function readable(setting: string, path: string): string {
  try {
    readFileSync(path);
    return path;
  } catch (cause) {
    throw new SettingsProblem(`${setting}: the file ${path} cannot be read`, { cause });
  }
}

function tlsOf(settings: NatsSettings, urls: readonly URL[]): Pick<ConnectionOptions, 'tls'> {
  const { natsCa, natsCert, natsKey, natsTlsFirst } = settings;
  if ((natsCert === undefined) !== (natsKey === undefined))
    throw new SettingsProblem('NATS_CERT and NATS_KEY belong together');
  const isWanted = [natsCa, natsCert, natsTlsFirst].some((each) => each !== undefined);
  if (!isWanted && !urls.some(({ protocol }) => protocol === 'tls:')) return {};
  const hosts = urls.map(({ hostname }) => hostname.replace(/^\[|\]$/g, ''));
  const tls = {
    ...(natsCa === undefined ? {} : { caFile: readable('NATS_CA', natsCa) }),
    ...(natsCert === undefined ? {} : { certFile: readable('NATS_CERT', natsCert) }),
    ...(natsKey === undefined ? {} : { keyFile: readable('NATS_KEY', natsKey) }),
    handshakeFirst: natsTlsFirst ?? false,
    // Asked for an address, the client says "localhost" here.
    checkServerIdentity: (host: string, certificate: PeerCertificate) => {
      const refused = [...hosts, host].map((each) => checkServerIdentity(each, certificate));
      return refused.some((each) => each === undefined) ? undefined : refused[0];
    },
  };
  return { tls };
}

/** What to tell of servers that cannot be used. */
export function unreachable(settings: NatsSettings, reason: string, cause?: unknown): NatsUnreachable {
  const where = urlsOf(settings)
    .map(({ host }) => host)
    .join(', ');
  return new NatsUnreachable(`NATS at ${where} (NATS_URL): ${reason}`, { cause });
}

/** Why a connection could not be made. */
export function reasonOf(cause: unknown): string {
  if (cause instanceof AuthorizationError)
    return 'it does not let us in; see NATS_USER and NATS_PASSWORD, NATS_TOKEN, NATS_CREDS, NATS_NKEY or what NATS_URL says';
  if (cause instanceof TimeoutError)
    return 'no answer; it may want a certificate (NATS_CERT, NATS_KEY) or TLS from the first byte (NATS_TLS_FIRST)';
  const code = systemCode(cause);
  if (code === 'ECONNREFUSED') return 'nothing listens there';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'there is no such name';
  if (code !== undefined && /^ERR_TLS|CERT|SIGNATURE|^ERR_SSL/.test(code))
    return `its certificate or ours is not accepted (${code}); see NATS_CA, NATS_CERT and NATS_KEY`;
  return code ?? (cause instanceof Error ? cause.message : 'no connection');
}

function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  return 'code' in error && typeof error.code === 'string' ? error.code : systemCode(error.cause);
}
