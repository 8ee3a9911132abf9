import { Locale } from '#contracts/account-events.ts';
import { translator } from '#services/platform/messages/i18n/translator.ts';
import type { Knowledge } from './dialogs/step.ts';
import { IDEAS } from './screens/draft.ts';
import { openPlaces } from './timezones/places.ts';

/** What the conversation knows of the world; some tenths of a second once. */
export function openKnowledge(): Knowledge {
  const inAll = (key: string) => Locale.options.map((locale) => translator(locale)(key));
  const ideasIn = (locale: Locale) => IDEAS.map((key) => translator(locale)(key));
  return {
    places: openPlaces(),
    keyboard: { clocks: inAll('button-clocks'), cancel: inAll('button-cancel') },
    ideas: { en: ideasIn('en'), ru: ideasIn('ru') },
  };
}
