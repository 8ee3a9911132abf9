import { loadProjections, provisionedBy } from '#projections/engine/registry.ts';
import { connectNats } from '#services/platform/jetstream/connection.ts';
import type { NatsSettings } from '#services/platform/jetstream/login.ts';
import { NatsUnreachable } from '#services/platform/jetstream/login.ts';
import { databaseCheck, openDatabase } from '#services/platform/process/database.ts';
import { withoutSecrets } from '#services/platform/process/describe-error.ts';
import { kindOf } from '#services/platform/process/failure-run.ts';
import type { Log } from '#services/platform/process/log.ts';
import { clocks } from './clocks.ts';
import { type Examination, type Finding, ok, problem } from './finding.ts';
import { natsServer, replicas, room, syncing } from './nats.ts';
import { databaseRoles, postgresServer, timezones } from './postgres.ts';
import { belongTogether, definitions } from './stores.ts';
import { type TelegramSettings, telegram } from './telegram.ts';

/*
 * `habitstream doctor`: asks everything that Habitstream stands on, and changes nothing. A part that is away hides what needs it,
 * and nothing else.
 */

export type DoctorOptions = TelegramSettings & {
  login: NatsSettings;
  databaseUrl: string;
  analyticsDatabaseUrl?: string | undefined;
  natsMonitorUrl?: string | undefined;
  projections?: readonly string[] | undefined;
  shardCount: number;
  natsStoreBytes?: number | undefined;
  replicas?: number | undefined;
};

const OLDEST_NODE = 24;

/** @returns what was found, in the order in which it is to be mended. */
export async function examine(
  options: DoctorOptions,
  { log, now }: { log: Log; now(): number },
): Promise<Finding[]> {
  await using stack = new AsyncDisposableStack();
  const open = (url: string) => {
    const pool = openDatabase({ url, name: 'doctor', max: 2, log });
    stack.defer(() => pool.end());
    return pool;
  };
  const { databaseUrl, analyticsDatabaseUrl = databaseUrl } = options;
  const schedules = open(databaseUrl);
  const analytics = analyticsDatabaseUrl === databaseUrl ? schedules : open(analyticsDatabaseUrl);
  const findings = [nodeVersion(process.version)];
  const nats = await connectNats(options.login, 'doctor').catch((error: unknown) => {
    if (!(error instanceof NatsUnreachable)) throw error;
    findings.push(
      problem('nats-server', withoutSecrets(error.message), 'start it, or correct NATS_URL and the login'),
    );
    return undefined;
  });
  if (nats) stack.defer(() => nats.close());
  const away = await Promise.all([
    isAway('DATABASE_URL', schedules),
    ...(analytics === schedules ? [] : [isAway('ANALYTICS_DATABASE_URL', analytics)]),
  ]);
  const absent = away.flatMap((finding) => finding ?? []);
  findings.push(...absent);
  const projections = provisionedBy(options.projections, await loadProjections());
  const stores =
    nats && absent.length === 0 ? { nats, databases: { schedules, analytics }, projections } : undefined;
  const examinations: Examination[] = [
    ...(nats ? [natsServer(nats), replicas(nats), room(nats)] : []),
    syncing(options.natsMonitorUrl),
    ...(away[0] === undefined ? [postgresServer(schedules), databaseRoles(schedules)] : []),
    ...(stores ? [definitions(stores, options), belongTogether(stores)] : []),
    ...(nats && away[0] === undefined ? [clocks({ nats, database: schedules, now })] : []),
    ...(away[0] === undefined ? [timezones(schedules, now())] : []),
    telegram(options, now()),
  ];
  // One after the other: what makes another one slow would look like a difference of clocks.
  for (const examination of examinations) findings.push(...(await found(examination)));
  return findings;
}

async function found({ about, look }: Examination): Promise<Finding[]> {
  try {
    return await look();
  } catch (error) {
    // Of the error its kind alone: its text may hold what was asked.
    return [
      problem(
        about,
        `cannot be examined (${kindOf(error)})`,
        'see the lines above; what is missing is made by provision',
      ),
    ];
  }
}

async function isAway(name: string, pool: Parameters<typeof databaseCheck>[0]): Promise<Finding | undefined> {
  const text = await databaseCheck(pool).problem();
  return text === undefined ? undefined : problem('Postgres', text, `start it, or correct ${name}`);
}

/** The npm scripts run the Node of the project; another may have been named by hand. */
function nodeVersion(version: string): Finding {
  const isNewEnough = Number(/^v(\d+)\./.exec(version)?.[1]) >= OLDEST_NODE;
  return isNewEnough
    ? ok('Node', version)
    : problem(
        'Node',
        version,
        `at least ${OLDEST_NODE} is needed: npm ci, and "npm run habitstream -- doctor"`,
      );
}
