import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import { provisionEverything } from '#deploy/provision/everything.ts';
import { SIMULATED_BOT } from '#deploy/telegram/simulated-bot.ts';
import { startSimulator } from '#deploy/telegram/start.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import { watchEventLoop } from '#services/platform/process/event-loop.ts';
import { createLog, type Log, readinessLog } from '#services/platform/process/log.ts';
import { followReadiness, type Readiness } from '#services/platform/process/readiness.ts';
import { environmentName, natsSettings } from '#services/platform/process/settings.ts';
import type { LocalConfig } from './config.ts';
import { closeToOthers, ensureWritableFolder } from './data-folder.ts';
import { eventsKept, urlOfForgetting } from './events-kept.ts';
import { keepServer } from './kept-server.ts';
import { openLogFile } from './log-file.ts';
import { resolveNatsServer } from './nats-binary.ts';
import { type OwnNats, startOwnNats } from './own-nats.ts';
import { assertPortFree, portOrFree } from './ports.ts';
import { startPostgres } from './postgres.ts';
import { openToOwner, openToServices } from './postgres-users.ts';
import { forgetRunning, recordRunning } from './running.ts';
import { startServices } from './services.ts';
import { tombstoneKeyIn } from './tombstone-key.ts';

/*
 * The local environment: everything on one machine for `npm start`, with nothing installed but Node and npm. This file
 * puts it together; nats-*.ts and postgres-*.ts run the servers, server-process.ts any server as a child that never
 * outlives this process. Used by deploy/cli; tests and benchmarks start their servers by the same code. It may import
 * the services, deploy/provision and deploy/telegram.
 */

/** Addresses of a running environment. `chat` is the simulator's page, absent with a real bot. */
export type Addresses = {
  chat?: string;
  console: string;
  nats: string;
  database: string;
  dataDir: string;
  logFile: string;
};
export type LocalStack = {
  addresses: Addresses;
  readiness: Pick<Readiness, 'problems'>;
  stop(): Promise<void>;
};

/** The nats-server of this machine knows none of the users that may be set for another. */
const WITHOUT_LOGIN: NodeJS.ProcessEnv = Object.fromEntries(
  Object.keys(natsSettings).map((name) => [environmentName(name), undefined]),
);

/** URLs of a database: its owner's, and once it is provisioned those of the services that have their own. */
type Database = { owner: string; urlsOfServices(): Promise<ReadonlyMap<string, string>> };

/**
 * Starts nats-server, Postgres, the Telegram simulator (unless there is a bot token) and all services in this process,
 * and provisions them. The data folder survives restarts and kill -9.
 * @param print gets a line for each step that takes a while.
 * @throws {StartupProblem} or {SettingsProblem} with a message for people. Then nothing is left running.
 */
export async function startStack(config: LocalConfig, print: (line: string) => void): Promise<LocalStack> {
  const dataDir = resolve(config.dataDir);
  await ensureWritableFolder(dataDir);
  await closeToOthers(dataDir);
  await assertPortFree(config.port, config.simulator ? 'the chat page (--port)' : 'the webhook (--port)');
  const logFile = join(dataDir, 'habitstream.log');
  await using starting = new AsyncDisposableStack();
  const logOf = logsIn(logFile, config.logLevel, starting);
  const log = logOf('local');

  const {
    url: nats,
    streamBytes,
    forgetting,
  } = config.natsUrl
    ? { url: config.natsUrl, streamBytes: config.natsStoreBytes, forgetting: config.natsUrl }
    : await ownNats(config, dataDir, starting, print);
  const { owner: database, urlsOfServices } = config.databaseUrl
    ? oneUser(config.databaseUrl)
    : await ownPostgres(config, dataDir, starting, print);
  const { analyticsDatabaseUrl, projections, shardCount } = config;
  await provisionEverything({
    login: config.natsUrl ? { ...config, natsUrl: nats } : { natsUrl: nats },
    databaseUrl: database,
    analyticsDatabaseUrl,
    projections,
    shardCount,
    natsStoreBytes: streamBytes,
    log,
    print: (line) => log.info(line),
  });
  const chat = config.simulator ? await ownTelegram(config, dataDir, log, starting) : undefined;
  const pages = await portsOfPages(config, chat);
  const urls = await urlsOfServices();
  const tombstoneKey = await tombstoneKeyIn(dataDir);
  const environmentOf = (service: string) => ({
    TOMBSTONE_KEY: tombstoneKey,
    ...serviceEnvironment(config, { nats, database: urls.get(service) ?? database, chat, ...pages }),
    ...(service === 'forgetting' && { NATS_URL: forgetting }),
  });
  const readiness = await startServices(environmentOf, logOf, starting);
  const following = followReadiness(readiness, systemClock, readinessLog(log));
  starting.defer(() => following.stop());
  const watch = watchEventLoop({ log });
  starting.defer(() => watch.stop());
  await recordRunning(dataDir, {
    ...{ NATS_URL: nats, DATABASE_URL: database, ANALYTICS_DATABASE_URL: analyticsDatabaseUrl },
    ...{ PROJECTIONS: projections?.join(), NATS_STORE_BYTES: streamBytes?.toString() },
  });
  starting.defer(() => forgetRunning(dataDir));
  const owned = starting.move();
  return {
    addresses: { chat, console: `http://127.0.0.1:${pages.consolePort}`, nats, database, dataDir, logFile },
    readiness,
    stop: () => owned.disposeAsync(),
  };
}

/** One file for all services: each line says which one wrote it. */
function logsIn(path: string, level: string, owned: AsyncDisposableStack): (service: string) => Log {
  const file = openLogFile(path);
  owned.defer(() => file.close());
  return (service) => createLog(service, level, file);
}

async function ownNats(
  { natsServer, natsPort, natsStoreBytes }: LocalConfig,
  dataDir: string,
  owned: AsyncDisposableStack,
  print: (line: string) => void,
): Promise<OwnNats & { forgetting: string }> {
  const configured = natsServer === undefined ? {} : { configuredPath: natsServer };
  const binary = await resolveNatsServer({ ...configured, dataDir, log: print });
  const password = randomBytes(24).toString('base64url');
  const server = await startOwnNats(
    {
      binary,
      storeDir: join(dataDir, 'nats'),
      port: natsPort,
      streamBytes: natsStoreBytes,
      extraConfig: eventsKept(password),
    },
    print,
  );
  owned.defer(() => server.stop());
  return { ...server, forgetting: urlOfForgetting(server.url, password) };
}

async function ownPostgres(
  { postgresPort }: LocalConfig,
  dataDir: string,
  owned: AsyncDisposableStack,
  print: (line: string) => void,
): Promise<Database> {
  const start = (port: number) => startPostgres({ dataDir: join(dataDir, 'postgres'), port });
  const server = await start(postgresPort);
  const kept = keepServer(server, { name: 'Postgres', startAgain: ({ port }) => start(port), print });
  owned.defer(() => kept.stop());
  return { owner: await openToOwner(server.url), urlsOfServices: () => openToServices(server.url) };
}

/** A database that was named has one user for all. */
function oneUser(url: string): Database {
  return { owner: url, urlsOfServices: async () => new Map() };
}

async function ownTelegram(
  { port }: LocalConfig,
  dataDir: string,
  log: Log,
  owned: AsyncDisposableStack,
): Promise<string> {
  const simulator = await startSimulator({
    port,
    host: '127.0.0.1',
    ...SIMULATED_BOT,
    dataDir: join(dataDir, 'telegram'),
    log: (line) => log.warn(line),
  });
  owned.defer(() => simulator.stop());
  return simulator.url;
}

/** Where the calendar page listens, which needs a simulator, and the console: at the same places after a restart, if they are free. */
async function portsOfPages(
  { port, appPort, consolePort }: LocalConfig,
  chat: string | undefined,
): Promise<{ page?: number; consolePort: number }> {
  const named = async (port: number, what: string) => {
    await assertPortFree(port, what);
    return portOrFree(port);
  };
  const first = chat === undefined ? port : Number(new URL(chat).port);
  const page =
    appPort === undefined
      ? await portOrFree(first + 1)
      : await named(appPort, 'the calendar page (APP_PORT)');
  const ofConsole =
    consolePort === undefined
      ? await portOrFree(first + 2)
      : await named(consolePort, 'the console (CONSOLE_PORT)');
  return { ...(chat !== undefined && { page }), consolePort: ofConsole };
}

/** Where everything is that was started for the services, and where they are to listen. */
type ServedAt = { nats: string; database: string; chat?: string; page?: number; consolePort: number };

/** The settings of a service, as it would read them in a process of its own. */
function serviceEnvironment(
  { environment, botToken, port, simulator, natsUrl }: LocalConfig,
  { nats, database, chat, page, consolePort }: ServedAt,
): NodeJS.ProcessEnv {
  const common: NodeJS.ProcessEnv = {
    ...environment,
    ...(natsUrl ? {} : WITHOUT_LOGIN),
    NATS_URL: nats,
    DATABASE_URL: database,
    PORT: String(port),
    CONSOLE_PORT: String(consolePort),
    CONSOLE_HOST: '127.0.0.1',
  };
  if (!simulator) return { ...common, BOT_TOKEN: botToken };
  const { WEBHOOK_URL, WEBHOOK_SECRET, ...rest } = common;
  return {
    ...rest,
    BOT_TOKEN: SIMULATED_BOT.botToken,
    TELEGRAM_API_ROOT: chat,
    APP_URL: `http://127.0.0.1:${page}/app`,
    APP_PORT: String(page),
  };
}
