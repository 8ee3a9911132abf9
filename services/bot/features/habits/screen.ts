import type { Group } from '#contracts/habit-events.ts';
import { sectionsOf } from '#contracts/habit-order.ts';
import type { HabitId } from '#contracts/ids.ts';
import { goalText } from '#services/platform/messages/reminder-card.ts';
import {
  button,
  lines,
  pageButtons,
  pageOf,
  paragraphs,
  type RenderContext,
  type View,
} from '../../conversation/render-context.ts';
import { frequencyText, groupText, remindersText, titleOf } from '../../conversation/words.ts';
import { entriesOf } from '../../domain/calendar.ts';
import { ask } from '../../domain/days.ts';
import { weekdaysOf } from '../../domain/habit.ts';
import { isPausedOn, type State } from '../../domain/habit-state.ts';
import { score } from '../../domain/score.ts';
import { streak } from '../../domain/streak.ts';
import type { Habit, Person } from '../../person.ts';
import { calendarButton } from '../check-in/calendar.ts';
import { streakText } from '../stats/habit-words.ts';
import { pauseText } from './pause.ts';

const PAGE = 8;

/** The habits in use, or the archived ones, a button for each. */
export function habitsScreen({ t, person }: RenderContext, asked: number, archived: boolean): View {
  const of = (wanted: boolean) => person.habits.filter(({ state }) => state.archived === wanted);
  const habits = of(archived);
  const { items, ...place } = pageOf(habits, asked, PAGE);
  const pages = pageButtons({ items, ...place }, (page) => ({ tap: archived ? 'archive' : 'habits', page }));
  const rows = [...items.map((habit) => [habitButton(t, habit, person)]), ...pages];
  if (archived) {
    const back = button(t('button-back-to-habits'), { tap: 'habits', page: 0 });
    return { text: t(habits.length === 0 ? 'archive-empty' : 'archive-title'), buttons: [...rows, [back]] };
  }
  const put = of(true).length;
  const bottom = [button(t('button-new-habit'), { tap: 'newHabit' })];
  if (habits.length > 1) bottom.push(button(t('button-order'), { tap: 'arrange', page: 0 }));
  if (put > 0) bottom.push(button(t('button-archive', { count: put }), { tap: 'archive', page: 0 }));
  if (habits.length === 0) return { text: t('habits-empty'), buttons: [bottom] };
  return { text: paragraphs(t('habits-title'), sectionsText(t, items)), buttons: [...rows, bottom] };
}

/** Which habits are of which group, a line each; empty while there are no groups. */
function sectionsText(t: RenderContext['t'], habits: readonly Habit[]): string {
  const sections = sectionsOf(habits);
  if (sections.every(({ group }) => group === null)) return '';
  const texts = sections.map(({ group, habits: of }) => {
    const heading = group ? groupText(t, group) : t('group-none');
    return `${heading}: ${of.map(({ state }) => state.name).join(', ')}`;
  });
  return texts.join('\n');
}

function habitButton(
  t: RenderContext['t'],
  { habitId, state }: Habit,
  { today, account: { vacations } }: Person,
) {
  const name = titleOf(state);
  const days = streak(state, today, vacations).current;
  const key = isPausedOn(state, today)
    ? 'habit-button-paused'
    : days > 1
      ? 'habit-button-streak'
      : 'habit-button';
  return button(t(key, { name, days }), { tap: 'habit', habitId });
}

/** One habit and what can be done with it. */
export function habitScreen(context: RenderContext, habitId: HabitId, habit: State): View {
  const { t, person } = context;
  const isPaused = isPausedOn(habit, person.today);
  const status = habit.archived ? t('habit-archived') : pauseText(context, habit);
  const text = paragraphs(
    lines(t('habit-title', { name: titleOf(habit) }), status),
    facts(context, habit),
    record(context, habit),
  );
  if (habit.archived) {
    const rows = [
      [
        button(t('button-restore'), { tap: 'restore', habitId }),
        button(t('button-delete'), { tap: 'delete', habitId }),
      ],
      [button(t('button-back-to-archive'), { tap: 'archive', page: 0 })],
    ];
    return { text, buttons: rows };
  }
  const pause = isPaused
    ? button(t('button-resume'), { tap: 'resume', habitId })
    : button(t('button-pause'), { tap: 'pause', habitId });
  const rows = [
    [
      button(t('button-reminders'), { tap: 'reminders', habitId }),
      button(t('button-edit'), { tap: 'editHabit', habitId }),
    ],
    [pause, button(t('button-put-away'), { tap: 'putAway', habitId })],
    [
      button(t('button-share'), { tap: 'share', habitId }),
      button(t('button-statistics'), { tap: 'openStats', habitId }),
    ],
    [calendarButton(t, { habitId }, person.today)],
    [button(t('button-back-to-habits'), { tap: 'habits', page: 0 })],
  ];
  return { text, buttons: rows };
}

type Facts = Pick<State, 'goal' | 'frequency'> &
  Partial<Pick<State, 'reminders'>> & { group?: Group | null | undefined };

/** Goal, frequency, reminders and group, a line each. */
export function facts(
  { t, locale }: RenderContext,
  { goal, frequency, reminders = [], group }: Facts,
): string {
  const target = goalText(t, goal);
  const times = remindersText(t, locale, reminders, weekdaysOf(frequency));
  return lines(
    target && t('fact-goal', { goal: target }),
    t('fact-frequency', { frequency: frequencyText(t, locale, frequency) }),
    times ? t('fact-reminders', { times }) : t('fact-no-reminders'),
    group ? groupText(t, group) : '',
  );
}

function record(context: RenderContext, habit: State): string {
  const { t, person } = context;
  const { today, account } = person;
  if (entriesOf(habit.calendar).next().done) return t('record-none');
  const { vacations } = account;
  const strength = score(habit, today, vacations).value;
  return lines(streakText(context, ask(habit, today, vacations)), t('record-strength', { strength }));
}
