import { z } from 'zod';
import { TimeZone } from './time.ts';

export const Locale = z.enum(['en', 'ru']);
export type Locale = z.infer<typeof Locale>;

/** What can happen to an account, at its current versions. */
export const accountEvents = {
  /** A person pressed Start for the first time. */
  AccountRegistered: { version: 1, data: z.object({ locale: Locale }) },
  LocaleChanged: { version: 1, data: z.object({ locale: Locale }) },
  TimezoneChanged: { version: 1, data: z.object({ timezone: TimeZone }) },
  /** Telegram said that the person blocked the bot: nothing is sent until they come back. */
  BotBlocked: { version: 1, data: z.object({}) },
  BotUnblocked: { version: 1, data: z.object({}) },
} as const;
