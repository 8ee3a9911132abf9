import type { Locale } from '#contracts/account-events.ts';
import type { ActivityOn } from '#projections/admin/activity.ts';
import { shortDate } from '#services/platform/messages/i18n/date-text.ts';
import type { Translate } from '#services/platform/messages/i18n/translator.ts';
import type { LinesSection, Theme } from '#services/platform/pictures/picture.ts';
import type { Rendered } from '../../conversation/render-context.ts';
import type { ActivityDays } from './action.ts';
import { button, rendered } from './messages.ts';

/** Loop's numbers of colours that can be told apart: blue, green, orange. */
const COLORS = { new: 11, active: 7, checkIns: 2 } as const;
const LABELS = 5;

/** New people, active people and check-ins of each day as a picture; days are UTC's, the last one is not over yet. */
export function activityMessage(
  t: Translate,
  locale: Locale,
  { days, theme, activity }: { days: ActivityDays; theme: Theme; activity: readonly ActivityOn[] },
): Rendered {
  const labels = labelsOf(locale, activity);
  const section = (what: keyof typeof COLORS): LinesSection => {
    const points = activity.map((each) => each[what]);
    const total = points.reduce((sum, value) => sum + value, 0);
    const title = t(`admin-activity-${what}`, { total, today: points.at(-1) ?? 0 });
    return {
      kind: 'lines',
      title,
      series: [{ points, color: COLORS[what] }],
      labels,
      ...axisOf(locale, points),
    };
  };
  const other: Theme = theme === 'dark' ? 'light' : 'dark';
  const others: ActivityDays = days === 30 ? 90 : 30;
  const message = rendered(t('admin-activity', { days }), [
    button(t('admin-button-days', { days: others }), { do: 'activity', days: others, theme }),
    button(theme === 'dark' ? '☀️' : '🌙', { do: 'activity', days, theme: other }),
  ]);
  return {
    ...message,
    picture: {
      theme,
      title: { text: t('admin-activity-title') },
      subtitle: t('admin-activity', { days }),
      sections: [section('new'), section('active'), section('checkIns')],
    },
  };
}

function labelsOf(locale: Locale, activity: readonly ActivityOn[]): LinesSection['labels'] {
  const last = activity.length - 1;
  return Array.from({ length: LABELS }, (_, i) => Math.round((last * i) / (LABELS - 1)))
    .filter((at, i, all) => all.indexOf(at) === i)
    .flatMap((at) => {
      const day = activity[at];
      return day ? [{ at, text: shortDate(locale, day.on) }] : [];
    });
}

/** From 0 to a round number that holds all points, with a tick at its half and at its end. */
function axisOf(locale: Locale, points: readonly number[]): Pick<LinesSection, 'max' | 'ticks'> {
  const most = Math.max(2, ...points);
  const power = 10 ** Math.floor(Math.log10(most));
  const max = ([1, 2, 4, 6, 8, 10].find((step) => step * power >= most) ?? 10) * power;
  const number = new Intl.NumberFormat(locale);
  const ticks = [max / 2, max].map((at) => ({ at, text: number.format(at) }));
  return { max, ticks };
}
