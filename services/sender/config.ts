import { z } from 'zod';
import { FREE_RATE, processSettings, setting } from '#services/platform/process/settings.ts';

const settings = z.object({
  ...processSettings,
  databaseUrl: setting.databaseUrl,
  botToken: setting.botToken,
  telegramApiRoot: setting.telegramApiRoot,
  sendRate: setting.sendRate,
  bulkRate: setting.bulkRate,
  /** How often a reminder whose fate is unknown is sent again. A duplicate annoys, so the default is never. */
  uncertainResends: z.coerce.number().int().min(0).max(3).default(0),
  /** Lets reminders and broadcasts exceed Telegram's free limit, up to 1000 a second, for Stars. */
  paidBroadcast: z.stringbool().default(false),
});

export const senderSettings = settings.refine(
  ({ sendRate, paidBroadcast }) => paidBroadcast || sendRate <= FREE_RATE,
  {
    path: ['sendRate'],
    error: `more than ${FREE_RATE} a second have to be paid for: set PAID_BROADCAST=true`,
  },
);
export type SenderConfig = z.infer<typeof senderSettings>;
