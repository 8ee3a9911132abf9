import { z } from 'zod';
import { UserId } from '#contracts/ids.ts';
import { processSettings, setting } from '#services/platform/process/settings.ts';

const settings = z.object({
  ...processSettings,
  botToken: setting.botToken,
  telegramApiRoot: setting.telegramApiRoot,
  sendRate: setting.sendRate,
  bulkRate: setting.bulkRate,
  /** Telegram's numeric ids of those who see figures and write to everybody, with commas between. */
  adminIds: z
    .string()
    .default('')
    .transform((list) =>
      list
        .split(',')
        .map((id) => id.trim())
        .filter(Boolean),
    )
    .pipe(z.array(UserId)),
  /** Only admins' figures are read from it. */
  databaseUrl: setting.databaseUrl.optional(),
});

/** Settings of the bot. */
export const botSettings = settings.refine(
  ({ adminIds, databaseUrl }) => adminIds.length === 0 || databaseUrl !== undefined,
  { path: ['databaseUrl'], error: 'is needed as soon as there are ADMIN_IDS' },
);
