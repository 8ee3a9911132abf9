import type { Frequency } from '#contracts/habit-events.ts';
import type { HabitId } from '#contracts/ids.ts';
import type { Draft, DraftStep } from '../../conversation/dialog.ts';
import { type Command, MAX_REMINDERS, weekdaysOf } from '../../domain/habit.ts';
import type { Reminder } from '../../domain/habit-state.ts';
import type { Person } from '../../person.ts';
import type { HabitLine } from '../../reading/habit-line/habit-line.ts';
import { within } from '../habits/reminder-choices.ts';

/** A draft without anything but the person's own choice of how flexible reminders are. */
export function emptyDraft({ account: { defaultWindow } }: Person): Draft {
  return { weekdays: [], times: [], ...(defaultWindow && { within: defaultWindow }) };
}

/** @returns undefined as long as the draft does not say how often. */
export function frequencyOf({ frequency, often, weekdays, timesAWeek }: Draft): Frequency | undefined {
  if (frequency) return frequency;
  if (often === 'daily') return { kind: 'daily' };
  if (often === 'weekdays' && weekdays.length > 0) return { kind: 'weekdays', weekdays };
  if (often === 'timesAWeek' && timesAWeek) return { kind: 'timesInDays', times: timesAWeek, days: 7 };
  return undefined;
}

function remindersOf(draft: Draft, frequency: Frequency): Reminder[] {
  const { times, remindOn = weekdaysOf(frequency), within: minutes = 0 } = draft;
  return times.map((at) => ({ at, weekdays: remindOn, ...within(minutes) }));
}

/** What has to be asked next; `confirm` when nothing is missing. */
export function nextStepOf(draft: Draft): DraftStep {
  if (!draft.name) return 'name';
  if (!frequencyOf(draft)) return 'often';
  return draft.timed || draft.times.length > 0 ? 'confirm' : 'times';
}

/** Where a tap leads: to a step, or nowhere, with a word why. */
export type Led = { step: DraftStep; draft: Draft } | { toast: string };

export const STALE: Led = { toast: 'toast-stale' };

/** To what is still missing, else to the summary. */
export const onward = (draft: Draft): Led => ({ step: nextStepOf(draft), draft });

/** The draft with what a line says, which replaces what was there. */
export function withLine(draft: Draft, line: HabitLine): Draft {
  const { name, emoji, goal, frequency, times, remindOn, part } = line;
  const { often: _often, timesAWeek: _times, remindOn: _days, ...others } = draft;
  const reminded = times && { times: times.slice(0, MAX_REMINDERS), timed: true };
  const isMore = goal ?? frequency ?? times ?? part;
  return {
    ...(frequency ? others : draft),
    ...(name && { name }),
    ...(emoji && { emoji }),
    ...(goal && { goal }),
    ...(frequency && { frequency }),
    ...(remindOn && { remindOn }),
    ...(part && { group: { kind: 'part', part } }),
    ...reminded,
    ...(isMore && { understood: true }),
  };
}

/** @returns undefined as long as something is missing that a habit cannot be without. */
export function definitionOf(draft: Draft): Extract<Command, { type: 'DefineHabit' }>['data'] | undefined {
  const frequency = frequencyOf(draft);
  if (!draft.name || !frequency) return undefined;
  const { name, emoji, goal = { kind: 'yesNo' }, group } = draft;
  const reminders = remindersOf(draft, frequency);
  return { name, goal, frequency, ...(emoji && { emoji }), ...(group && { group }), reminders };
}

/** Whether a habit in use has this name already, other than the one that this update made before a crash. */
export function isNameTaken(name: string, { habits }: Person, newHabitId?: HabitId): boolean {
  const folded = name.toLowerCase();
  const others = habits.filter(({ habitId, state }) => habitId !== newHabitId && !state.archived);
  return others.some(({ state }) => state.name.toLowerCase() === folded);
}
