import zoneAtCoordinates from '@photostructure/tz-lookup';
import { epochMinuteAt } from '#contracts/time.ts';
import { canonicalTimezone } from '#services/platform/local-time/local-time.ts';
import { offsetAt } from '#services/platform/local-time/zone-offsets.ts';

/** The map of zones is coarse: villages some kilometres off a border may lie on its other side. */
const RINGS_KM = [8, 20];
const DIRECTIONS = 8;
const KM_PER_DEGREE = 111.2;
const HALF_A_YEAR_MS = 182 * 24 * 3_600_000;

/** The timezone at a point, and those around it whose clocks show something else now or in half a year. */
export function timezonesAround(latitude: number, longitude: number, nowMs: number): string[] {
  const isPossible = Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
  if (!isPossible) return [];
  const zones = new Map<string, string>();
  for (const point of pointsAround(latitude, longitude)) {
    const timezone = canonicalTimezone(zoneAtCoordinates(point.latitude, point.longitude));
    // The open sea has zones by longitude alone, where nobody lives.
    if (!timezone || (zones.size > 0 && timezone.startsWith('Etc/'))) continue;
    const clocks = [nowMs, nowMs + HALF_A_YEAR_MS].map((ms) => offsetAt(epochMinuteAt(ms), timezone)).join();
    if (!zones.has(clocks)) zones.set(clocks, timezone);
  }
  return [...zones.values()];
}

type Point = { latitude: number; longitude: number };

/** The point itself comes first. */
function pointsAround(latitude: number, longitude: number): Point[] {
  const widthOfDegree = Math.max(0.05, Math.cos((latitude * Math.PI) / 180));
  const around = RINGS_KM.flatMap((km) =>
    Array.from({ length: DIRECTIONS }, (_, index) => {
      const angle = (2 * Math.PI * index) / DIRECTIONS;
      const north = latitude + (km / KM_PER_DEGREE) * Math.cos(angle);
      const east = longitude + ((km / KM_PER_DEGREE) * Math.sin(angle)) / widthOfDegree;
      return { latitude: Math.min(90, Math.max(-90, north)), longitude: ((east + 540) % 360) - 180 };
    }),
  );
  return [{ latitude, longitude }, ...around];
}
