import { type Dialog, type Draft, type DraftStep, IDLE } from '../../conversation/dialog.ts';
import type { Screen } from '../../conversation/screen.ts';
import { edit, type Step, send, stay, toast } from '../../conversation/step.ts';
import type { DraftTap } from '../../conversation/taps.ts';
import { type Command, hasEntries } from '../../domain/habit.ts';
import type { State } from '../../domain/habit-state.ts';
import { habitOf, type Person } from '../../person.ts';
import type { TypedText } from '../../reading/typed-text.ts';
import { stepBefore, tapStep } from '../new-habit/dialog.ts';
import { frequencyOf } from '../new-habit/draft.ts';
import { readStep } from '../new-habit/typed-step.ts';

/*
 * The goal and the frequency of a habit are changed by the steps that ask for them when it is made: they work on a draft of
 * the habit as it is, and the step that would lead to the summary ends the change instead.
 */

type Editing = Extract<Dialog, { at: 'editingHabit' }>;

/** Begins with the question for one part of the habit. */
export function editPart(
  dialog: Dialog,
  habitId: Editing['habitId'],
  habit: State,
  part: 'goal' | 'often',
): Step {
  const step = part === 'often' ? 'often' : hasEntries(habit) ? 'target' : 'counted';
  if (step === 'target' && habit.goal.kind === 'yesNo') return toast(dialog, 'refusal-OtherKind');
  return atStep(habitId, { step, draft: draftOf(habit) }, edit);
}

function draftOf({ name, emoji, goal, frequency }: State): Draft {
  return { name, ...(emoji && { emoji }), goal, frequency, weekdays: [], times: [], timed: true };
}

export function tapEditStep(dialog: Editing, tap: DraftTap, person: Person): Step {
  const { habitId, step, draft } = dialog;
  if (tap.tap === 'create') return toast(dialog, 'toast-stale');
  const to = tapStep(step, draft, tap, []);
  if ('toast' in to) return toast(dialog, to.toast);
  return to.step === 'confirm' ? changed(dialog, to.draft, person, edit) : atStep(habitId, to, edit);
}

export function typeEditStep(dialog: Editing, text: TypedText, person: Person): Step {
  const read = readStep(dialog.step, dialog.draft, text, person.account.locale);
  return read.step === 'confirm'
    ? changed(dialog, read.draft, person, send)
    : atStep(dialog.habitId, read, send, read.problem);
}

/** One step back; from the first one to the habit. */
export function backFromEdit({ habitId, step, draft }: Editing, person: Person): Step {
  const before = stepBefore(step, draft);
  const habit = habitOf(person, habitId);
  const isFirst = before === 'confirm' || (before === 'counted' && habit && hasEntries(habit));
  if (before && !isFirst) return atStep(habitId, { step: before, draft }, edit);
  return stay(IDLE, edit({ screen: 'editHabit', habitId }));
}

function atStep(
  habitId: Editing['habitId'],
  { step, draft }: { step: DraftStep; draft: Draft },
  place: typeof edit,
  above?: Parameters<typeof edit>[1],
): Step {
  return {
    dialog: { at: 'editingHabit', habitId, step, draft },
    commands: [],
    shows: [place({ screen: 'draft', step, draft }, above)],
  };
}

/** What the words or buttons changed; the domain is silent about what stays as it is. */
function changed({ habitId }: Editing, draft: Draft, person: Person, place: typeof edit): Step {
  const screen: Screen = { screen: 'editHabit', habitId };
  const habit = habitOf(person, habitId);
  if (!habit) return stay(IDLE, place(screen));
  const { goal = habit.goal } = draft;
  const frequency = frequencyOf(draft) ?? habit.frequency;
  const commands: Command[] = [
    { type: 'ChangeGoal', data: { goal } },
    { type: 'ChangeFrequency', data: { frequency } },
  ];
  return {
    dialog: IDLE,
    commands: commands.map((command) => ({ to: 'habit', habitId, command })),
    shows: [place(screen, { key: 'habit-changed' })],
  };
}
