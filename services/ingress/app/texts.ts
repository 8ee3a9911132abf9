import type { Locale } from '#contracts/account-events.ts';
import { translator } from '#services/platform/messages/i18n/translator.ts';

/** Texts of the page, and the places in them that the page fills in: `{habit}` for `$habit`. */
const TEXTS: Readonly<Record<string, readonly string[]>> = {
  'page-title': [],
  'page-loading': [],
  'page-empty': [],
  'page-empty-how': [],
  'page-unregistered': [],
  'page-outside': [],
  'page-expired': [],
  'page-away': [],
  'page-throttled': [],
  'page-not-saved': [],
  'page-failed': [],
  'page-saving': [],
  'page-today': [],
  'page-earlier': [],
  'page-later': [],
  'page-year': [],
  'page-year-short': [],
  'page-month': [],
  'page-reorder': [],
  'page-close': [],
  'page-strength': ['percent'],
  'page-strength-up': ['points'],
  'page-strength-down': ['points'],
  'page-move': ['habit'],
  'page-move-how': [],
  'page-moving': ['habit', 'place', 'places'],
  'page-moved': ['habit', 'place', 'places'],
  'page-not-moved': ['habit'],
  'page-day': ['habit', 'date', 'state'],
  'page-amount-of': ['amount', 'target'],
  'page-amount-most': ['amount', 'target'],
  'page-amount-short': ['amount', 'what'],
  'page-amount-word': ['amount', 'what'],
  'page-silent': [],
  'page-done': [],
  'page-not-done': [],
  'page-skip': [],
  'page-clear': [],
  'page-save': [],
  'page-how-much': [],
  'page-less': ['amount'],
  'page-more': ['amount'],
  'page-paused': [],
  'page-paused-until': ['date'],
  'page-other': [],
  'page-state-kept': [],
  'page-state-within': [],
  'page-state-automatic': [],
  'page-state-partly': [],
  'page-state-missed': [],
  'page-state-over': [],
  'page-state-skipped': [],
  'page-state-away': [],
  'page-state-off': [],
  'page-state-none': [],
  'page-state-future': [],
};

/** What the page says, in one language. */
export function pageTexts(locale: Locale): Record<string, string> {
  const t = translator(locale);
  return Object.fromEntries(
    Object.entries(TEXTS).map(([key, places]) => {
      const args = Object.fromEntries(places.map((place) => [place, `{${place}}`]));
      return [key.slice('page-'.length), t(key, args)];
    }),
  );
}
