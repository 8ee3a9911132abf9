import type { Clock } from '#contracts/account-events.ts';
import type { State } from './account.ts';

/**
 * Where people who use the bot in English read clocks of twelve hours: the USA, Canada, Australia,
 * New Zealand, South Asia and the Philippines, as CLDR has their preferred hours.
 */
const TWELVE_HOURS =
  /^(?:America\/(?:New_York|Detroit|Kentucky\/.*|Indiana\/.*|Chicago|Menominee|North_Dakota\/.*|Denver|Boise|Phoenix|Los_Angeles|Anchorage|Juneau|Sitka|Metlakatla|Yakutat|Nome|Adak|Puerto_Rico|Toronto|Halifax|Glace_Bay|Moncton|Goose_Bay|St_Johns|Winnipeg|Regina|Swift_Current|Edmonton|Vancouver|Whitehorse|Dawson|Dawson_Creek|Fort_Nelson|Jamaica)|Pacific\/(?:Honolulu|Auckland|Chatham|Guam)|Australia\/.*|Asia\/(?:Kolkata|Karachi|Dhaka|Manila))$/;

/** The clock that a person reads: the one they chose, or the one that is usual where they are and in their language. */
export function clockOf({ clock, locale, timezone }: Pick<State, 'clock' | 'locale' | 'timezone'>): Clock {
  if (clock !== null) return clock;
  return locale === 'en' && timezone !== null && TWELVE_HOURS.test(timezone) ? 'h12' : 'h24';
}
