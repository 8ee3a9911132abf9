import { epochDayOf } from '#contracts/civil-date.ts';
import type { HabitId } from '#contracts/ids.ts';
import type { LocalDate } from '#contracts/time.ts';
import type { Period, Theme } from '../../conversation/period.ts';
import {
  button,
  inRows,
  lines,
  pageButtons,
  pageOf,
  paragraphs,
  type RenderContext,
  type View,
} from '../../conversation/render-context.ts';
import type { Tap } from '../../conversation/taps.ts';
import { type Asked, ask } from '../../domain/days.ts';
import type { State } from '../../domain/habit-state.ts';
import { score } from '../../domain/score.ts';
import { neighbour, spanAround } from '../../domain/spans.ts';
import { summaryOf } from '../../domain/summary.ts';
import type { Person } from '../../person.ts';
import {
  bestWeekdayText,
  periodSummaryText,
  shortStreakText,
  streakText,
  strengthText,
  tallyText,
} from './habit-words.ts';
import { periodText } from './period-words.ts';
import { habitPicture, overviewPicture } from './pictures.ts';

/** As many as a caption holds, whatever they are called. */
const PAGE = 5;
const NAMES_A_ROW = 2;

type Looking = { period: Period; theme: Theme };

/** All habits in use: strength, streak and days of the period in a line each, and in a picture. */
export function statsScreen(context: RenderContext, looking: Looking, askedPage: number): View {
  const { t, locale, person } = context;
  const inUse = person.habits.filter(({ state }) => !state.archived);
  if (inUse.length === 0) {
    return { text: t('stats-empty'), buttons: [[button(t('button-new-habit'), { tap: 'newHabit' })]] };
  }
  const { period, theme } = looking;
  const { items, ...place } = pageOf(inUse, askedPage, PAGE);
  const shown = items.map(({ habitId, state }) => ({ habitId, habit: state, asked: askedOf(person, state) }));
  const tapOf = (changed: Partial<Looking>, page = place.page): Tap => {
    const { period: to, theme: look } = { ...looking, ...changed };
    return { tap: 'stats', ...to, page, theme: look };
  };
  const names = shown.map(({ habit, habitId }) =>
    button(named(t, habit), { tap: 'habitStats', habitId, ...period, theme }),
  );
  return {
    text: paragraphs(
      t('stats-title', { period: periodText(locale, period, person.today) }),
      lines(...shown.map(({ habit, asked }) => overviewLine(context, habit, asked, period))),
    ),
    picture: overviewPicture(context, shown, { ...looking, today: person.today }),
    buttons: [
      ...inRows(names, NAMES_A_ROW),
      ...pageButtons({ items, ...place }, (page) => tapOf({}, page)),
      ...periodButtons(context, looking, (changed) => tapOf(changed)),
      [
        button(t('button-digest'), { tap: 'digest' }),
        themeButton(t, theme, (other) => tapOf({ theme: other })),
      ],
    ],
  };
}

function overviewLine(context: RenderContext, habit: State, asked: Asked, { span, on }: Period): string {
  const { t, person } = context;
  const { value } = score(habit, person.today, person.account.vacations);
  const { tally } = summaryOf(spanAround(span, epochDayOf(on)), asked, span);
  return [
    named(t, habit),
    t('stats-share', { share: value }),
    shortStreakText(context, asked),
    tallyText(context, tally),
  ]
    .filter(Boolean)
    .join(' · ');
}

/** One habit: why its strength is what it is, its streaks, the period, and a picture of it. */
export function habitStatsScreen(
  context: RenderContext,
  habit: State & { habitId: HabitId },
  looking: Looking,
): View {
  const { t, locale, person } = context;
  const { habitId } = habit;
  const { period, theme } = looking;
  const asked = askedOf(person, habit);
  const title = t('stats-habit-title', {
    name: named(t, habit),
    period: periodText(locale, period, person.today),
  });
  const tapOf = (changed: Partial<Looking>): Tap => {
    const { period: to, theme: look } = { ...looking, ...changed };
    return { tap: 'habitStats', habitId, ...to, theme: look };
  };
  const back = button(t('button-all-stats'), { tap: 'stats', ...period, page: 0, theme });
  return {
    text: paragraphs(
      title,
      periodSummaryText(context, asked, period),
      strengthText(context, asked),
      lines(streakText(context, asked), bestWeekdayText(context, asked)),
    ),
    picture: habitPicture(context, { habit, habitId, asked }, looking),
    buttons: [
      ...periodButtons(context, looking, tapOf),
      [back, themeButton(t, theme, (other) => tapOf({ theme: other }))],
    ],
  };
}

const askedOf = ({ today, account }: Person, habit: State): Asked => ask(habit, today, account.vacations);

function named(t: RenderContext['t'], { name, emoji }: State): string {
  return emoji ? t('stats-named', { emoji, name }) : name;
}

/** Earlier and later; week, month, year. */
function periodButtons(
  { t, locale, person }: RenderContext,
  { period }: Looking,
  tapOf: (changed: Partial<Looking>) => Tap,
) {
  const { span, on } = period;
  const to = (onto: LocalDate) => ({ period: { span, on: onto } });
  const [earlier, later] = [neighbour(span, on, -1), neighbour(span, on, 1)];
  const name = (onto: LocalDate) => periodText(locale, { span, on: onto }, person.today);
  const moves = [button(`‹ ${name(earlier)}`, tapOf(to(earlier)))];
  if (later <= person.today) moves.push(button(`${name(later)} ›`, tapOf(to(later))));
  const spans = (['week', 'month', 'year'] as const).map((each) =>
    button(t(each === span ? 'button-chosen' : 'button-plain', { text: t(`button-${each}`) }), {
      ...tapOf({ period: { span: each, on: dayWithin(period, person.today) } }),
    }),
  );
  return [moves, spans];
}

function themeButton(t: RenderContext['t'], theme: Theme, tapOf: (other: Theme) => Tap) {
  const other = theme === 'dark' ? 'light' : 'dark';
  return button(t(`button-${other}`), tapOf(other));
}

/** Today while the period has it: to look at a month and then at its week leads to this week. */
function dayWithin({ span, on }: Period, today: LocalDate): LocalDate {
  const { first, last } = spanAround(span, epochDayOf(on));
  const day = epochDayOf(today);
  return day >= first && day <= last ? today : on;
}
