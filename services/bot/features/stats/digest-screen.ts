import type { Digest } from '#contracts/account-events.ts';
import {
  button,
  inRows,
  paragraphs,
  type RenderContext,
  type View,
} from '../../conversation/render-context.ts';
import { weekdayText } from './period-words.ts';

/** When the week is over, or has just begun. */
const OFFERED: readonly Digest[] = [
  { weekday: 7, at: '18:00' },
  { weekday: 7, at: '21:00' },
  { weekday: 1, at: '08:00' },
  { weekday: 1, at: '10:00' },
];

/** The weekly digest: whether it comes, and when. */
export function digestScreen({ t, locale, person }: RenderContext): View {
  const { digest } = person.account;
  const isNow = ({ weekday, at }: Digest) => digest?.weekday === weekday && digest.at === at;
  const when = ({ weekday, at }: Digest) =>
    t('digest-when', { weekday: weekdayText(locale, weekday, 'long'), at });
  const times = OFFERED.map((each) => {
    const key = isNow(each) ? 'button-chosen' : 'button-plain';
    return button(t(key, { text: when(each) }), { tap: 'digestOn', ...each });
  });
  const off = digest ? [[button(t('button-no-digest'), { tap: 'noDigest' })]] : [];
  const now = digest ? t('digest-now', { when: when(digest) }) : t('digest-none');
  const back = [button(t('button-back-to-settings'), { tap: 'settings' })];
  return { text: paragraphs(t('digest-about'), now), buttons: [...inRows(times, 2), ...off, back] };
}
