import type { Locale } from '#contracts/account-events.ts';
import { epochDayOf } from '#contracts/civil-date.ts';
import type { Goal } from '#contracts/habit-events.ts';
import type { Translate } from '#services/platform/messages/i18n/translator.ts';
import type { Period } from '../../conversation/period.ts';
import { lines } from '../../conversation/render-context.ts';
import type { Asked } from '../../domain/days.ts';
import { type ScoreStep, scoreChange } from '../../domain/score-change.ts';
import { spanAround, spanStreak } from '../../domain/spans.ts';
import { streak } from '../../domain/streak.ts';
import { bestWeekday, type Summary, summaryOf, type Tally, totalOf } from '../../domain/summary.ts';
import { weekdayText } from './period-words.ts';

/** In which language, and by which texts. */
export type Wording = { readonly t: Translate; readonly locale: Locale };

/** The strength today, why it moved, and what would raise it. */
export function strengthText({ t, locale }: Wording, asked: Asked): string {
  const { value, today, yesterday, monthAgo, ifKept, begun } = scoreChange(asked);
  const { goal } = asked.habit;
  const raises = ifKept !== undefined && ifKept - value >= LEAST_CHANGE;
  const window = today.window ?? undefined;
  return lines(
    t('record-strength', { strength: value }),
    begun === 'long ago' && t('stats-month-ago', { strength: monthAgo }),
    t('stats-today', stepArgs({ t, locale }, today, goal)),
    begun !== 'today' && t('stats-yesterday', stepArgs({ t, locale }, yesterday, goal)),
    window && t('stats-window', window),
    raises && goal.kind === 'yesNo' && t('stats-if-done', { strength: ifKept }),
    raises &&
      goal.kind === 'numeric' &&
      t('stats-if-reached', { strength: ifKept, amount: amountText(t, goal.target, goal) }),
  );
}

/** Shown as +0.1 at least. */
const LEAST_CHANGE = 0.0005;

function stepArgs({ t, locale }: Wording, { day, change }: ScoreStep, goal: Goal) {
  const hasAmount = goal.kind === 'numeric' && day.amount !== undefined;
  const why = hasAmount
    ? t('stats-why-amount', { amount: amountText(t, day.amount ?? 0, goal) })
    : t(`stats-why-${day.kind}`);
  if (Math.abs(change) < LEAST_CHANGE) return { change: t('stats-no-change'), why };
  const format = new Intl.NumberFormat(locale, { signDisplay: 'always', maximumFractionDigits: 1 });
  return { change: format.format(change * 100).replace('-', '−'), why };
}

/** Streaks in a row and the longest ones: of days, or of weeks or months for a habit of so many times in each. */
export function streakText(wording: Wording, asked: Asked): string {
  const { current, best, gapless } = streakTexts(wording, asked);
  return lines(current, best, gapless);
}

/** The lines of {@link streakText}; those with nothing to say are empty. */
export function streakTexts({ t }: Wording, asked: Asked): Record<'current' | 'best' | 'gapless', string> {
  const days = streak(asked.habit, asked.today, asked.vacations);
  const spans = spanStreak(asked);
  if (!spans) {
    const best = days.best > 0 ? t('record-best', { best: days.best }) : '';
    return { current: t('streak', { days: days.current }), best, gapless: '' };
  }
  const key = spans.span === 'week' ? 'weeks' : 'months';
  return {
    current: t(`stats-streak-${key}`, { count: spans.current }),
    best: spans.best > 0 ? t(`stats-best-${key}`, { count: spans.best }) : '',
    gapless: days.current > 0 ? t('stats-streak-days', { days: days.current }) : '',
  };
}

/** `🔥 12`, `🔥 3 weeks`, for a line of a list; nothing for a streak of less than two. */
export function shortStreakText({ t }: Wording, asked: Asked): string {
  const spans = spanStreak(asked);
  const count = spans?.current ?? streak(asked.habit, asked.today, asked.vacations).current;
  if (count < 2) return '';
  if (!spans) return t('stats-short-days', { count });
  return t(spans.span === 'week' ? 'stats-short-weeks' : 'stats-short-months', { count });
}

/** `17 of 25`, `2 of 3 weeks`; nothing while nothing was asked for. */
export function tallyText({ t }: Wording, tally: Tally): string {
  const { kept, asked, in: counted } = tally;
  if (asked === 0) return kept === 0 ? '' : t('stats-tally-done', { count: kept });
  const keys = { day: 'stats-tally', week: 'stats-tally-weeks', month: 'stats-tally-months' } as const;
  return t(keys[counted], { kept, asked });
}

/** How the period went: days, skips, amounts; of a limit, that silent days are not kept. */
export function periodSummaryText(wording: Wording, asked: Asked, { span, on }: Period): string {
  const { t } = wording;
  const { goal } = asked.habit;
  const summary = summaryOf(spanAround(span, epochDayOf(on)), asked, span);
  const tally = tallyText(wording, summary.tally);
  return lines(
    tally && t('stats-days', { tally }),
    summary.tally.in !== 'day' && t('stats-done-days', { count: summary.done }),
    summary.skipped > 0 && t('stats-skipped', { count: summary.skipped }),
    goal.kind === 'numeric' && totalText(wording, summary, asked, goal),
    summary.silent > 0 && t('stats-silent', { count: summary.silent }),
  );
}

function totalText(
  { t }: Wording,
  { total, recorded }: Summary,
  asked: Asked,
  goal: Goal & { kind: 'numeric' },
): string {
  const all = totalOf(asked);
  if (all.recorded === 0) return '';
  const inAll = t('stats-total-all', { amount: amountText(t, all.total, goal) });
  if (recorded === 0) return inAll;
  const average = Math.round((total / recorded) * 10) / 10;
  const amount = amountText(t, total, goal);
  return lines(t('stats-total', { amount, average }), inAll);
}

export function bestWeekdayText({ t, locale }: Wording, asked: Asked): string {
  const best = bestWeekday(asked);
  return best
    ? t('stats-best-weekday', { weekday: weekdayText(locale, best.weekday, 'long'), share: best.share })
    : '';
}

export function amountText(t: Translate, value: number, goal: Goal): string {
  return t('amount', { value, unit: goal.kind === 'numeric' ? goal.unit : '' }).trim();
}
