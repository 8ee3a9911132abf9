import type { Clock, Digest, Locale } from '#contracts/account-events.ts';
import type { WindowMinutes } from '#contracts/habit-events.ts';
import type { HabitId } from '#contracts/ids.ts';
import type { DailyHours, LocalDate, LocalTime, TimeZone } from '#contracts/time.ts';
import type { PremiumCommand } from './premium.ts';

/** What a person, or Telegram on their behalf, asks of an account. `today` is their local date. */
export type AccountCommand =
  | { type: 'RegisterAccount'; data: { locale: Locale } }
  | { type: 'ChangeLocale'; data: { locale: Locale } }
  | { type: 'ChangeTimezone'; data: { timezone: TimeZone } }
  | { type: 'ChangeDayStart'; data: { dayStartsAt: LocalTime } }
  | { type: 'ChangeQuietHours'; data: { quiet: DailyHours | null } }
  | { type: 'PlanVacation'; data: { from: LocalDate; to: LocalDate; today: LocalDate } }
  | { type: 'CancelVacation'; data: { today: LocalDate } }
  /** The habits that are named come first, in this order. */
  | { type: 'ReorderHabits'; data: { habitIds: readonly HabitId[] } }
  | { type: 'ChangeDefaultWindow'; data: { windowMinutes: WindowMinutes | null } }
  | { type: 'ChangeDigest'; data: { digest: Digest | null } }
  | { type: 'ChangeClock'; data: { clock: Clock } }
  | { type: 'StopReminders'; data: Nothing }
  | { type: 'ContinueReminders'; data: { today: LocalDate } }
  | { type: 'RecordContinuationAsked'; data: { on: LocalDate } }
  | { type: 'RecordBlock'; data: Nothing }
  | { type: 'RecordUnblock'; data: Nothing }
  | PremiumCommand;

type Nothing = Record<never, never>;
