import { z } from 'zod';
import { processSettings, setting } from '#services/platform/process/settings.ts';

export const webhookSettings = {
  /** How Telegram reaches us from outside. Its path is the one we listen at. */
  webhookUrl: z.url({ protocol: /^https?$/, message: 'a URL such as https://bot.example.org/telegram' }),
  webhookSecret: z
    .string('what Telegram proves itself by')
    .regex(/^[A-Za-z0-9_-]{1,256}$/, '1 to 256 characters of A-Z, a-z, 0-9, _ and -'),
};

/** Settings of the ingress. With `webhookUrl` Telegram calls us; without, we poll Telegram. */
export const ingressSettings = z
  .object({
    ...processSettings,
    botToken: setting.botToken,
    telegramApiRoot: setting.telegramApiRoot,
    webhookUrl: webhookSettings.webhookUrl.optional(),
    webhookSecret: webhookSettings.webhookSecret.optional(),
    /** Where the webhook listens; 0 takes a free port. */
    port: z.coerce.number().int().min(0).max(65_535).default(8080),
    host: z.string().default('127.0.0.1'),
    /** Absent while nothing is sold. */
    premiumPriceStars: setting.premiumPriceStars,
    /** Without it there is no calendar page. */
    appUrl: setting.appUrl.optional(),
    /** Where the calendar page listens, usually 8081; 0 takes a free port. */
    appPort: z.coerce.number().int().min(0).max(65_535).optional(),
  })
  .refine(({ webhookUrl, webhookSecret }) => (webhookUrl === undefined) === (webhookSecret === undefined), {
    path: ['webhookSecret'],
    message: 'WEBHOOK_URL and WEBHOOK_SECRET are needed together, or neither',
    // Said even when other settings are wrong too: all problems at once.
    when: () => true,
  });
export type IngressConfig = z.infer<typeof ingressSettings>;
