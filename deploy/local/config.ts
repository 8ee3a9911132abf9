import { parseArgs } from 'node:util';
import { z } from 'zod';
import { natsSettings, readAllSettings, readSettings, setting } from '#services/platform/process/settings.ts';
import { serviceSettings } from './services.ts';
import { StartupProblem } from './startup-problem.ts';

const port = (usual: number) => z.coerce.number().int().min(0).max(65_535).default(usual);

/** Settings of the local environment. A server that is named by its URL is used instead of starting one. */
const localSettings = z.object({
  dataDir: z.string().default('.habitstream'),
  /** Of the chat page; with a real bot and WEBHOOK_URL, of the webhook. 0: a free one. */
  port: port(8080),
  /** Of the calendar page; the next one after the chat page's unless it is taken. */
  appPort: z.coerce.number().int().min(0).max(65_535).optional(),
  /** Of the console; the next one after these unless it is taken. */
  consolePort: z.coerce.number().int().min(0).max(65_535).optional(),
  appUrl: setting.appUrl.optional(),
  natsPort: port(14_222),
  postgresPort: port(15_432),
  natsServer: z.string().optional(),
  ...natsSettings,
  natsUrl: setting.natsUrl.optional(),
  natsStoreBytes: setting.natsStoreBytes,
  databaseUrl: setting.databaseUrl.optional(),
  analyticsDatabaseUrl: setting.databaseUrl.optional(),
  projections: setting.projections,
  botToken: setting.botToken.optional(),
  telegramApiRoot: setting.telegramApiRoot,
  webhookUrl: z.url().optional(),
  webhookSecret: z.string().optional(),
  shardCount: setting.shardCount,
  sendRate: setting.sendRate,
  bulkRate: setting.bulkRate,
  paidBroadcast: z.string().optional(),
  adminIds: z.string().optional(),
  logLevel: setting.logLevel.default('warn'),
});

/** `environment` is what the services read their settings from. */
export type LocalConfig = z.infer<typeof localSettings> & {
  simulator: boolean;
  environment: NodeJS.ProcessEnv;
};

const flags = {
  'data-dir': { type: 'string' },
  port: { type: 'string' },
  'no-simulator': { type: 'boolean' },
} as const;

/** Stand in for what is known once the servers run, so that all other settings can be checked before. */
const YET_UNKNOWN = {
  NATS_URL: 'nats://127.0.0.1',
  DATABASE_URL: 'postgres://127.0.0.1',
  BOT_TOKEN: '0:yet-unknown-yet-unknown',
  TOMBSTONE_KEY: 'yet-unknown-yet-unknown-yet-unknown',
};

/**
 * Settings of `habitstream start`: the flags, else the environment.
 * @throws {SettingsProblem} naming every wrong setting; {StartupProblem} for an unknown flag or a missing token.
 */
export function readLocalConfig(args: string[], environment: NodeJS.ProcessEnv): LocalConfig {
  const parsed = parseFlags(args);
  const named = {
    ...environment,
    ...(parsed['data-dir'] === undefined ? {} : { DATA_DIR: parsed['data-dir'] }),
    ...(parsed.port === undefined ? {} : { PORT: parsed.port }),
  };
  const present = Object.fromEntries(Object.entries(named).filter(([, value]) => value));
  readAllSettings({ local: localSettings, ...serviceSettings }, { ...YET_UNKNOWN, ...present });
  const config = readSettings(localSettings, present);
  const simulator = config.botToken === undefined && !parsed['no-simulator'];
  if (!simulator && config.botToken === undefined) {
    throw new StartupProblem(
      'Without the simulator a real bot is needed: set BOT_TOKEN to the token from @BotFather.',
    );
  }
  return { ...config, simulator, environment };
}

function parseFlags(args: string[]) {
  try {
    return parseArgs({ args, options: flags }).values;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new StartupProblem(`${message.split('. ')[0]}. Known flags: --data-dir, --port, --no-simulator.`);
  }
}
