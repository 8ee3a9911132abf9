import type { Locale } from '#contracts/account-events.ts';
import type { Translate } from '#services/platform/messages/i18n/translator.ts';
import { button, lines, paragraphs, type View } from '../../conversation/render-context.ts';
import type { Brought, DateQuestion, Remark, Source, WhyLeftOut, WhyRefused } from '../../moving/brought.ts';
import type { HabitPlan, ImportPlan } from '../../moving/plan.ts';
import type { Limit } from '../premium/limits.ts';

/** The trackers' own names, the same in every language. */
const NAMES: Readonly<Record<Source, string>> = {
  loop: 'Loop Habit Tracker',
  habitbull: 'HabitBull',
  tickmate: 'Tickmate',
  rewire: 'Rewire',
  habitkit: 'HabitKit',
  habitstream: 'Habitstream',
};
/** More would fill a phone. */
const LISTED_HABITS = 20;
/** Telegram takes 4096 characters, of which the reasons may need 2000. */
const LISTED_CHARACTERS = 1_600;

/** What a view of an import is rendered from. */
export type ImportContext = { t: Translate; locale: Locale };
/** `dates`: as the person said they are meant. */
export type ImportFacts = {
  brought: Brought;
  plan: ImportPlan;
  dates?: 'dayFirst' | 'monthFirst' | undefined;
  /** What of premium is needed for it. */
  limit?: Limit | undefined;
};

/** What is in a file, what would be brought of it and what not, and the button that brings it. */
export function previewScreen(context: ImportContext, { brought, plan, dates, limit }: ImportFacts): View {
  const { t } = context;
  const isNew = plan.habits.some(({ known, fresh, notes }) => !known || fresh.length + notes.length > 0);
  const noted = plan.habits.reduce((sum, { notes }) => sum + notes.length, 0);
  const text = paragraphs(
    lines(t('import-title', { source: NAMES[brought.source] }), totals(context, brought)),
    habitLines(context, plan.habits),
    noted > 0 && t('import-notes', { count: noted }),
    leftOutText(context, brought, plan),
    lines(...brought.remarks.map((remark) => remarkText(t, remark))),
    !isNew && t('import-nothing-new'),
    limit && t(`limit-${limit.of}`, { most: limit.most }),
  );
  if (!isNew) return { text };
  if (limit) return { text, buttons: [[button(t('button-premium'), { tap: 'premium' })]] };
  const bring = button(t('button-import'), { tap: 'importFile', dates: dates ?? 'plain' });
  return { text, buttons: [[bring, button(t('button-cancel'), { tap: 'importNot' })]] };
}

/** How the dates of a file are meant, shown by one of them. */
export function datesScreen({ t, locale }: ImportContext, { dayFirst, monthFirst }: DateQuestion): View {
  const choices = (
    [
      ['dayFirst', dayFirst],
      ['monthFirst', monthFirst],
    ] as const
  ).map(([dates, on]) => [button(fullDate(locale, on), { tap: 'importDates', dates })]);
  return {
    text: t('import-which-dates'),
    buttons: [...choices, [button(t('button-cancel'), { tap: 'importNot' })]],
  };
}

/** What is here now. It is the same after an import that was interrupted and went on. */
export function importedScreen(context: ImportContext, { brought, plan }: ImportFacts): View {
  const { t } = context;
  const days = plan.habits.reduce((sum, { fresh, same, kept }) => sum + fresh.length + same + kept, 0);
  const done = t('import-done', {
    source: NAMES[brought.source],
    habits: t('import-habits', { habits: plan.habits.length }),
    days: t('import-days', { days }),
  });
  const rows = [
    [
      button(t('button-today'), { tap: 'today', page: 0 }),
      button(t('button-habits'), { tap: 'habits', page: 0 }),
    ],
  ];
  return { text: paragraphs(done, leftOutText(context, brought, plan)), buttons: rows };
}

export const refusedScreen = ({ t }: ImportContext, why: WhyRefused | 'gone'): View => ({
  text: t(`refused-${why}`),
});

function totals({ t, locale }: ImportContext, { habits }: Brought): string {
  const dates = habits.flatMap(({ entries }) => [entries[0]?.on, entries.at(-1)?.on]);
  const known = dates.filter((on) => on !== undefined).sort();
  const days = habits.reduce((sum, { entries }) => sum + entries.length, 0);
  const [from, to] = [known[0], known.at(-1)].map((on) => on && fullDate(locale, on));
  const range =
    from && (from === to ? t('import-date', { date: from }) : t('import-range', { from, to: to ?? from }));
  return [
    `${t('import-habits', { habits: habits.length })}, ${t('import-days', { days })}`,
    ...(range ? [range] : []),
  ].join(' ');
}

function habitLines({ t }: ImportContext, plans: readonly HabitPlan[]): string {
  const listed = plans.slice(0, LISTED_HABITS).map(({ habit, known, fresh }) => {
    const { name } = habit;
    const days = fresh.length;
    if (known && known.name !== name) return t('import-habit-renamed', { name, now: known.name, days });
    if (known) return t('import-habit-known', { name, days });
    return t(habit.archived ? 'import-habit-archived' : 'import-habit', { name, days });
  });
  while (listed.join('\n').length > LISTED_CHARACTERS) listed.pop();
  const more = plans.length - listed.length;
  return lines(...listed, more > 0 && t('import-more', { count: more }));
}

/** In the order in which they matter to a person. Days without an entry are nothing that could be brought. */
const REASONS: readonly (WhyLeftOut | 'kept' | 'otherGoal')[] = [
  'kept',
  'computed',
  'noReminders',
  'unreadableReminder',
  'tooManyReminders',
  'noTarget',
  'otherGoal',
  'goalHistory',
  'pauses',
  'otherFrequency',
  'otherKind',
  'unreadableDate',
  'unreadableValue',
  'sameDayTwice',
  'future',
  'tooOld',
  'unknownHabit',
  'nameMissing',
  'nameShortened',
  'textShortened',
];

function leftOutText({ t }: ImportContext, { leftOut }: Brought, { habits }: ImportPlan): string | false {
  const ofPlan = (what: 'kept' | 'otherGoal' | 'future' | 'tooOld') =>
    habits.reduce((sum, plan) => sum + plan[what], 0);
  const counts: Readonly<Record<string, number | undefined>> = {
    ...leftOut,
    kept: ofPlan('kept'),
    otherGoal: ofPlan('otherGoal'),
    future: ofPlan('future'),
    tooOld: ofPlan('tooOld'),
  };
  const said = REASONS.filter((why) => (counts[why] ?? 0) > 0).map(
    (why) => `• ${t(`left-${why}`, { count: counts[why] ?? 0 })}`,
  );
  return said.length > 0 && lines(t('import-left-out'), ...said);
}

function remarkText(t: Translate, remark: Remark): string {
  switch (remark.remark) {
    case 'dates':
      return t(remark.dayFirst ? 'import-dates-day-first' : 'import-dates-month-first');
    case 'encoding':
      return t('import-encoding', { encoding: remark.encoding });
    case 'wal':
      return t('import-wal');
  }
}

function fullDate(locale: Locale, on: string): string {
  const options = { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' } as const;
  return new Intl.DateTimeFormat(locale, options).format(Date.parse(on));
}
