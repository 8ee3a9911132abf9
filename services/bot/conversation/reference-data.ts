import { Locale } from '#contracts/account-events.ts';
import { translator } from '#services/platform/messages/i18n/translator.ts';
import { templatesIn } from '../features/new-habit/templates.ts';
import type { Plan } from '../features/premium/plan.ts';
import { openPlaces } from '../features/timezone/places.ts';
import type { ReferenceData } from './update-context.ts';

/** Loads the reference data. It takes some tenths of a second, so it is done once, at the start. */
export function openReferenceData(plan?: Plan): ReferenceData {
  const inAll = (key: string) => Locale.options.map((locale) => translator(locale)(key));
  return {
    places: openPlaces(),
    keyboard: { clocks: inAll('button-clocks'), cancel: inAll('button-cancel') },
    plan,
    bot: { username: undefined },
    templates: { en: templatesIn(translator('en')), ru: templatesIn(translator('ru')) },
  };
}
