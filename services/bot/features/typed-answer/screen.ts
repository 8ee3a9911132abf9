import type { Locale } from '#contracts/account-events.ts';
import type { LocalDate } from '#contracts/time.ts';
import { longDate } from '#services/platform/messages/i18n/date-text.ts';
import { habitLine } from '#services/platform/messages/reminder-card.ts';
import type { HabitDay } from '../../conversation/dialog.ts';
import { button, inRows, type RenderContext, type View } from '../../conversation/render-context.ts';
import type { Screen } from '../../conversation/screen.ts';
import type { Tap } from '../../conversation/taps.ts';
import type { State } from '../../domain/habit-state.ts';
import { habitOf, type Person } from '../../person.ts';
import { habitDay } from '../check-in/habit-day.ts';

type WhichScreen = Extract<Screen, { screen: 'which' }>;

/** What follows from an answer in words. */
export function saidScreen(
  context: RenderContext,
  screen: WhichScreen | Extract<Screen, { screen: 'answered' }>,
): View {
  if (screen.screen === 'which') return whichScreen(context, screen);
  const habit = habitOf(context.person, screen.day.habitId);
  return habit ? answeredScreen(context, screen.day, habit) : { text: context.t('refusal-HabitNotFound') };
}

const dated = (line: string, on: LocalDate, locale: Locale, { today }: Person): string =>
  on === today ? line : `${line}\n📅 ${longDate(locale, on)}`;

/** Asks which habit an answer is for: a button each. */
function whichScreen({ t, locale, person }: RenderContext, { answers }: WhichScreen): View {
  const buttons = answers.flatMap((answer) => {
    const habit = habitOf(person, answer.habitId);
    return habit ? [button(habit.name, tapOf(answer))] : [];
  });
  const on = answers[0]?.on ?? person.today;
  return { text: dated(t('ask-which-habit'), on, locale, person), buttons: inRows(buttons, 2) };
}

function tapOf({ habitId, on, action, value = 0 }: WhichScreen['answers'][number]): Tap {
  const day = { habitId, on, page: 0 };
  switch (action) {
    case 'done':
      return { tap: 'dayDone', ...day };
    case 'no':
      return { tap: 'dayNo', ...day };
    case 'skip':
      return { tap: 'daySkip', ...day };
    case 'amount':
      return { tap: 'dayAmount', ...day, value };
    case 'add':
      return { tap: 'dayAdd', ...day, value };
  }
}

/** What was understood and recorded, with the date where it is not today's, and how to take it back. */
function answeredScreen({ t, locale, person }: RenderContext, day: HabitDay, habit: State): View {
  const line = habitLine(t, habitDay({ habitId: day.habitId, state: habit }, day.on, person));
  const tapped = { habitId: day.habitId, on: day.on, page: 0 };
  return {
    text: dated(line, day.on, locale, person),
    buttons: [
      [
        button(t('button-undo'), { tap: 'dayUndo', ...tapped }),
        button(t('button-note'), { tap: 'dayNote', ...tapped }),
      ],
    ],
  };
}
