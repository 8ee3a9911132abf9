import { z } from 'zod';
import { UserId } from '#contracts/ids.ts';
import { processSettings, setting } from '#services/platform/process/settings.ts';

const settings = z.object({
  ...processSettings,
  botToken: setting.botToken,
  telegramApiRoot: setting.telegramApiRoot,
  sendRate: setting.sendRate,
  bulkRate: setting.bulkRate,
  /** Telegram's numeric ids of the admins, separated by commas: they see figures and can write to everybody. */
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
  premiumPriceStars: setting.premiumPriceStars,
  /** Habits, archived ones aside, and reminders of one habit that are free where premium is sold. */
  freeHabits: z.coerce.number().int().min(1).max(500).optional(),
  freeReminders: z.coerce.number().int().min(1).max(12).optional(),
  /** Where people who paid get help, such as `@name` or an address: Telegram asks for it. */
  paymentSupport: z.string().trim().min(1).max(128).optional(),
  /** Where people reach the calendar page; without it no button opens one. */
  appUrl: setting.appUrl.optional(),
  /** Needed for the admins' figures alone. */
  databaseUrl: setting.databaseUrl.optional(),
});

/** Settings of the bot. */
export const botSettings = settings
  .refine(({ adminIds, databaseUrl }) => adminIds.length === 0 || databaseUrl !== undefined, {
    path: ['databaseUrl'],
    error: 'is needed as soon as there are ADMIN_IDS',
  })
  .refine(
    ({ premiumPriceStars, paymentSupport }) =>
      premiumPriceStars === undefined || paymentSupport !== undefined,
    { path: ['paymentSupport'], error: 'is needed as soon as there is PREMIUM_PRICE_STARS' },
  );
