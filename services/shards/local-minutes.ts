import type { EpochMinute } from '#contracts/time.ts';
import type { ZoneMinutes } from '#projections/schedules/due.ts';
import { localMinutesBeginning } from '#services/platform/local-time/local-time.ts';

/**
 * Which local minutes begin in which zone when `minute` begins.
 * `unknown` zones exist for others, but not for this Node: their people are reminded when it is updated.
 */
export function localMinutesOf(
  zones: readonly string[],
  minute: EpochMinute,
): { minutes: ZoneMinutes[]; unknown: string[] } {
  const minutes: ZoneMinutes[] = [];
  const unknown: string[] = [];
  for (const timezone of zones) {
    try {
      minutes.push(...localMinutesBeginning(minute, timezone).map((begins) => ({ timezone, ...begins })));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      unknown.push(timezone);
    }
  }
  return { minutes, unknown };
}
