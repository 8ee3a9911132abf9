import { z } from 'zod';

/** Thrown by {@link readSettings}; the message lists every problem, a line each. */
export class SettingsProblem extends Error {
  override name = 'SettingsProblem';
}

/**
 * Reads the environment by a schema whose camelCase keys stand for upper-case names: `natsUrl` is `NATS_URL`.
 * An empty value counts as absent.
 * @throws {SettingsProblem} naming every missing or wrong setting at once.
 */
export function readSettings<S extends z.ZodObject>(schema: S, environment: NodeJS.ProcessEnv): z.infer<S> {
  return readAllSettings({ only: schema }, environment).only;
}

/** {@link readSettings} for several schemas together: what is wrong in more than one is named once. */
export function readAllSettings<S extends Record<string, z.ZodObject>>(
  schemas: S,
  environment: NodeJS.ProcessEnv,
): { [K in keyof S]: z.infer<S[K]> } {
  const problems = new Set<string>();
  const read = Object.entries(schemas).map(([name, schema]) => {
    const named = Object.keys(schema.shape).map((key) => [
      key,
      environment[environmentName(key)] || undefined,
    ]);
    const parsed = schema.safeParse(Object.fromEntries(named));
    for (const { path, message } of parsed.error?.issues ?? []) {
      problems.add(`  ${environmentName(String(path[0]))}: ${message}`);
    }
    return [name, parsed.data];
  });
  if (problems.size === 0) return Object.fromEntries(read);
  throw new SettingsProblem(`These settings are missing or wrong:\n${[...problems].join('\n')}`);
}

/** `NATS_URL` for `natsUrl`. */
export function environmentName(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

const wholeNumber = (min: number, max: number) => z.coerce.number().int().min(min).max(max);

/** Messages a second that Telegram takes without payment, all chats together. */
export const FREE_RATE = 30;
/** Messages a second; a thousand is what Telegram takes for payment. */
export const ratePerSecond = wholeNumber(1, 1000);

/** Settings that several processes read, each in one form. */
export const setting = {
  /** One or several, by commas. */
  natsUrl: z
    .string('one or several URLs such as nats://127.0.0.1:4222')
    .refine(
      (text) =>
        text.split(',').every((each) => z.url({ protocol: /^(nats|tls)$/ }).safeParse(each.trim()).success),
      'one or several URLs such as nats://127.0.0.1:4222, with commas between them; nats:// or tls://',
    ),
  databaseUrl: z.url({
    protocol: /^postgres(ql)?$/,
    message: 'a URL such as postgres://user@127.0.0.1:5432/habitstream',
  }),
  /**
   * Makes tombstones of user ids. With it one can try all ids, so it is no part of a backup of the log; without it the
   * tombstones of a restored log fit nobody.
   */
  tombstoneKey: z.string().min(32, 'at least 32 characters that nobody can guess'),
  botToken: z
    .string('the token from @BotFather')
    .regex(/^\d+:[\w-]{20,}$/, 'a token from @BotFather: digits, a colon, at least 20 characters'),
  telegramApiRoot: z.url({ protocol: /^https?$/ }).default('https://api.telegram.org'),
  /** How people reach the calendar page. Telegram opens https alone; a simulated one opens this machine's too. */
  appUrl: z
    .url({ protocol: /^https?$/ })
    .refine(
      (url) => new URL(url).pathname === '/app',
      'a URL whose path is /app, such as https://bot.example.org/app',
    )
    .refine(
      (url) => /^https:|^http:\/\/(127\.0\.0\.1|localhost)[:/]/.test(url),
      'https, as Telegram asks for',
    ),
  logLevel: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  healthPort: wholeNumber(0, 65_535).optional(),
  /** Where health checks and metrics are asked for; `0.0.0.0` in a container, whose probes come from outside. */
  healthHost: z.union([z.ipv4(), z.ipv6()], 'an address such as 127.0.0.1 or 0.0.0.0').optional(),
  shardCount: wholeNumber(1, 64).default(16),
  /** Names of projections; all that are not off by default unless it is set. */
  projections: z
    .string()
    .transform((list) => list.split(',').map((name) => name.trim()))
    .refine(
      (names) => names.every((name) => /^[a-z][a-z0-9_]*$/.test(name)),
      'names, such as schedules,admin',
    )
    .optional(),
  /** What one nats-server may hold in all our streams; a quarter below its `max_file_store`. */
  natsStoreBytes: wholeNumber(64 * 1024 ** 2, Number.MAX_SAFE_INTEGER).optional(),
  /** Copies of every stream and bucket: 3 on a cluster of three nodes or more. Absent: new ones get 1, others keep theirs. */
  natsReplicas: z.enum(['1', '3']).transform(Number).optional(),
  /** Messages a second, all processes together. Telegram allows about 30. */
  sendRate: ratePerSecond.default(28),
  /** Of these, at most this many are reminders and broadcasts. */
  bulkRate: ratePerSecond.default(25),
  /** Telegram Stars for 30 days of premium; without it nothing is sold and nothing is limited. */
  premiumPriceStars: wholeNumber(1, 10_000).optional(),
};

/** How NATS is reached, and who one is there: the names that the `nats` CLI reads too. Files are named by their paths. */
export const natsSettings = {
  natsUrl: setting.natsUrl,
  natsUser: z.string().optional(),
  natsPassword: z.string().optional(),
  natsToken: z.string().optional(),
  natsCreds: z.string().optional(),
  natsNkey: z.string().optional(),
  natsCert: z.string().optional(),
  natsKey: z.string().optional(),
  natsCa: z.string().optional(),
  /** TLS before the server has said anything, as its `handshake_first` wants it. */
  natsTlsFirst: z.stringbool().optional(),
  /** Of the subjects on which answers come, where the user may not hear all of `_INBOX.>`. */
  natsInboxPrefix: z
    .string()
    .regex(/^[^\s.*>]+(\.[^\s.*>]+)*$/, 'a subject without wildcards')
    .optional(),
};

/** Postgres of the schedules, and of the analytics where that is another. */
export const databaseSettings = {
  databaseUrl: setting.databaseUrl,
  analyticsDatabaseUrl: setting.databaseUrl.optional(),
};

/** What every process needs. */
export const processSettings = {
  ...natsSettings,
  logLevel: setting.logLevel,
  healthPort: setting.healthPort,
  healthHost: setting.healthHost,
};
