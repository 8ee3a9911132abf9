import { z } from 'zod';
import { processSettings, setting } from '#services/runtime/settings.ts';

/** Settings of the bot. */
export const botSettings = z.object({
  ...processSettings,
  botToken: setting.botToken,
  telegramApiRoot: setting.telegramApiRoot,
  sendRate: setting.sendRate,
  bulkRate: setting.bulkRate,
});
export type BotConfig = z.infer<typeof botSettings>;
