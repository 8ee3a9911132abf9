import { jetstreamManager, type StreamInfo } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { z } from 'zod';
import { type Examination, ok, problem, unknown, warning, warningUnless } from './finding.ts';

/** A stream that refuses messages at its limit is full soon, from then on. */
const FULL_SOON = 0.8;
const FULL = 0.97;

/** Which server it is, and whether everybody may do everything there. */
export function natsServer(nats: NatsConnection): Examination {
  return {
    about: 'nats-server',
    async look() {
      const { version, server_name: name, cluster, auth_required: asks } = nats.info ?? {};
      const where = cluster ? `${name} of the cluster ${cluster}` : String(name);
      return [
        ok('nats-server', `${version}, ${where}`),
        asks
          ? ok('users of NATS', 'the server asks who one is')
          : warning(
              'users of NATS',
              'the server asks nobody who they are: each process may do everything',
              'give each service its own user: npm run habitstream -- nats permissions',
            ),
      ];
    },
  };
}

/** Copies of the streams, and whether those that there are keep up. */
export function replicas(nats: NatsConnection): Examination {
  return {
    about: 'replicas',
    async look() {
      const infos = await streamsOf(nats);
      const single = infos.filter(({ config }) => config.num_replicas === 1).map(({ config }) => config.name);
      const behind = infos.flatMap(({ config, cluster }) =>
        (cluster?.replicas ?? [])
          .filter(({ current, offline }) => offline || !current)
          .map(({ name, offline }) => `${config.name} on ${name} ${offline ? 'is away' : 'is behind'}`),
      );
      if (behind.length > 0)
        return [
          warning(
            'replicas',
            listed(behind),
            'wait until the node is back, and lose no other one until then',
          ),
        ];
      if (nats.info?.cluster === undefined)
        return [ok('replicas', 'one server, on whose disk everything depends')];
      if (single.length === 0) return [ok('replicas', 'several of every stream')];
      return [
        warning(
          'replicas',
          `one alone of ${listed(single)}`,
          'NATS_REPLICAS=3 npm run habitstream -- provision (which says so where a stream was made for one server)',
        ),
      ];
    },
  };
}

/** How full streams are, and whether they have a limit at all. */
export function room(nats: NatsConnection): Examination {
  return {
    about: 'room',
    async look() {
      const infos = await streamsOf(nats);
      const share = ({ config, state }: StreamInfo) =>
        config.max_bytes > 0 ? state.bytes / config.max_bytes : 0;
      const refusing = infos.filter(({ config }) => config.discard === 'new');
      const full = refusing.filter((info) => share(info) >= FULL).map(({ config }) => config.name);
      const soon = refusing.filter((info) => share(info) >= FULL_SOON).map(({ config }) => config.name);
      const unlimited = infos.filter(({ config }) => config.max_bytes <= 0).map(({ config }) => config.name);
      const advice = 'raise NATS_STORE_BYTES, where the disk has room, and provision again';
      if (full.length > 0) return [problem('room', `full: ${listed(full)}`, advice)];
      if (soon.length > 0)
        return [warning('room', `more than ${FULL_SOON * 100}% full: ${listed(soon)}`, advice)];
      if (unlimited.length === 0) return [ok('room', 'every stream has a limit, and none is near it')];
      return [
        warning(
          'room',
          `no limit: ${listed(unlimited)}`,
          'a full disk stops them until nats-server is restarted: set NATS_STORE_BYTES and provision again',
        ),
      ];
    },
  };
}

const Varz = z.object({
  jetstream: z.object({
    config: z.object({
      sync_always: z.boolean().optional(),
      sync_interval: z.number().optional(),
      max_storage: z.number(),
    }),
    stats: z.object({ storage: z.number() }),
  }),
});

/** What a client is not told: it stands at the monitoring address. */
export function syncing(monitorUrl: string | undefined): Examination {
  return {
    about: 'syncing',
    async look() {
      if (monitorUrl === undefined)
        return [
          unknown(
            'syncing',
            'not looked at',
            'name the monitoring address of nats-server by NATS_MONITOR_URL',
          ),
        ];
      const response = await fetch(new URL('/varz', monitorUrl), { signal: AbortSignal.timeout(5_000) });
      const { config, stats } = Varz.parse(await response.json()).jetstream;
      const used = stats.storage / config.max_storage;
      return [
        config.sync_always
          ? ok('syncing', 'every message before it is acked')
          : warning(
              'syncing',
              'now and then: a power cut takes what was acked since',
              'sync_interval: always in nats-server’s jetstream block',
            ),
        warningUnless(
          used < FULL_SOON,
          'store of NATS',
          `${Math.round(used * 100)}% of max_file_store used`,
          'raise max_file_store, where the disk has room, and NATS_STORE_BYTES with it',
        ),
      ];
    },
  };
}

async function streamsOf(nats: NatsConnection): Promise<StreamInfo[]> {
  const { streams } = await jetstreamManager(nats);
  const infos: StreamInfo[] = [];
  for await (const info of streams.list()) infos.push(info);
  return infos;
}

const NAMED = 4;

export function listed(names: readonly string[]): string {
  const more = names.length - NAMED;
  return more > 0 ? `${names.slice(0, NAMED).join(', ')} and ${more} more` : names.join(', ');
}
