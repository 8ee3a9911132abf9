import type { Goal } from '#contracts/habit-events.ts';
import { type Dialog, type Draft, type DraftStep, IDLE } from '../../conversation/dialog.ts';
import type { Phrase, Screen, Show } from '../../conversation/screen.ts';
import { edit, end, notice, type Step, send, toast } from '../../conversation/step.ts';
import type { DraftTap } from '../../conversation/taps.ts';
import type { UpdateContext } from '../../conversation/update-context.ts';
import { MAX_REMINDERS } from '../../domain/habit.ts';
import type { AddressedCommand, Person } from '../../person.ts';
import { readAmount } from '../../reading/amount.ts';
import { asLine, NAME_LENGTH, readHabitName, UNIT_LENGTH } from '../../reading/habit-name.ts';
import { readTimeOfDay } from '../../reading/time-of-day.ts';
import type { TypedText } from '../../reading/typed-text.ts';
import { WINDOWS } from '../habits/reminder-choices.ts';
import { frequencyOf, remindersOf } from './frequency.ts';

type NewHabit = Extract<Dialog, { at: 'newHabit' }>;
type ShowScreen = (screen: Screen, above?: Phrase) => Show;

/** Bounds the work that one person can cause; a screen cannot sensibly list more. */
const MAX_HABITS = 100;

export function beginHabit(person: Person, place: ShowScreen, above?: Phrase): Step {
  if (person.habits.length >= MAX_HABITS) return end(place(notice('too-many-habits', { most: MAX_HABITS })));
  return atStep('name', { weekdays: [], times: [] }, place, above);
}

/** Goes to a step of the draft and shows it. */
function atStep(step: DraftStep, draft: Draft, place: ShowScreen, above?: Phrase): Step {
  return {
    dialog: { at: 'newHabit', step, draft },
    commands: [],
    shows: [place({ screen: 'draft', step, draft }, above)],
  };
}

/** What is typed at each step; where only buttons make sense, the step is shown again. */
export function describeDraft({ step, draft }: NewHabit, text: TypedText, person: Person): Step {
  const again = (key: string, args?: Phrase['args']) =>
    atStep(step, draft, send, args ? { key, args } : { key });
  if (step === 'name') {
    const read = readHabitName(text);
    if ('name' in read) return atStep('counted', { ...draft, name: read.name }, send);
    return again(`name-${read.problem}`, { most: NAME_LENGTH, length: read.length });
  }
  if (step === 'target') {
    const target = readAmount(text, person.account.locale);
    const unit = asLine(target?.unit ?? '');
    if (!target || unit.length > UNIT_LENGTH) return again('target-unreadable', { most: UNIT_LENGTH });
    const goal: Goal = { kind: 'numeric', direction: 'atLeast', target: target.value, unit };
    return atStep('direction', { ...draft, goal }, send);
  }
  if (step === 'times') {
    const at = readTimeOfDay(text);
    if (!at) return again('time-unreadable');
    if (draft.times.length >= MAX_REMINDERS) return again('too-many-times', { most: MAX_REMINDERS });
    return atStep('times', withTime(draft, at), send);
  }
  return again('use-buttons');
}

/** The buttons of each step. A button of another step, left over in an older message, does nothing. */
export function tapDraft(dialog: Dialog, tap: DraftTap, context: UpdateContext, person: Person): Step {
  const stale = toast(dialog, 'toast-stale');
  if (dialog.at !== 'newHabit') return stale;
  const { step, draft } = dialog;
  switch (tap.tap) {
    case 'idea': {
      const name = context.reference.ideas[person.account.locale][tap.index];
      if (step !== 'name' || !name) return stale;
      return atStep('counted', { ...draft, name }, edit);
    }
    case 'counted':
      if (step !== 'counted') return stale;
      if (tap.as === 'numeric') return atStep('target', draft, edit);
      return atStep('often', { ...draft, goal: { kind: 'yesNo' } }, edit);
    case 'goal':
      if (step !== 'direction' || draft.goal?.kind !== 'numeric') return stale;
      return atStep('often', { ...draft, goal: { ...draft.goal, direction: tap.direction } }, edit);
    case 'often':
      if (step !== 'often') return stale;
      return atStep(tap.how === 'daily' ? 'times' : tap.how, { ...draft, often: tap.how }, edit);
    default:
      return tapSchedule(dialog, tap, context);
  }
}

type ScheduleTap = Exclude<DraftTap, { tap: 'idea' | 'counted' | 'goal' | 'often' }>;

function tapSchedule(dialog: NewHabit, tap: ScheduleTap, { newHabitId }: UpdateContext): Step {
  const { step, draft } = dialog;
  const stale = toast(dialog, 'toast-stale');
  switch (tap.tap) {
    case 'draftDays':
      if (step !== 'weekdays') return stale;
      return atStep('weekdays', { ...draft, weekdays: tap.weekdays }, edit);
    case 'draftDaysReady':
      if (step !== 'weekdays') return stale;
      if (draft.weekdays.length === 0) return toast(dialog, 'toast-no-days');
      return atStep('times', draft, edit);
    case 'timesAWeek':
      if (step !== 'timesAWeek' || tap.times < 1 || tap.times > 6) return stale;
      return atStep('times', { ...draft, timesAWeek: tap.times }, edit);
    case 'draftTime':
      if (step !== 'times') return stale;
      if (draft.times.length >= MAX_REMINDERS) return toast(dialog, 'refusal-TooManyReminders');
      return atStep('times', withTime(draft, tap.at), edit);
    case 'draftNoTime':
      if (step !== 'times') return stale;
      return atStep('times', { ...draft, times: draft.times.filter((at) => at !== tap.at) }, edit);
    case 'draftFlexible':
      if (step !== 'times') return stale;
      return atStep('flexible', draft, edit);
    case 'draftWithin': {
      if (step !== 'flexible' || !WINDOWS.includes(tap.minutes)) return stale;
      const { within: _before, ...exact } = draft;
      return atStep('times', tap.minutes === 0 ? exact : { ...exact, within: tap.minutes }, edit);
    }
    case 'draftTimesReady':
      if (step !== 'times') return stale;
      return atStep('confirm', draft, edit);
    case 'create':
      if (step !== 'confirm') return stale;
      return create(draft, newHabitId) ?? stale;
  }
}

/** One step back; what was filled in stays and can be chosen again. */
export function stepBack(dialog: Dialog): Step {
  if (dialog.at !== 'newHabit' || dialog.step === 'name') return toast(dialog, 'toast-stale');
  return atStep(before(dialog), dialog.draft, edit);
}

function before({ step, draft }: NewHabit): DraftStep {
  switch (step) {
    case 'name':
    case 'counted':
      return 'name';
    case 'target':
      return 'counted';
    case 'direction':
      return 'target';
    case 'often':
      return draft.goal?.kind === 'numeric' ? 'direction' : 'counted';
    case 'weekdays':
    case 'timesAWeek':
      return 'often';
    case 'times':
      return draft.often === 'daily' || !draft.often ? 'often' : draft.often;
    case 'flexible':
    case 'confirm':
      return 'times';
  }
}

function create(draft: Draft, habitId: UpdateContext['newHabitId']): Step | undefined {
  const frequency = frequencyOf(draft);
  if (!draft.name || !draft.goal || !frequency) return undefined;
  const reminders = remindersOf(draft, frequency);
  const data = { name: draft.name, goal: draft.goal, frequency, reminders };
  const addressed: AddressedCommand = { to: 'habit', habitId, command: { type: 'DefineHabit', data } };
  return { dialog: IDLE, commands: [addressed], shows: [edit({ screen: 'habitCreated', habitId })] };
}

function withTime(draft: Draft, at: string): Draft {
  return { ...draft, times: [...new Set([...draft.times, at])].sort() };
}
