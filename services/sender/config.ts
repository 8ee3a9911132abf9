import { z } from 'zod';
import { processSettings, setting } from '../runtime/settings.ts';

export const SenderConfig = z.object({
  ...processSettings,
  databaseUrl: setting.databaseUrl,
  botToken: setting.botToken,
  telegramApiRoot: setting.telegramApiRoot,
  sendRate: setting.sendRate,
  bulkRate: setting.bulkRate,
  /** How often a reminder whose fate is unknown is sent again. A duplicate annoys, so the default is never. */
  uncertainResends: z.coerce.number().int().min(0).max(3).default(0),
  /** Lets `SEND_RATE` exceed Telegram's free limit, for Stars. */
  paidBroadcast: z.stringbool().default(false),
});
export type SenderConfig = z.infer<typeof SenderConfig>;
