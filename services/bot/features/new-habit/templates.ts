import type { Frequency, Goal } from '#contracts/habit-events.ts';
import type { LocalTime } from '#contracts/time.ts';
import type { Translate } from '#services/platform/messages/i18n/translator.ts';
import type { Draft } from '../../conversation/dialog.ts';

/** A habit that many people want. `name` and `unit` end the keys of their texts. */
type Template = {
  name: string;
  emoji: string;
  amount?: { direction: 'atLeast' | 'atMost'; target: number; unit: string };
  frequency: Frequency;
  part?: 'morning' | 'evening';
  times: LocalTime[];
};

const DAILY: Frequency = { kind: 'daily' };
const THREE_A_WEEK: Frequency = { kind: 'timesPerWeek', times: 3 };

/** Those that come first are offered first. */
const TEMPLATES: readonly Template[] = [
  {
    name: 'read',
    emoji: '📖',
    amount: { direction: 'atLeast', target: 20, unit: 'pages' },
    frequency: DAILY,
    part: 'evening',
    times: ['21:00'],
  },
  {
    name: 'walk',
    emoji: '🚶',
    amount: { direction: 'atLeast', target: 8000, unit: 'steps' },
    frequency: DAILY,
    times: ['18:00'],
  },
  {
    name: 'water',
    emoji: '💧',
    amount: { direction: 'atLeast', target: 8, unit: 'glasses' },
    frequency: DAILY,
    times: ['10:00', '16:00'],
  },
  {
    name: 'meditate',
    emoji: '🧘',
    amount: { direction: 'atLeast', target: 10, unit: 'minutes' },
    frequency: DAILY,
    part: 'morning',
    times: ['08:00'],
  },
  { name: 'run', emoji: '🏃', frequency: THREE_A_WEEK, part: 'morning', times: ['07:30'] },
  { name: 'work-out', emoji: '💪', frequency: THREE_A_WEEK, times: ['18:00'] },
  { name: 'sleep', emoji: '😴', frequency: DAILY, part: 'evening', times: ['22:30'] },
  {
    name: 'language',
    emoji: '🗣',
    amount: { direction: 'atLeast', target: 15, unit: 'minutes' },
    frequency: DAILY,
    times: ['19:00'],
  },
  {
    name: 'coffee',
    emoji: '☕',
    amount: { direction: 'atMost', target: 2, unit: 'cups' },
    frequency: DAILY,
    times: ['20:00'],
  },
  { name: 'vitamins', emoji: '💊', frequency: DAILY, part: 'morning', times: ['09:00'] },
  { name: 'journal', emoji: '📝', frequency: DAILY, part: 'evening', times: ['21:30'] },
  { name: 'sweets', emoji: '🍬', frequency: DAILY, times: ['21:00'] },
];

/** The templates with their texts in one language, each as a draft that only waits for Create. */
export function templatesIn(t: Translate): Draft[] {
  return TEMPLATES.map(({ name, emoji, amount, frequency, part, times }) => {
    const goal: Goal = amount
      ? { kind: 'numeric', ...amount, unit: t(`template-unit-${amount.unit}`) }
      : { kind: 'yesNo' };
    const group = part && { group: { kind: 'part', part } as const };
    return {
      name: t(`template-${name}`),
      emoji,
      goal,
      ...group,
      frequency,
      weekdays: [],
      times,
      timed: true,
      understood: true,
    };
  });
}
