import { parseArgs } from 'node:util';
import { z } from 'zod';
import { readSettings, setting } from '#services/runtime/settings.ts';
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
  logLevel: setting.logLevel.default('warn'),
});

export type LocalConfig = z.infer<typeof localSettings> & { simulator: boolean };

const flags = {
  'data-dir': { type: 'string' },
  port: { type: 'string' },
  'no-simulator': { type: 'boolean' },
} as const;

/**
 * Settings of `habitstream start`: the environment, over it the flags.
 * @throws {SettingsProblem} naming every wrong setting; {StartupProblem} for an unknown flag or a missing token.
 */
export function readLocalConfig(args: string[], environment: NodeJS.ProcessEnv): LocalConfig {
  const given = parseFlags(args);
  const config = readSettings(localSettings, {
    ...environment,
    ...(given['data-dir'] === undefined ? {} : { DATA_DIR: given['data-dir'] }),
    ...(given.port === undefined ? {} : { PORT: given.port }),
  });
  const simulator = config.botToken === undefined && !given['no-simulator'];
  if (!simulator && config.botToken === undefined) {
    throw new StartupProblem(
      'Without the simulator a real bot is needed: set BOT_TOKEN to the token from @BotFather.',
    );
  }
  return { ...config, simulator };
}

function parseFlags(args: string[]) {
  try {
    return parseArgs({ args, options: flags }).values;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new StartupProblem(`${message.split('. ')[0]}. Known flags: --data-dir, --port, --no-simulator.`);
  }
}
