import { dateOf, type EpochDay, epochDayOf } from '#contracts/civil-date.ts';
import type { HabitId } from '#contracts/ids.ts';
import { shortDate } from '#services/platform/messages/i18n/date-text.ts';
import type { Color, Label, Mark, Picture, Section } from '#services/platform/pictures/picture.ts';
import type { Period, Theme } from '../../conversation/period.ts';
import { type Asked, type Day, type DayKind, type DayRange, daysIn } from '../../domain/days.ts';
import type { State } from '../../domain/habit-state.ts';
import { scoreHistory, scoreOn } from '../../domain/score.ts';
import { spanAround } from '../../domain/spans.ts';
import { summaryOf } from '../../domain/summary.ts';
import { amountText, tallyText, type Wording } from './habit-words.ts';
import { monthName, periodText, weekdayLetters } from './period-words.ts';

/** A habit's days of the period, the amounts of a week, and the curve of its strength. */
export function habitPicture(
  wording: Wording,
  { habit, habitId, asked }: { habit: State; habitId: HabitId; asked: Asked },
  { period, theme }: { period: Period; theme: Theme },
): Picture {
  const color = colorOfHabit(habit, habitId);
  const range = spanAround(period.span, epochDayOf(period.on));
  const tally = tallyText(wording, summaryOf(range, asked, period.span).tally);
  const days = daysIn(range, asked);
  const sections: (Section | false)[] = [
    period.span === 'year'
      ? yearSection(wording, range, days, color)
      : calendarSection(wording, asked, days, color),
    legendSection(wording, days, color),
    period.span === 'week' && habit.goal.kind === 'numeric' && amountsSection(wording, days, habit, color),
    curveSection(wording, asked, curveRange(period, range, asked), color),
  ];
  return {
    theme,
    title: labelOf(habit),
    subtitle: [periodText(wording.locale, period, asked.today), tally].filter(Boolean).join(' · '),
    sections: sections.filter((section) => section !== false),
  };
}

/** A line of days for each habit; in a year, of weeks. */
export function overviewPicture(
  wording: Wording,
  habits: readonly { habitId: HabitId; habit: State; asked: Asked }[],
  { period, theme, today }: { period: Period; theme: Theme; today: string },
): Picture {
  const range = spanAround(period.span, epochDayOf(period.on));
  const rows = habits.map(({ habit, habitId, asked }) => {
    const days = daysIn(range, asked);
    return {
      label: labelOf(habit),
      marks: period.span === 'year' ? weekMarks(range, days) : days.map(markOf),
      right: tallyText(wording, summaryOf(range, asked, period.span).tally),
      color: colorOfHabit(habit, habitId),
    };
  });
  const title = { text: periodText(wording.locale, period, today) };
  return { theme, title, sections: [{ kind: 'rows', columns: columnsOf(wording, period, range), rows }] };
}

/** By its own choice or, that nobody's habits look all alike, by its id. */
function colorOfHabit({ brought }: State, habitId: HabitId): Color {
  const sum = Array.from(habitId).reduce((all, sign) => (all * 31 + (sign.codePointAt(0) ?? 0)) % 9973, 0);
  return brought.color ?? EASY_COLORS[sum % EASY_COLORS.length] ?? 7;
}

/** Those of Loop's that are far apart, red and greys left out. */
const EASY_COLORS: readonly Color[] = [7, 10, 14, 2, 8, 11, 15, 13, 9, 6];

const labelOf = ({ name, emoji }: State): Label => ({ text: name, emoji: emoji ?? undefined });

const MARKS: Readonly<Record<DayKind, Mark>> = {
  kept: 1,
  partly: 0.5,
  over: 'over',
  missed: 0,
  silent: 0,
  skipped: 'skip',
  auto: 'auto',
  open: 0,
  rest: 'rest',
  excused: 'rest',
  before: 'rest',
  future: 'rest',
};

const markOf = ({ kind, share }: Day): Mark => (kind === 'partly' ? Math.min(0.8, share) : MARKS[kind]);

function calendarSection({ locale }: Wording, { today }: Asked, days: readonly Day[], color: Color): Section {
  const first = days[0]?.day ?? 0;
  return {
    kind: 'calendar',
    columns: weekdayLetters(locale),
    startsIn: mondayOffset(first),
    days: days.map((day) => ({
      label: String(Number(dateOf(day.day).slice(8))),
      mark: markOf(day),
    })),
    today: days.findIndex(({ day }) => day === epochDayOf(today)),
    color,
  };
}

/** Two half years, one under the other: a whole one would be too small on a phone. */
function yearSection({ locale }: Wording, { first }: DayRange, days: readonly Day[], color: Color): Section {
  const year = dateOf(first).slice(0, 4);
  const july = epochDayOf(`${year}-07-01`);
  const bands = [days.filter(({ day }) => day < july), days.filter(({ day }) => day >= july)];
  const letters = weekdayLetters(locale).map((text, row) => (row % 2 === 0 && row < 6 ? text : ''));
  return {
    kind: 'heatmap',
    rows: letters,
    bands: bands.map((band) => ({
      startsIn: mondayOffset(band[0]?.day ?? 0),
      marks: band.map(markOf),
      labels: band.flatMap(({ day }, at) =>
        dateOf(day).endsWith('-01') ? [{ at, text: monthName(locale, dateOf(day), 'short') }] : [],
      ),
    })),
    color,
  };
}

const mondayOffset = (day: EpochDay): number => (((day + 3) % 7) + 7) % 7;

/** Only what the picture shows. */
function legendSection({ t }: Wording, days: readonly Day[], color: Color): Section | false {
  const shown = LEGEND.filter(({ kinds }) => days.some(({ kind }) => kinds.includes(kind)));
  if (shown.length === 0) return false;
  return { kind: 'legend', items: shown.map(({ mark, key }) => ({ mark, text: t(key) })), color };
}

const LEGEND: readonly { kinds: readonly DayKind[]; mark: Mark; key: string }[] = [
  { kinds: ['kept'], mark: 1, key: 'picture-kept' },
  { kinds: ['partly'], mark: 0.5, key: 'picture-partly' },
  { kinds: ['over'], mark: 'over', key: 'picture-over' },
  { kinds: ['auto'], mark: 'auto', key: 'picture-auto' },
  { kinds: ['skipped'], mark: 'skip', key: 'picture-skipped' },
  { kinds: ['silent'], mark: 0, key: 'picture-silent' },
];

function amountsSection(
  { t, locale }: Wording,
  days: readonly Day[],
  { goal }: State,
  color: Color,
): Section {
  const target = goal.kind === 'numeric' ? goal.target : 0;
  const format = new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 });
  const letters = weekdayLetters(locale);
  return {
    kind: 'bars',
    title: t('picture-amounts'),
    bars: days.map(({ amount = 0 }, index) => ({
      value: amount,
      label: letters[index] ?? '',
      ...(amount > 0 && { text: format.format(amount) }),
    })),
    max: Math.max(target, ...days.map(({ amount = 0 }) => amount)) * 1.1,
    mark: { at: target, text: amountText(t, target, goal) },
    color,
  };
}

const CURVE_DAYS = 90;

/** A year's own days, or the ninety that end with the period; never the future. */
function curveRange({ span }: Period, { first, last }: DayRange, { today }: Asked): DayRange {
  const end = Math.min(last, epochDayOf(today));
  return { first: span === 'year' ? first : end - CURVE_DAYS + 1, last: end };
}

function curveSection(
  { t, locale }: Wording,
  asked: Asked,
  { first, last }: DayRange,
  color: Color,
): Section | false {
  const history = scoreHistory(asked.habit, asked.today, asked.vacations);
  const begin = Math.max(first, history.first - 1);
  if (last - begin < 1) return false;
  const points = Array.from({ length: last - first + 1 }, (_, index) =>
    first + index < begin ? undefined : scoreOn(history, first + index),
  );
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
  const label = (at: number) => ({ at, text: shortDate(locale, dateOf(first + at)) });
  return {
    kind: 'lines',
    title: t('picture-strength'),
    series: [{ points, color, name: percent.format(points.at(-1) ?? 0) }],
    labels: [label(0), label(Math.floor((last - first) / 2)), label(last - first)],
    max: 1,
    ticks: [0, 0.5, 1].map((at) => ({ at, text: percent.format(at) })),
  };
}

function columnsOf({ locale }: Wording, { span }: Period, { first, last }: DayRange) {
  if (span === 'week') return weekdayLetters(locale).map((text, at) => ({ at, text }));
  if (span === 'month')
    return [1, 5, 10, 15, 20, 25, last - first + 1].map((day) => ({ at: day - 1, text: String(day) }));
  const year = dateOf(first).slice(0, 4);
  return ['01', '03', '05', '07', '09', '11'].map((month) => {
    const on = `${year}-${month}-01`;
    return { at: Math.floor((epochDayOf(on) - first) / 7) + 1, text: monthName(locale, on, 'short') };
  });
}

/** Of each seven days from the beginning of the range, which share was kept of what was asked for. */
function weekMarks({ first }: DayRange, days: readonly Day[]): Mark[] {
  return Array.from({ length: Math.ceil(days.length / 7) }, (_, week): Mark => {
    const own = days.filter(({ day }) => Math.floor((day - first) / 7) === week);
    const counted = own.filter(
      ({ kind }) => !['future', 'before', 'rest', 'excused', 'skipped'].includes(kind),
    );
    if (own.every(({ kind }) => kind === 'before')) return 'none';
    if (counted.length === 0) return 'rest';
    return counted.filter(({ kind }) => kind === 'kept' || kind === 'auto').length / counted.length;
  });
}
