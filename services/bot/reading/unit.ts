import type { Goal } from '#contracts/habit-events.ts';
import type { Amount } from './amount.ts';

/** What can be measured, each in its smallest unit here: metres, grams, millilitres, seconds. */
const MEASURES: readonly [dimension: string, size: number, words: RegExp][] = [
  ['length', 0.01, /^(?:cm|centimet(?:er|re)s?|см|сантиметр\p{L}*)$/u],
  ['length', 1, /^(?:m|met(?:er|re)s?|м|метр\p{L}*)$/u],
  ['length', 1000, /^(?:km|kms|kilomet(?:er|re)s?|км|километр\p{L}*)$/u],
  ['length', 1609.344, /^(?:mi|miles?|мил[ьияею]+|милям?)$/u],
  ['mass', 1, /^(?:g|gr|grams?|г|гр|грамм\p{L}*)$/u],
  ['mass', 1000, /^(?:kg|kgs|kilos?|kilograms?|кг|кило|килограмм\p{L}*)$/u],
  ['mass', 453.59237, /^(?:lbs?|pounds?)$/u],
  ['volume', 1, /^(?:ml|millilit(?:er|re)s?|мл|миллилитр\p{L}*)$/u],
  ['volume', 1000, /^(?:l|lit(?:er|re)s?|л|литр\p{L}*)$/u],
  ['time', 1, /^(?:s|secs?|seconds?|с|сек|секунд\p{L}*)$/u],
  ['time', 60, /^(?:min|mins|minutes?|мин|минут\p{L}*)$/u],
  ['time', 3600, /^(?:h|hrs?|hours?|ч|час|часа|часов)$/u],
  ['time', 86_400, /^(?:d|days?|д|дн|день|дня|дней)$/u],
  ['energy', 1, /^(?:cal|kcal|calories|кал|ккал|калори\p{L}*)$/u],
  ['share', 1, /^%$/u],
];

/**
 * An amount typed with a unit, in the unit of the habit: 30 `min` of a habit in hours are 0.5, and `5 cups` for a habit
 * in glasses are 5.
 * @returns undefined where the two cannot both be meant: kilometres for a habit in pages.
 */
function inUnit(value: number, typed: string, wanted: string): number | undefined {
  const from = measureOf(typed);
  const to = measureOf(wanted);
  if (typed === '' || wanted === '' || (!from && !to)) return value;
  if (!from || !to || from.dimension !== to.dimension) return undefined;
  const converted = Math.round(((value * from.size) / to.size) * 1000) / 1000;
  return converted === 0 && value > 0 ? undefined : converted;
}

/**
 * A typed amount in the unit of a habit's goal. Thousands are meant where the goal is of thousands: `5k` of a habit in km are
 * five kilometres to some.
 */
export function inGoal({ value, unit, thousands }: Amount, goal: Goal): number | undefined {
  if (goal.kind !== 'numeric' || (thousands && goal.target < 1000)) return undefined;
  return inUnit(value, unit, goal.unit);
}

function measureOf(unit: string): { dimension: string; size: number } | undefined {
  const word = unit.toLowerCase().replace(/\.$/u, '').split(' ')[0] ?? '';
  const found = MEASURES.find(([, , words]) => words.test(word));
  return found && { dimension: found[0], size: found[1] };
}
