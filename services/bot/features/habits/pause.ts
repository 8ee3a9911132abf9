import type { HabitId } from '#contracts/ids.ts';
import type { LocalDate } from '#contracts/time.ts';
import { shortDate } from '#services/platform/messages/i18n/date-text.ts';
import { type Dialog, IDLE } from '../../conversation/dialog.ts';
import { button, type RenderContext, type View } from '../../conversation/render-context.ts';
import type { Phrase } from '../../conversation/screen.ts';
import { edit, type Step, send, stay } from '../../conversation/step.ts';
import type { HabitTap } from '../../conversation/taps.ts';
import { titleOf } from '../../conversation/words.ts';
import { isPausedOn, lastDayOfPause, type State } from '../../domain/habit-state.ts';
import { habitOf, type Person } from '../../person.ts';
import { readDates } from '../../reading/dates.ts';
import type { TypedText } from '../../reading/typed-text.ts';
import { daysAfter, nextSunday } from '../settings/vacation-screen.ts';

/*
 * A habit that rests: until a date, after which it goes on by itself, or until it is resumed.
 */

type PauseTap = Extract<HabitTap, { tap: 'pause' | 'pauseTo' | 'pauseOpen' | 'resume' }>;

/** The question ends with its answer, in whichever message of the habit that is. */
export function tapPause(dialog: Dialog, tap: PauseTap, { today }: Person): Step {
  const { habitId } = tap;
  const after = dialog.at === 'pausing' && dialog.habitId === habitId ? IDLE : dialog;
  switch (tap.tap) {
    case 'pause':
      return stay({ at: 'pausing', habitId }, edit({ screen: 'pauseHabit', habitId }));
    case 'pauseTo':
      return paused(after, habitId, today, tap.to);
    case 'pauseOpen':
      return paused(after, habitId, today);
    case 'resume':
      return {
        dialog: after,
        commands: [{ to: 'habit', habitId, command: { type: 'ResumeHabit', data: { today } } }],
        shows: [edit({ screen: 'habit', habitId })],
        toast: { key: 'toast-resumed' },
      };
  }
}

function paused(dialog: Dialog, habitId: HabitId, today: LocalDate, until?: LocalDate): Step {
  const data = { today, ...(until !== undefined && { until }) };
  return {
    dialog,
    commands: [{ to: 'habit', habitId, command: { type: 'PauseHabit', data } }],
    shows: [edit({ screen: 'habit', habitId })],
    toast: { key: 'toast-paused' },
  };
}

/** `10 days` and `until 14.12`: a pause begins today. */
export function typePause(dialog: Extract<Dialog, { at: 'pausing' }>, text: TypedText, person: Person): Step {
  const { habitId } = dialog;
  const { today } = person;
  if (!habitOf(person, habitId)) return stay(IDLE, send({ screen: 'habits', page: 0, archived: false }));
  const dates = readDates(text, today);
  const again = (line: Phrase) => stay(dialog, send({ screen: 'pauseHabit', habitId }, line));
  if (!dates || dates.from !== today) return again({ key: 'pause-unreadable' });
  if (dates.to < today) return again({ key: 'refusal-WrongDates' });
  return { ...paused(IDLE, habitId, today, dates.to), shows: [send({ screen: 'habit', habitId })] };
}

export function pauseScreen({ t, locale, person }: RenderContext, habitId: HabitId, habit: State): View {
  const { today } = person;
  const to = (text: string, last: LocalDate) => button(text, { tap: 'pauseTo', habitId, to: last });
  const sunday = nextSunday(today);
  return {
    text: t('ask-pause', { name: titleOf(habit) }),
    buttons: [
      [to(t('button-until-sunday', { date: shortDate(locale, sunday) }), sunday)],
      [1, 2, 4].map((weeks) => to(t('button-weeks', { weeks }), daysAfter(today, 7 * weeks - 1))),
      [button(t('button-until-resumed'), { tap: 'pauseOpen', habitId })],
      [button(t('button-cancel'), { tap: 'cancel' })],
    ],
  };
}

/** That a habit rests, and until when; empty where it does not. */
export function pauseText(
  { t, locale, person }: Pick<RenderContext, 't' | 'locale' | 'person'>,
  habit: State,
): string {
  if (!isPausedOn(habit, person.today)) return '';
  const to = lastDayOfPause(habit);
  return to === null ? t('habit-paused') : t('habit-paused-until', { date: shortDate(locale, to) });
}

/** The name of a habit that rests, with the last day of its pause where that is known. */
export function pausedName({ t, locale }: RenderContext, habit: State): string {
  const { name } = habit;
  const to = lastDayOfPause(habit);
  return to === null ? name : t('paused-until', { name, date: shortDate(locale, to) });
}
