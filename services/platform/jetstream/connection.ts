import { jetstreamManager } from '@nats-io/jetstream';
import { type ConnectionOptions, connect, type NatsConnection } from '@nats-io/transport-node';
import { buckets, streamOfBucket, streams } from '#contracts/streams.ts';
import { NotProvisioned } from './errors.ts';
import { loginOptions, type NatsSettings, reasonOf, unreachable } from './login.ts';
import { isServerNewEnough, REQUIRED_SERVER_TEXT } from './server-version.ts';

/**
 * Connects and keeps reconnecting for ever. A paused server is noticed after about ten seconds: the client's own
 * default (2 minutes, twice) hides it.
 * @throws {NatsUnreachable} at the first try; {SettingsProblem} where settings contradict one another.
 */
export async function connectNats(settings: NatsSettings, name: string): Promise<NatsConnection> {
  const options: ConnectionOptions = {
    ...loginOptions(settings, name),
    name,
    pingInterval: 5_000,
    maxPingOut: 2,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 500,
    // Two stack traces a request would cost half of the rate; errors carry causes instead.
    noAsyncTraces: true,
  };
  const nats = await connect(options).catch((error: unknown) => {
    throw unreachable(settings, reasonOf(error), error);
  });
  const { version = 'unknown' } = nats.info ?? {};
  if (isServerNewEnough(version)) return nats;
  await nats.close();
  throw unreachable(settings, `nats-server ${version}; at least ${REQUIRED_SERVER_TEXT} is needed`);
}

/** Services create nothing: they check that what they stand on exists. */
export async function verifyProvisioned(nats: NatsConnection): Promise<void> {
  const manager = await jetstreamManager(nats);
  const wanted = [
    ...streams.map((stream) => stream.name),
    ...buckets.map((bucket) => streamOfBucket(bucket.name)),
  ];
  const present = new Set<string>();
  for await (const name of manager.streams.names()) present.add(name);
  const missing = wanted.filter((name) => !present.has(name));
  if (missing.length === 0) return;
  throw new NotProvisioned(
    `These are missing: ${missing.join(', ')}. Run "npm run habitstream -- provision" first.`,
  );
}
