import { parseArgs } from 'node:util';
import { z } from 'zod';
import { readAllSettings, readSettings, setting } from '#services/platform/process/settings.ts';
import { serviceSettings } from './services.ts';
import { StartupProblem } from './startup-problem.ts';

const port = (wanted: number) => z.coerce.number().int().min(0).max(65_535).default(wanted);

/** What the local environment reads. Servers named by a URL are used instead of being started. */
const localSettings = z.object({
  dataDir: z.string().default('.habitstream'),
  /** Of the chat page; with a real bot and WEBHOOK_URL, of the webhook. */
  port: port(8080),
  natsPort: port(14_222),
  postgresPort: port(15_432),
  natsServer: z.string().optional(),
  natsUrl: setting.natsUrl.optional(),
  databaseUrl: setting.databaseUrl.optional(),
  analyticsDatabaseUrl: setting.databaseUrl.optional(),
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

/** `environment` is what the services read their own settings from. */
export type LocalConfig = z.infer<typeof localSettings> & {
  simulator: boolean;
  environment: NodeJS.ProcessEnv;
};

const flags = {
  'data-dir': { type: 'string' },
  port: { type: 'string' },
  'no-simulator': { type: 'boolean' },
} as const;

/** What is known once the servers run: until then it only has to pass the check of the other settings. */
const YET_UNKNOWN = {
  NATS_URL: 'nats://127.0.0.1',
  DATABASE_URL: 'postgres://127.0.0.1',
  BOT_TOKEN: '0:yet-unknown-yet-unknown',
};

/**
 * Settings of `habitstream start`: the environment, over it the flags.
 * @throws {SettingsProblem} naming every wrong setting; {StartupProblem} for an unknown flag or a missing token.
 */
export function readLocalConfig(args: string[], environment: NodeJS.ProcessEnv): LocalConfig {
  const given = parseFlags(args);
  const named = {
    ...environment,
    ...(given['data-dir'] === undefined ? {} : { DATA_DIR: given['data-dir'] }),
    ...(given.port === undefined ? {} : { PORT: given.port }),
  };
  const present = Object.fromEntries(Object.entries(named).filter(([, value]) => value));
  readAllSettings({ local: localSettings, ...serviceSettings }, { ...YET_UNKNOWN, ...present });
  const config = readSettings(localSettings, present);
  const simulator = config.botToken === undefined && !given['no-simulator'];
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
