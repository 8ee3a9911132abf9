import type { HabitId } from '#contracts/ids.ts';
import { type Dialog, type Draft, type DraftStep, draftOf, IDLE } from '../../conversation/dialog.ts';
import type { Phrase, Screen, Show } from '../../conversation/screen.ts';
import { edit, end, notice, type Step, send, stay, toast } from '../../conversation/step.ts';
import type { DraftTap } from '../../conversation/taps.ts';
import type { UpdateContext } from '../../conversation/update-context.ts';
import type { Person } from '../../person.ts';
import type { TypedText } from '../../reading/typed-text.ts';
import { readYesNo } from '../../reading/yes-no.ts';
import {
  definitionOf,
  emptyDraft,
  frequencyOf,
  isNameTaken,
  type Led,
  nextStepOf,
  onward,
  STALE,
} from './draft.ts';
import { tapSchedule } from './schedule.ts';
import { readStep, takeLine } from './typed-step.ts';

type NewHabit = Extract<Dialog, { at: 'newHabit' }>;
type ShowScreen = (screen: Screen, above?: Phrase) => Show;

/** Bounds the work that one person can cause; a screen cannot sensibly list more. */
const MAX_HABITS = 100;

/**
 * A habit that was begun before is not forgotten: the person says whether to go on with it.
 * @param said what was typed behind `/new`: it is read as one line about the habit, and makes another in place of that one.
 */
export function beginHabit(dialog: Dialog, person: Person, place: ShowScreen, said?: TypedText): Step {
  const name = draftOf(dialog)?.draft.name;
  if (name && said === undefined) return stay(dialog, place({ screen: 'unfinished', name }));
  if (person.habits.length >= MAX_HABITS) return end(place(notice('too-many-habits', { most: MAX_HABITS })));
  if (said === undefined) return atStep('name', emptyDraft(person), place);
  const { draft, step, problem } = takeLine(emptyDraft(person), said);
  return atStep(step, draft, place, problem ?? (name ? { key: 'draft-dropped', args: { name } } : undefined));
}

/** Offers a habit that is known: what it is can be changed, and one tap makes it. */
export function beginWith(draft: Draft, person: Person, place: ShowScreen, above?: Phrase): Step {
  if (person.habits.length >= MAX_HABITS) return end(place(notice('too-many-habits', { most: MAX_HABITS })));
  const known = { ...emptyDraft(person), ...draft };
  return atStep(nextStepOf(known), known, place, above);
}

/** Goes to a step of the draft and shows it. */
function atStep(step: DraftStep, draft: Draft, place: ShowScreen, above?: Phrase): Step {
  return {
    dialog: { at: 'newHabit', step, draft },
    commands: [],
    shows: [place({ screen: 'draft', step, draft }, above)],
  };
}

/** What is typed at each step, a yes to the summary too; where it is no answer, the step is shown again. */
export function describeDraft(
  dialog: NewHabit,
  text: TypedText,
  person: Person,
  context: UpdateContext,
): Step {
  const { step, draft } = dialog;
  if (step === 'confirm' && definitionOf(draft) && readYesNo(text) === 'yes')
    return create(draft, context.newHabitId, send);
  const read = readStep(step, draft, text, person.account.locale);
  return isReady(draft, read, person, context)
    ? create(read.draft, context.newHabitId, send)
    : atStep(read.step, read.draft, send, read.problem);
}

/** The buttons of each step. A button of another step, left over in an older message, does nothing. */
export function tapDraft(dialog: Dialog, tap: DraftTap, context: UpdateContext, person: Person): Step {
  if (dialog.at !== 'newHabit') return toast(dialog, 'toast-stale');
  const { step, draft } = dialog;
  if (tap.tap === 'create') {
    const isComplete = step === 'confirm' && definitionOf(draft) !== undefined;
    return isComplete ? create(draft, context.newHabitId, edit) : toast(dialog, 'toast-stale');
  }
  const to = tapStep(step, draft, tap, context.reference.templates[person.account.locale]);
  if ('toast' in to) return toast(dialog, to.toast);
  return isReady(draft, to, person, context)
    ? create(to.draft, context.newHabitId, edit)
    : atStep(to.step, to.draft, edit);
}

/**
 * Whether the last answer completes a habit of which the person chose each part: it is made without another question, and
 * can be undone. What was read in their words is shown first, and so is a second habit of the same name.
 */
function isReady(
  before: Draft,
  to: { step: DraftStep; draft: Draft },
  person: Person,
  { newHabitId }: UpdateContext,
): boolean {
  const isComplete = to.step === 'confirm' && nextStepOf(before) !== 'confirm';
  return isComplete && !to.draft.understood && !isNameTaken(to.draft.name ?? '', person, newHabitId);
}

/** @returns the step that a button leads to. */
export function tapStep(
  step: DraftStep,
  draft: Draft,
  tap: Exclude<DraftTap, { tap: 'create' }>,
  templates: readonly Draft[],
): Led {
  switch (tap.tap) {
    case 'idea': {
      const template = templates[tap.index];
      if ((step !== 'name' && step !== 'templates') || !template) return STALE;
      return onward({ ...draft, ...template });
    }
    case 'draftStep':
      if (step === 'confirm' && tap.step !== 'templates') return { step: tap.step, draft };
      return step === 'name' && tap.step === 'templates' ? { step: 'templates', draft } : STALE;
    case 'counted':
      if (step !== 'counted') return STALE;
      if (tap.as === 'numeric') return { step: 'target', draft };
      return onward({ ...draft, goal: { kind: 'yesNo' } });
    case 'goal':
      if ((step !== 'direction' && step !== 'confirm') || draft.goal?.kind !== 'numeric') return STALE;
      return onward({ ...draft, goal: { ...draft.goal, direction: tap.direction } });
    case 'draftPart': {
      if (step !== 'part') return STALE;
      const { group: _before, ...others } = draft;
      return onward(tap.part === 'none' ? others : { ...others, group: { kind: 'part', part: tap.part } });
    }
    default:
      return tapSchedule(step, draft, tap);
  }
}

/** One step back; what was filled in stays and can be chosen again. */
export function stepBack(dialog: Dialog): Step {
  if (dialog.at !== 'newHabit') return toast(dialog, 'toast-stale');
  const { step, draft } = dialog;
  const before = stepBefore(step, draft);
  return before === undefined ? toast(dialog, 'toast-stale') : atStep(before, draft, edit);
}

/** Where Back leads: of a complete draft to its summary, from which the step was opened. */
export function stepBefore(step: DraftStep, draft: Draft): DraftStep | undefined {
  switch (step) {
    case 'target':
      return 'counted';
    case 'direction':
      return 'target';
    case 'weekdays':
    case 'timesAWeek':
    case 'timesPerWeek':
    case 'timesPerMonth':
    case 'everyDays':
      return 'often';
    case 'flexible':
      return 'times';
    case 'templates':
      return 'name';
    case 'confirm':
      return 'times';
    default:
      if (nextStepOf(draft) === 'confirm') return 'confirm';
  }
  if (step === 'name') return undefined;
  return step === 'times' && frequencyOf(draft) ? 'often' : 'name';
}

function create(draft: Draft, habitId: HabitId, place: ShowScreen): Step {
  const data = definitionOf(draft);
  return {
    dialog: IDLE,
    commands: data ? [{ to: 'habit', habitId, command: { type: 'DefineHabit', data } }] : [],
    shows: [place({ screen: 'habitCreated', habitId })],
  };
}
