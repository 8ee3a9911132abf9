import { z } from 'zod';
import { databaseSettings, processSettings, setting } from '#services/platform/process/settings.ts';

/** Settings of forgetting. Its users of NATS and of the database are the only ones who may delete. */
export const forgettingSettings = z.object({
  ...processSettings,
  /** Of the tables' owner: rows of people are removed, and the files of tables written again. */
  ...databaseSettings,
  tombstoneKey: setting.tombstoneKey,
  botToken: setting.botToken,
  telegramApiRoot: setting.telegramApiRoot,
  sendRate: setting.sendRate,
  bulkRate: setting.bulkRate,
});
