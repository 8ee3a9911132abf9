import { WEEK_STATS } from '#contracts/callback-data.ts';
import type { Dialog } from '../../conversation/dialog.ts';
import type { Screen } from '../../conversation/screen.ts';
import { edit, type Step, send, stay, toast } from '../../conversation/step.ts';
import type { StatsTap } from '../../conversation/taps.ts';
import { habitOf, type Person } from '../../person.ts';

/** What /stats opens: this month. */
export function statsOfNow({ today }: Person): Screen {
  return { screen: 'stats', period: { span: 'month', on: today }, page: 0, theme: 'dark' };
}

/** A tap under statistics, which are a picture and stay one; from a message of text a new one is sent. */
export function tapStats(dialog: Dialog, tap: StatsTap, person: Person): Step {
  if (tap.tap === 'openStats') {
    if (!habitOf(person, tap.habitId)) return toast(dialog, 'refusal-HabitNotFound');
    const period = { span: 'month', on: person.today } as const;
    return stay(dialog, send({ screen: 'habitStats', habitId: tap.habitId, period, theme: 'dark' }));
  }
  if (tap.tap === WEEK_STATS) {
    const period = { span: 'week', on: tap.on } as const;
    return stay(dialog, send({ screen: 'stats', period, page: 0, theme: 'dark' }));
  }
  if (tap.tap === 'digest' || tap.tap === 'digestOn' || tap.tap === 'noDigest') return tapDigest(dialog, tap);
  const { span, on, theme } = tap;
  const looking = { period: { span, on }, theme };
  if (tap.tap === 'stats') return stay(dialog, edit({ screen: 'stats', ...looking, page: tap.page }));
  const { habitId } = tap;
  if (!habitOf(person, habitId)) return toast(dialog, 'refusal-HabitNotFound');
  return stay(dialog, edit({ screen: 'habitStats', habitId, ...looking }));
}

/** The weekly digest, switched on, moved, or off. */
function tapDigest(
  dialog: Dialog,
  tap: Extract<StatsTap, { tap: 'digest' | 'digestOn' | 'noDigest' }>,
): Step {
  if (tap.tap === 'digest') return stay(dialog, edit({ screen: 'digest' }));
  const digest = tap.tap === 'noDigest' ? null : { weekday: tap.weekday, at: tap.at };
  return {
    dialog,
    commands: [{ to: 'account', command: { type: 'ChangeDigest', data: { digest } } }],
    shows: [edit({ screen: 'digest' })],
    toast: { key: digest ? 'toast-digest' : 'toast-no-digest' },
  };
}
