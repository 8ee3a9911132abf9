import type { Frequency } from '#contracts/habit-events.ts';
import type { Draft, DraftStep } from '../../conversation/dialog.ts';
import type { DraftTap } from '../../conversation/taps.ts';
import { MAX_REMINDERS } from '../../domain/habit.ts';
import { WINDOWS } from '../habits/reminder-choices.ts';
import { type Led, nextStepOf, onward, STALE } from './draft.ts';

type ScheduleTap = Exclude<
  DraftTap,
  { tap: 'create' | 'idea' | 'draftStep' | 'counted' | 'goal' | 'draftPart' }
>;

/** The most of each that its step offers; more can be typed. */
export const MOST_OFFERED = { timesAWeek: 6, timesPerWeek: 6, timesPerMonth: 12, everyDays: 30 } as const;

/** Buttons of the steps that ask how often and when. */
export function tapSchedule(step: DraftStep, draft: Draft, tap: ScheduleTap): Led {
  switch (tap.tap) {
    case 'often':
      if (step !== 'often' && !(step === 'timesPerWeek' && tap.how === 'timesAWeek')) return STALE;
      if (tap.how === 'daily') return withFrequency(draft, { kind: 'daily' });
      return { step: tap.how, draft: tap.how === 'weekdays' ? withWeekdays(draft) : draft };
    case 'draftDays':
      return step === 'weekdays' ? { step, draft: { ...draft, weekdays: tap.weekdays } } : STALE;
    case 'draftDaysReady': {
      if (step !== 'weekdays') return STALE;
      const { weekdays } = draft;
      if (weekdays.length === 0) return { toast: 'toast-no-days' };
      return withFrequency(draft, weekdays.length === 7 ? { kind: 'daily' } : { kind: 'weekdays', weekdays });
    }
    case 'timesAWeek':
      if (!isOffered(step, tap.tap, tap.times)) return STALE;
      return withFrequency(draft, { kind: 'timesInDays', times: tap.times, days: 7 });
    case 'timesPerWeek':
    case 'timesPerMonth':
      if (!isOffered(step, tap.tap, tap.times)) return STALE;
      return withFrequency(draft, { kind: tap.tap, times: tap.times });
    case 'everyDays':
      if (!isOffered(step, tap.tap, tap.days)) return STALE;
      return withFrequency(draft, { kind: 'timesInDays', times: 1, days: tap.days });
    default:
      return tapTimes(step, draft, tap);
  }
}

const isOffered = (step: DraftStep, tap: keyof typeof MOST_OFFERED, count: number): boolean =>
  step === tap && count >= 1 && count <= MOST_OFFERED[tap];

type TimesTap = Extract<
  ScheduleTap,
  { tap: 'draftTime' | 'draftNoTime' | 'draftFlexible' | 'draftWithin' | 'draftTimesReady' }
>;

/** The first time answers the question; from the summary several can be chosen. */
function tapTimes(step: DraftStep, draft: Draft, tap: TimesTap): Led {
  if (step !== (tap.tap === 'draftWithin' ? 'flexible' : 'times')) return STALE;
  const isAsked = nextStepOf(draft) === 'times';
  switch (tap.tap) {
    case 'draftTime': {
      if (draft.times.length >= MAX_REMINDERS) return { toast: 'refusal-TooManyReminders' };
      const timed = withTimes(draft, [tap.at]);
      return isAsked ? onward(timed) : { step, draft: timed };
    }
    case 'draftNoTime':
      return { step, draft: { ...draft, times: draft.times.filter((at) => at !== tap.at), timed: true } };
    case 'draftFlexible':
      return { step: 'flexible', draft };
    case 'draftWithin': {
      if (!WINDOWS.includes(tap.minutes)) return STALE;
      const { within: _before, ...exact } = draft;
      return { step: 'times', draft: tap.minutes === 0 ? exact : { ...exact, within: tap.minutes } };
    }
    case 'draftTimesReady':
      return onward({ ...draft, timed: true });
  }
}

/** The draft with more times, in their order. */
export function withTimes(draft: Draft, times: readonly string[]): Draft {
  return { ...draft, times: [...new Set([...draft.times, ...times])].sort(), timed: true };
}

function withFrequency(draft: Draft, frequency: Frequency): Led {
  const { often: _often, timesAWeek: _times, remindOn: _days, ...others } = draft;
  return onward({ ...others, frequency });
}

/** Weekdays that were chosen or typed before are chosen again. */
function withWeekdays(draft: Draft): Draft {
  return draft.frequency?.kind === 'weekdays' ? { ...draft, weekdays: draft.frequency.weekdays } : draft;
}
