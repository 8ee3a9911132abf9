import type { AccountEvent, PremiumEvent, RecordedEvent } from '#contracts/events.ts';
import type { Charges } from './payments.ts';
import type { Dimension } from './versions.ts';

/** What is known of a person, as columns. Times of day have seconds, as Postgres spells them. */
export type UserState = {
  registered_at: string | null;
  locale: string | null;
  timezone: string | null;
  day_starts_at: string;
  quiet_from: string | null;
  quiet_to: string | null;
  digest_weekday: number | null;
  digest_at: string | null;
  premium_until: string | null;
  premium_renews: boolean;
  blocked: boolean;
  stopped: boolean;
};

export const USERS: Dimension<UserState> = {
  table: 'dim_user_versions',
  key: [['user_id', 'bigint']],
  columns: {
    registered_at: 'timestamptz',
    locale: 'text',
    timezone: 'text',
    day_starts_at: 'time',
    quiet_from: 'time',
    quiet_to: 'time',
    digest_weekday: 'smallint',
    digest_at: 'time',
    premium_until: 'timestamptz',
    premium_renews: 'boolean',
    blocked: 'boolean',
    stopped: 'boolean',
  },
  initial: {
    registered_at: null,
    locale: null,
    timezone: null,
    day_starts_at: '00:00:00',
    quiet_from: null,
    quiet_to: null,
    digest_weekday: null,
    digest_at: null,
    premium_until: null,
    premium_renews: false,
    blocked: false,
    stopped: false,
  },
};

export type RecordedAccountEvent = Extract<RecordedEvent, AccountEvent>;

const seconds = (at: string): string => `${at}:00`;

/** @param charges what the person paid; brought up to date with the event. */
export function userPatch(event: RecordedAccountEvent, charges: Charges): Partial<UserState> | undefined {
  switch (event.type) {
    case 'AccountRegistered':
      return { registered_at: event.at, locale: event.data.locale };
    case 'LocaleChanged':
      return { locale: event.data.locale };
    case 'TimezoneChanged':
      return { timezone: event.data.timezone };
    case 'DayStartChanged':
      return { day_starts_at: seconds(event.data.dayStartsAt) };
    case 'QuietHoursChanged': {
      const { quiet } = event.data;
      return { quiet_from: quiet && seconds(quiet.from), quiet_to: quiet && seconds(quiet.to) };
    }
    case 'DigestChanged': {
      const { digest } = event.data;
      return { digest_weekday: digest?.weekday ?? null, digest_at: digest && seconds(digest.at) };
    }
    case 'BotBlocked':
      return { blocked: true };
    case 'BotUnblocked':
      return { blocked: false };
    case 'RemindersStopped':
      return { stopped: true };
    case 'RemindersContinued':
      return { stopped: false };
    case 'PremiumGranted':
    case 'PremiumRefunded':
    case 'PremiumCancelled':
    case 'PremiumResumed':
      return premiumPatch(event, charges);
    case 'VacationPlanned':
    case 'VacationCancelled':
    case 'ContinuationAsked':
    case 'HabitsReordered':
    case 'DefaultWindowChanged':
    case 'ClockChanged':
      return undefined;
    default:
      return event satisfies never;
  }
}

function premiumPatch(event: Extract<RecordedEvent, PremiumEvent>, charges: Charges): Partial<UserState> {
  switch (event.type) {
    case 'PremiumGranted':
      charges.granted(event.userId, event.data);
      return { premium_until: charges.paidUntil(event.userId), premium_renews: event.data.recurring };
    case 'PremiumRefunded':
      charges.refunded(event.userId, event.data.chargeId);
      return { premium_until: charges.paidUntil(event.userId) };
    case 'PremiumCancelled':
      return { premium_renews: false };
    case 'PremiumResumed':
      return { premium_renews: true };
  }
}
