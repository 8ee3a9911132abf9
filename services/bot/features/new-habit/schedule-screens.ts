import type { Draft, DraftStep } from '../../conversation/dialog.ts';
import { button, inRows, type RenderContext, type View } from '../../conversation/render-context.ts';
import { titleOf } from '../../conversation/words.ts';
import { COMMON_TIMES } from '../habits/reminder-choices.ts';
import { flexibleChoice, weekdayButtons, withinText } from '../habits/reminder-screens.ts';
import { nextStepOf } from './draft.ts';
import { MOST_OFFERED } from './schedule.ts';

type ScheduleStep = Exclude<
  DraftStep,
  'name' | 'templates' | 'counted' | 'target' | 'direction' | 'part' | 'confirm'
>;

/** Days between, that many people want. */
const DAYS_BETWEEN = [2, 3, 4, 5, 7, 10, 14, 30] as const;

/** The steps that ask how often and when. */
export function scheduleView(context: RenderContext, step: ScheduleStep, draft: Draft): View {
  const { t, locale } = context;
  const name = titleOf(draft);
  switch (step) {
    case 'often':
      return oftenStep(context, name);
    case 'weekdays': {
      const days = weekdayButtons(locale, draft.weekdays).map(({ text, weekdays }) =>
        button(text, { tap: 'draftDays', weekdays }),
      );
      const ready = button(t('button-ready'), { tap: 'draftDaysReady' });
      return { text: t('ask-weekdays', { name }), buttons: [...inRows(days, 4), [ready]] };
    }
    case 'timesPerWeek': {
      const anyDays = button(t('button-any-seven-days'), { tap: 'often', how: 'timesAWeek' });
      const counts = countButtons(MOST_OFFERED[step], (times) => ({ tap: 'timesPerWeek', times }));
      return { text: t('ask-times-a-calendar-week', { name }), buttons: [...counts, [anyDays]] };
    }
    case 'timesAWeek':
      return {
        text: t('ask-times-a-week', { name }),
        buttons: countButtons(MOST_OFFERED[step], (times) => ({ tap: 'timesAWeek', times })),
      };
    case 'timesPerMonth':
      return {
        text: t('ask-times-a-month', { name }),
        buttons: countButtons(MOST_OFFERED[step], (times) => ({ tap: 'timesPerMonth', times })),
      };
    case 'everyDays': {
      const buttons = DAYS_BETWEEN.map((days) =>
        button(t('button-every-days', { days }), { tap: 'everyDays', days }),
      );
      return { text: t('ask-every-days', { name }), buttons: inRows(buttons, 2) };
    }
    case 'times':
      return timesStep(context, draft);
    case 'flexible':
      return flexibleChoice(context, name, draft.within, (minutes) => ({ tap: 'draftWithin', minutes }));
  }
}

function oftenStep({ t }: RenderContext, name: string): View {
  const how = (key: string, value: 'daily' | 'weekdays' | 'timesPerWeek' | 'timesPerMonth' | 'everyDays') =>
    button(t(key), { tap: 'often', how: value });
  return {
    text: t('ask-often', { name }),
    buttons: [
      [how('button-daily', 'daily')],
      [how('button-weekdays', 'weekdays')],
      [how('button-times-a-week', 'timesPerWeek')],
      [how('button-times-a-month', 'timesPerMonth')],
      [how('button-every-few-days', 'everyDays')],
    ],
  };
}

function countButtons(most: number, tapOf: (count: number) => Parameters<typeof button>[1]) {
  const counts = Array.from({ length: most }, (_, index) => index + 1);
  return inRows(
    counts.map((count) => button(String(count), tapOf(count))),
    3,
  );
}

/** One time is enough to go on; opened from the summary, several can be chosen. */
function timesStep({ t }: RenderContext, draft: Draft): View {
  const name = titleOf(draft);
  const offered = [...new Set([...COMMON_TIMES, ...draft.times])].sort();
  const times = offered.map((at) =>
    draft.times.includes(at)
      ? button(`✅ ${t('time', { at })}`, { tap: 'draftNoTime', at })
      : button(t('time', { at }), { tap: 'draftTime', at }),
  );
  const none = draft.times.length === 0;
  const ready = button(t(none ? 'button-no-reminders' : 'button-ready'), { tap: 'draftTimesReady' });
  const buttons = inRows(times, 3);
  if (none) {
    const key = nextStepOf(draft) === 'times' ? 'ask-times' : 'ask-times-several';
    return { text: t(key, { name }), buttons: [...buttons, [ready]] };
  }
  const within = draft.within ? t('within', { minutes: draft.within }) : '';
  const text = t('ask-more-times', {
    name,
    times: draft.times.map((at) => t('time', { at })).join(', '),
    within,
  });
  const flexible = button(withinText(t, draft.within), { tap: 'draftFlexible' });
  return { text, buttons: [...buttons, [flexible, ready]] };
}
