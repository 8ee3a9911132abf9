import type { Locale } from '#contracts/account-events.ts';
import { Frequency, type Goal } from '#contracts/habit-events.ts';
import type { Draft, DraftStep } from '../../conversation/dialog.ts';
import type { Phrase } from '../../conversation/screen.ts';
import { MAX_REMINDERS } from '../../domain/habit.ts';
import { readAmount } from '../../reading/amount.ts';
import { readHabitDetails, readHabitLine, readTimes } from '../../reading/habit-line/habit-line.ts';
import { asLine, NAME_LENGTH, UNIT_LENGTH } from '../../reading/habit-name.ts';
import type { TypedText } from '../../reading/typed-text.ts';
import { readYesNo } from '../../reading/yes-no.ts';
import { nextStepOf, withLine } from './draft.ts';
import { withTimes } from './schedule.ts';

/** Where words lead; `problem` says why they were no answer. */
type TypedStep = { step: DraftStep; draft: Draft; problem?: Phrase };

const onwardTo = (draft: Draft): TypedStep => ({ step: nextStepOf(draft), draft });

/** A line about a habit that begins: with what it says, the draft goes on to what is missing. */
export function takeLine(draft: Draft, text: TypedText): TypedStep {
  const line = readHabitLine(text);
  if ('problem' in line) {
    const args = { most: NAME_LENGTH, length: line.length };
    return { step: 'name', draft, problem: { key: `name-${line.problem}`, args } };
  }
  return onwardTo(withLine(draft, line));
}

export function readStep(step: DraftStep, draft: Draft, text: TypedText, locale: Locale): TypedStep {
  const again = (key: string, args?: Phrase['args']): TypedStep => ({
    step,
    draft,
    problem: args ? { key, args } : { key },
  });
  switch (step) {
    case 'name':
    case 'templates':
      return takeLine(draft, text);
    case 'target':
      return readTarget(draft, text, locale) ?? again('target-unreadable', { most: UNIT_LENGTH });
    case 'often':
    case 'weekdays':
    case 'timesAWeek':
    case 'timesPerWeek':
    case 'timesPerMonth':
    case 'everyDays':
      return readOften(step, draft, text, locale) ?? again('often-unreadable');
    case 'times': {
      if (readYesNo(text) === 'no') return onwardTo({ ...draft, times: [], timed: true });
      const times = readTimes(text);
      if (!times) return again('time-unreadable');
      const timed = withTimes(draft, times);
      if (timed.times.length > MAX_REMINDERS) return again('too-many-times', { most: MAX_REMINDERS });
      return nextStepOf(draft) === 'times' ? onwardTo(timed) : { step, draft: timed };
    }
    default: {
      const details = readHabitDetails(text);
      return details ? onwardTo(withLine(draft, details)) : again('use-buttons');
    }
  }
}

/** Where no word says that the number is a minimum or a limit, that is asked. */
function readTarget(draft: Draft, text: TypedText, locale: Locale): TypedStep | undefined {
  const details = readHabitDetails(text);
  if (details?.goal && details.bounded) return onwardTo(withLine(draft, details));
  const target = readAmount(text, locale);
  const unit = asLine(target?.unit ?? '');
  if (!target || target.adds || unit.length > UNIT_LENGTH) return undefined;
  const goal: Goal = { kind: 'numeric', direction: 'atLeast', target: target.value, unit };
  return { step: 'direction', draft: { ...draft, goal } };
}

/** How often in words; a bare number where the step asks for one. */
function readOften(step: DraftStep, draft: Draft, text: TypedText, locale: Locale): TypedStep | undefined {
  const details = readHabitDetails(text);
  if (details?.frequency) return onwardTo(withLine(draft, details));
  const count = readAmount(text, locale);
  const asked = count?.unit === '' && !count.adds ? countedBy(step, count.value) : undefined;
  const frequency = Frequency.safeParse(asked).data;
  return frequency && onwardTo(withLine(draft, { frequency }));
}

function countedBy(step: DraftStep, count: number): unknown {
  switch (step) {
    case 'timesPerWeek':
    case 'timesPerMonth':
      return { kind: step, times: count };
    case 'timesAWeek':
      return count <= 7 ? { kind: 'timesInDays', times: count, days: 7 } : undefined;
    case 'everyDays':
      return count === 1 ? { kind: 'daily' } : { kind: 'timesInDays', times: 1, days: count };
    default:
      return undefined;
  }
}
