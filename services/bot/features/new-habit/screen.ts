import { goalText } from '#services/platform/messages/reminder-card.ts';
import type { Draft, DraftStep } from '../../conversation/dialog.ts';
import {
  button,
  inRows,
  lines,
  paragraphs,
  type RenderContext,
  type View,
} from '../../conversation/render-context.ts';
import { titleOf } from '../../conversation/words.ts';
import { facts } from '../habits/screen.ts';
import { definitionOf, isNameTaken } from './draft.ts';
import { scheduleView } from './schedule-screens.ts';
import { templatesIn } from './templates.ts';

/** Offered beside the question for a name; the others are one tap away. */
const TEMPLATES_FIRST = 6;

/** One step of making a habit, with a way back and a way out. */
export function draftScreen(context: RenderContext, step: DraftStep, draft: Draft): View {
  const { t } = context;
  const { text, buttons = [] } = stepView(context, step, draft);
  const cancel = button(t('button-cancel'), { tap: 'cancel' });
  const isFirst = step === 'confirm' || (step === 'name' && !draft.name);
  const ways = isFirst ? [cancel] : [button(t('button-back'), { tap: 'back' }), cancel];
  return { text, buttons: [...buttons, ways] };
}

/** Asked when another habit is begun beside one that is not finished. */
export function unfinishedScreen({ t }: RenderContext, name: string): View {
  const ways = [
    button(t('button-continue'), { tap: 'resumeDraft' }),
    button(t('button-start-over'), { tap: 'startOver' }),
  ];
  return { text: t('unfinished-habit', { name }), buttons: [ways] };
}

function stepView(context: RenderContext, step: DraftStep, draft: Draft): View {
  const { t } = context;
  const name = titleOf(draft);
  switch (step) {
    case 'name':
      return nameStep(context, draft);
    case 'templates':
      return templatesStep(context);
    case 'counted': {
      const yesNo = button(t('button-yes-no'), { tap: 'counted', as: 'yesNo' });
      const numeric = button(t('button-numeric'), { tap: 'counted', as: 'numeric' });
      return { text: t('ask-counted', { name }), buttons: [[yesNo], [numeric]] };
    }
    case 'target':
      return { text: t('ask-target', { name }) };
    case 'direction':
      return directionStep(context, draft);
    case 'part':
      return partStep(context, name);
    case 'confirm':
      return confirmStep(context, draft);
    default:
      return scheduleView(context, step, draft);
  }
}

function nameStep({ t }: RenderContext, draft: Draft): View {
  if (definitionOf(draft)) return { text: t('ask-other-name', { name: titleOf(draft) }) };
  if (draft.goal || draft.frequency || draft.times.length > 0) return { text: t('ask-name-alone') };
  return beginningView(t);
}

/** Asks for a habit in one line, beside ready ones. */
export function beginningView(t: RenderContext['t']): Required<Pick<View, 'text' | 'buttons'>> {
  const more = button(t('button-more-templates'), { tap: 'draftStep', step: 'templates' });
  return { text: t('ask-name'), buttons: [...templateButtons(t, 0, TEMPLATES_FIRST), [more]] };
}

function templateButtons(t: RenderContext['t'], from: number, to: number) {
  const buttons = templatesIn(t).map((template, index) => button(titleOf(template), { tap: 'idea', index }));
  return inRows(buttons.slice(from, to), 2);
}

/** Every template with what it asks for. */
function templatesStep(context: RenderContext): View {
  const { t } = context;
  const texts = templatesIn(t).map((template) => {
    const goal = goalText(t, template.goal);
    return goal ? `${titleOf(template)}: ${goal}` : titleOf(template);
  });
  return { text: paragraphs(t('templates-title'), lines(...texts)), buttons: templateButtons(t, 0, 99) };
}

function directionStep({ t }: RenderContext, draft: Draft): View {
  const { goal } = draft;
  const name = titleOf(draft);
  if (goal?.kind !== 'numeric') return { text: t('ask-counted', { name }) };
  const buttons = (['atLeast', 'atMost'] as const).map((direction) => {
    const text = goalText(t, { ...goal, direction });
    return [button(t(`button-${direction}`, { goal: text }), { tap: 'goal', direction })];
  });
  return { text: t('ask-direction', { name, target: goal.target, unit: goal.unit }), buttons };
}

function partStep({ t }: RenderContext, name: string): View {
  const parts = (['morning', 'afternoon', 'evening'] as const).map((part) =>
    button(t(`part-${part}`), { tap: 'draftPart', part }),
  );
  const none = button(t('group-none'), { tap: 'draftPart', part: 'none' });
  return { text: t('ask-part', { name }), buttons: [parts, [none]] };
}

/** What was understood, a button to change each of it, and one to make it. */
function confirmStep(context: RenderContext, draft: Draft): View {
  const { t, person } = context;
  const definition = definitionOf(draft);
  if (!definition) return { text: t('ask-often', { name: titleOf(draft) }) };
  const isTaken = isNameTaken(definition.name, person);
  const text = paragraphs(
    t('confirm-title', { name: titleOf(definition) }),
    facts(context, definition),
    isTaken && t('same-name', { name: definition.name }),
  );
  const to = (key: string, step: 'name' | 'counted' | 'often' | 'times' | 'part') =>
    button(t(key), { tap: 'draftStep', step });
  return {
    text,
    buttons: [
      [button(t(isTaken ? 'button-make-anyway' : 'button-create'), { tap: 'create' })],
      ...otherDirection(context, draft),
      [to('button-draft-goal', 'counted'), to('button-draft-often', 'often')],
      [to('button-reminders', 'times'), to('button-draft-part', 'part')],
      [to('button-draft-name', 'name')],
    ],
  };
}

/** A number without a word is taken for a minimum: one tap makes it a limit. */
function otherDirection({ t }: RenderContext, { goal }: Draft) {
  if (goal?.kind !== 'numeric') return [];
  const direction = goal.direction === 'atLeast' ? 'atMost' : 'atLeast';
  const text = t('button-other-direction', { goal: goalText(t, { ...goal, direction }) });
  return [[button(text, { tap: 'goal', direction })]];
}
