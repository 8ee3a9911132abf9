import { goalText } from '#services/platform/messages/reminder-card.ts';
import type { Draft, DraftStep } from '../../conversation/dialog.ts';
import {
  button,
  inRows,
  paragraphs,
  type RenderContext,
  type View,
} from '../../conversation/render-context.ts';
import { COMMON_TIMES } from '../habits/reminder-choices.ts';
import { flexibleChoice, weekdayButtons, withinText } from '../habits/reminder-screens.ts';
import { facts } from '../habits/screen.ts';
import { frequencyOf, remindersOf } from './frequency.ts';

/** One step of making a habit, with a way back and a way out. */
export function draftScreen(context: RenderContext, step: DraftStep, draft: Draft): View {
  const { t } = context;
  const { text, buttons = [] } = stepView(context, step, draft);
  const cancel = button(t('button-cancel'), { tap: 'cancel' });
  const ways = step === 'name' ? [cancel] : [button(t('button-back'), { tap: 'back' }), cancel];
  return { text, buttons: [...buttons, ways] };
}

function stepView(context: RenderContext, step: DraftStep, draft: Draft): View {
  const { t } = context;
  const name = draft.name ?? '';
  switch (step) {
    case 'name': {
      const ideas = IDEAS.map((key, index) => button(t(key), { tap: 'idea', index }));
      return { text: t('ask-name'), buttons: inRows(ideas, 2) };
    }
    case 'counted': {
      const yesNo = button(t('button-yes-no'), { tap: 'counted', as: 'yesNo' });
      const numeric = button(t('button-numeric'), { tap: 'counted', as: 'numeric' });
      return { text: t('ask-counted', { name }), buttons: [[yesNo], [numeric]] };
    }
    case 'target':
      return { text: t('ask-target', { name }) };
    case 'direction':
      return directionStep(context, draft);
    case 'often':
      return {
        text: t('ask-often', { name }),
        buttons: [
          [button(t('button-daily'), { tap: 'often', how: 'daily' })],
          [button(t('button-weekdays'), { tap: 'often', how: 'weekdays' })],
          [button(t('button-times-a-week'), { tap: 'often', how: 'timesAWeek' })],
        ],
      };
    default:
      return scheduleView(context, step, draft);
  }
}

/** Ideas for a habit's name, as keys of their texts. */
export const IDEAS = ['idea-read', 'idea-walk', 'idea-water', 'idea-meditate'] as const;

function directionStep({ t }: RenderContext, { name = '', goal }: Draft): View {
  if (goal?.kind !== 'numeric') return { text: t('ask-counted', { name }) };
  const buttons = (['atLeast', 'atMost'] as const).map((direction) => {
    const text = goalText(t, { ...goal, direction });
    return [button(t(`button-${direction}`, { goal: text }), { tap: 'goal', direction })];
  });
  return { text: t('ask-direction', { name, target: goal.target, unit: goal.unit }), buttons };
}

type ScheduleStep = Exclude<DraftStep, 'name' | 'counted' | 'target' | 'direction' | 'often'>;

function scheduleView(context: RenderContext, step: ScheduleStep, draft: Draft): View {
  const { t, locale } = context;
  const name = draft.name ?? '';
  switch (step) {
    case 'weekdays': {
      const days = weekdayButtons(locale, draft.weekdays).map(({ text, weekdays }) =>
        button(text, { tap: 'draftDays', weekdays }),
      );
      const ready = button(t('button-ready'), { tap: 'draftDaysReady' });
      return { text: t('ask-weekdays', { name }), buttons: [...inRows(days, 4), [ready]] };
    }
    case 'timesAWeek': {
      const counts = [1, 2, 3, 4, 5, 6].map((times) => button(String(times), { tap: 'timesAWeek', times }));
      return { text: t('ask-times-a-week', { name }), buttons: inRows(counts, 3) };
    }
    case 'times':
      return timesStep(context, draft);
    case 'flexible':
      return flexibleChoice(context, name, draft.within, (minutes) => ({ tap: 'draftWithin', minutes }));
    case 'confirm':
      return confirmStep(context, draft);
  }
}

function timesStep({ t }: RenderContext, draft: Draft): View {
  const name = draft.name ?? '';
  const offered = [...new Set([...COMMON_TIMES, ...draft.times])].sort();
  const times = offered.map((at) =>
    draft.times.includes(at)
      ? button(`✅ ${at}`, { tap: 'draftNoTime', at })
      : button(at, { tap: 'draftTime', at }),
  );
  const none = draft.times.length === 0;
  const ready = button(t(none ? 'button-no-reminders' : 'button-ready'), { tap: 'draftTimesReady' });
  if (none) return { text: t('ask-times', { name }), buttons: [...inRows(times, 3), [ready]] };
  const within = draft.within ? t('within', { minutes: draft.within }) : '';
  const text = t('ask-more-times', { name, times: draft.times.join(', '), within });
  const flexible = button(withinText(t, draft.within), { tap: 'draftFlexible' });
  return { text, buttons: [...inRows(times, 3), [flexible, ready]] };
}

function confirmStep(context: RenderContext, draft: Draft): View {
  const { t } = context;
  const frequency = frequencyOf(draft);
  if (!draft.name || !draft.goal || !frequency) return { text: t('ask-often', { name: draft.name ?? '' }) };
  const reminders = remindersOf(draft, frequency);
  const text = paragraphs(
    t('confirm-title', { name: draft.name }),
    facts(context, { goal: draft.goal, frequency, reminders }),
  );
  return { text, buttons: [[button(t('button-create'), { tap: 'create' })]] };
}
