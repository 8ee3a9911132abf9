import { dateOf, epochDayOf } from '#contracts/civil-date.ts';
import type { HabitId } from '#contracts/ids.ts';
import { localTimeOf, minuteOfDay } from '#contracts/time.ts';
import { dueMinute, flexibleBy } from '#projections/schedules/due-minute.ts';
import { localDateAt, nextOccurrence } from '#services/platform/local-time/local-time.ts';
import { longDate } from '#services/platform/messages/i18n/date-text.ts';
import { button, paragraphs, type RenderContext, type View } from '../../conversation/render-context.ts';
import { dateWithin, titleOf, whenText } from '../../conversation/words.ts';
import { isUntilBack, vacationFrom } from '../../domain/account.ts';
import type { Reminder, State } from '../../domain/habit-state.ts';
import type { Person } from '../../person.ts';
import { MINUTES_PER_DAY } from '../../reading/duration.ts';
import { facts } from '../habits/screen.ts';

/** Says that a habit was made: what it is, and when its first reminder comes. */
export function createdScreen(context: RenderContext, habitId: HabitId, habit: State): View {
  const { t } = context;
  const text = paragraphs(
    t('created-title', { name: titleOf(habit) }),
    facts(context, habit),
    firstReminder(context, habit),
  );
  const rows = [
    [
      button(t('button-today'), { tap: 'today', page: 0 }),
      button(t('button-another-habit'), { tap: 'newHabit' }),
    ],
    [
      button(t('button-undo-new'), { tap: 'undoNew', habitId }),
      button(t('button-change'), { tap: 'habit', habitId }),
    ],
  ];
  return { text, buttons: rows };
}

function firstReminder({ t, locale, person }: RenderContext, { reminders }: State): string {
  const { timezone, remindersStopped } = person.account;
  if (!timezone || reminders.length === 0) return t('created-silent');
  if (remindersStopped) return t('created-stopped');
  const times = reminders.map((reminder) => {
    const minute = dueMinuteOf(person, reminder);
    const { instantMs } = nextOccurrence({ ...reminder, place: minute }, timezone, person.nowMs);
    return { instantMs, when: whenText(t, shownTime(reminder, minute)) };
  });
  const first = times.reduce((a, b) => (b.instantMs < a.instantMs ? b : a));
  const { when } = first;
  const on = localDateAt(first.instantMs, timezone);
  const today = localDateAt(person.nowMs, timezone);
  const vacation = vacationFrom(today, person.account);
  if (vacation && vacation.from <= on && on <= vacation.to) {
    if (isUntilBack(vacation)) return t('settings-paused');
    return t('created-vacation', { date: longDate(locale, dateOf(epochDayOf(vacation.to) + 1)) });
  }
  if (on === today) return t('created-first-today', { when });
  if (on === dateOf(epochDayOf(today) + 1)) return t('created-first-tomorrow', { when });
  return t('created-first-on', { when, date: dateWithin(locale, on) });
}

/** The due minute: minutes since midnight of the reminder's date, which may reach into the dates after. */
function dueMinuteOf({ userId, account }: Person, { at, windowMinutes = 0 }: Reminder): number {
  const { dayStartsAt, quiet } = account;
  const hours = quiet && { from: minuteOfDay(quiet.from), to: minuteOfDay(quiet.to) };
  const offset = flexibleBy(userId, at, windowMinutes);
  return dueMinute(minuteOfDay(at), offset, { dayStarts: minuteOfDay(dayStartsAt), quiet: hours });
}

/** The time as the person chose it; a reminder that quiet hours move is shown at the time it comes. */
function shownTime(reminder: Reminder, dueAt: number): Reminder {
  const { at, weekdays, windowMinutes = 0 } = reminder;
  const minute = dueAt % MINUTES_PER_DAY;
  const isMoved = Math.abs(minute - minuteOfDay(at)) > windowMinutes;
  return isMoved ? { at: localTimeOf(minute), weekdays } : reminder;
}
