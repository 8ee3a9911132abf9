import type { Locale } from '#contracts/account-events.ts';
import type { Frequency, Goal, Group } from '#contracts/habit-events.ts';
import { EVERY_DAY, localTimeOf, type Weekday, type Weekdays } from '#contracts/time.ts';
import type { Command } from '#services/bot/domain/habit.ts';
import type { Reminder } from '#services/bot/domain/habit-state.ts';
import { DEFAULT_MIX } from '../../capacity/default-mix.ts';
import { picker, type Random } from '../../capacity/random.ts';
import { happens, oneOf, wholeBetween } from './chances.ts';

/** What people make habits of. Names are numbered, so that nobody takes a generated one for a person's own. */
type Kind = { names: Record<Locale, string>; emoji: string; goal: Goal };

const yesNo: Goal = { kind: 'yesNo' };
const atLeast = (target: number, unit: string): Goal => ({
  kind: 'numeric',
  direction: 'atLeast',
  target,
  unit,
});
const atMost = (target: number, unit: string): Goal => ({
  kind: 'numeric',
  direction: 'atMost',
  target,
  unit,
});

const KINDS: readonly [Kind, ...Kind[]] = [
  { names: { en: 'stretching', ru: 'растяжка' }, emoji: '🤸', goal: yesNo },
  { names: { en: 'vitamins', ru: 'витамины' }, emoji: '💊', goal: yesNo },
  { names: { en: 'journal', ru: 'дневник' }, emoji: '📓', goal: yesNo },
  { names: { en: 'walk', ru: 'прогулка' }, emoji: '🚶', goal: yesNo },
  { names: { en: 'gym', ru: 'зал' }, emoji: '🏋️', goal: yesNo },
  { names: { en: 'early night', ru: 'ранний сон' }, emoji: '😴', goal: yesNo },
  { names: { en: 'cleaning', ru: 'уборка' }, emoji: '🧹', goal: yesNo },
  { names: { en: 'water', ru: 'вода' }, emoji: '💧', goal: atLeast(2000, 'ml') },
  { names: { en: 'reading', ru: 'чтение' }, emoji: '📚', goal: atLeast(20, 'pages') },
  { names: { en: 'running', ru: 'бег' }, emoji: '🏃', goal: atLeast(2.5, 'km') },
  { names: { en: 'steps', ru: 'шаги' }, emoji: '👟', goal: atLeast(8000, '') },
  { names: { en: 'coffee', ru: 'кофе' }, emoji: '☕', goal: atMost(2, 'cups') },
  { names: { en: 'screen time', ru: 'экран' }, emoji: '📱', goal: atMost(90, 'min') },
];

export const GROUPS: readonly [Group, ...Group[]] = [
  { kind: 'part', part: 'morning' },
  { kind: 'part', part: 'afternoon' },
  { kind: 'part', part: 'evening' },
  { kind: 'named', name: 'Generated group' },
];

export const EMOJI = ['🎯', '🌱', '⭐', '🔥'] as const;

const TIMES = DEFAULT_MIX[0]?.times ?? [];
const pickTime = picker(TIMES.map(({ weight }) => weight));
const WORKDAYS: Weekdays = [1, 2, 3, 4, 5];

export function nameOf(random: Random, locale: Locale, ordinal: number): string {
  const kind = oneOf(random, KINDS).names[locale];
  return locale === 'ru' ? `Привычка ${ordinal}: ${kind}` : `Habit ${ordinal}: ${kind}`;
}

/** A habit as people define one, with its reminders. */
export function definitionOf(
  random: Random,
  locale: Locale,
  ordinal: number,
): Extract<Command, { type: 'DefineHabit' }>['data'] {
  const { names, emoji, goal } = oneOf(random, KINDS);
  const frequency = frequencyOf(random);
  return {
    name: locale === 'ru' ? `Привычка ${ordinal}: ${names.ru}` : `Habit ${ordinal}: ${names.en}`,
    goal,
    frequency,
    ...(happens(random, 0.6) ? { emoji } : {}),
    ...(happens(random, 0.2) ? { group: oneOf(random, GROUPS) } : {}),
    reminders: remindersOf(random, frequency),
  };
}

export function frequencyOf(random: Random): Frequency {
  const share = random();
  if (share < 0.6) return { kind: 'daily' };
  if (share < 0.74) return { kind: 'weekdays', weekdays: happens(random, 0.6) ? WORKDAYS : someDays(random) };
  if (share < 0.9) return { kind: 'timesPerWeek', times: wholeBetween(random, 2, 5) };
  if (share < 0.95) return { kind: 'timesPerMonth', times: wholeBetween(random, 2, 12) };
  return { kind: 'timesInDays', times: wholeBetween(random, 1, 3), days: wholeBetween(random, 4, 14) };
}

const someDays = (random: Random): Weekdays => {
  const days = EVERY_DAY.filter(() => happens(random, 0.45));
  return days.length > 0 ? days : [wholeBetween(random, 1, 7) as Weekday];
};

function remindersOf(random: Random, frequency: Frequency): Reminder[] {
  const share = random();
  const count = share < 0.15 ? 0 : share < 0.82 ? 1 : share < 0.95 ? 2 : 3;
  return Array.from({ length: count }, () => reminderOf(random, frequency));
}

/** At a time that people choose; one in ten is flexible. */
export function reminderOf(random: Random, frequency: Frequency): Reminder {
  const at = localTimeOf(TIMES[pickTime(random)]?.minute ?? 540);
  const weekdays = frequency.kind === 'weekdays' ? frequency.weekdays : EVERY_DAY;
  return { at, weekdays, ...(happens(random, 0.1) ? { windowMinutes: oneOf(random, [15, 30, 60]) } : {}) };
}
