import type { KeyboardButton, ReplyKeyboardMarkup, ReplyKeyboardRemove } from 'grammy/types';
import { beginOfMinuteMs, epochMinuteAt, minutesAfter } from '#contracts/time.ts';
import { localTimeAt, offsetLabel } from '#services/platform/local-time/local-time.ts';
import { offsetAt } from '#services/platform/local-time/zone-offsets.ts';
import {
  button,
  inRows,
  pageButtons,
  pageOf,
  paragraphs,
  type RenderContext,
  type View,
} from '../../conversation/render-context.ts';
import type { Screen } from '../../conversation/screen.ts';
import { dateWithin } from '../../conversation/words.ts';

const REMOVE: ReplyKeyboardRemove = { remove_keyboard: true };

/** Asks where a person is. The first time with a keyboard, since only a keyboard can ask for the location. */
export function askTimezoneScreen(context: RenderContext, why: 'welcome' | 'needed' | 'change'): View {
  const { t } = context;
  if (why === 'change') {
    const clocks = [button(t('button-clocks'), { tap: 'clocks' })];
    return {
      text: t('ask-timezone-again'),
      buttons: [clocks, [button(t('button-cancel'), { tap: 'cancel' })]],
    };
  }
  const location: KeyboardButton = { text: t('button-location'), request_location: true };
  const keyboard: ReplyKeyboardMarkup = {
    keyboard: [[location], ...inRows(likelyPlaces(context), 2), [{ text: t('button-clocks') }]],
    resize_keyboard: true,
    one_time_keyboard: true,
    input_field_placeholder: t('placeholder-city'),
  };
  return { text: t(why === 'welcome' ? 'welcome' : 'timezone-needed'), keyboard };
}

/** Large cities where people of that language live, with their clocks: for most people one tap is enough. */
const LIKELY = {
  en: {
    'New York': 'America/New_York',
    'Los Angeles': 'America/Los_Angeles',
    London: 'Europe/London',
    Delhi: 'Asia/Kolkata',
  },
  ru: {
    Москва: 'Europe/Moscow',
    Екатеринбург: 'Asia/Yekaterinburg',
    Минск: 'Europe/Minsk',
    Алматы: 'Asia/Almaty',
  },
} as const;

/** A tapped one comes back as a text, and is read like any other. */
function likelyPlaces({ t, locale, person }: RenderContext): KeyboardButton[] {
  return Object.entries(LIKELY[locale]).map(([city, timezone]) => ({
    text: `${city} · ${t('time', { at: localTimeAt(person.nowMs, timezone) })}`,
  }));
}

const CLOCKS_A_PAGE = 12;
/** Minutes east of UTC of the clocks to begin with, where nothing is known of a person but their language. */
const LIKELY_OFFSET = { en: 0, ru: 180 } as const;

/** A dozen of the times that clocks somewhere in the world show now, first those around the likely one. */
export function clocksScreen({ t, locale, person, places }: RenderContext, asked?: number): View {
  const now = epochMinuteAt(person.nowMs);
  const offsets = places.offsets(person.nowMs);
  const { timezone } = person.account;
  const likely = timezone === null ? LIKELY_OFFSET[locale] : offsetAt(now, timezone);
  const shown = pageOf(offsets, asked ?? Math.floor(offsets.indexOf(likely) / CLOCKS_A_PAGE), CLOCKS_A_PAGE);
  const buttons = shown.items.map((offset) => {
    const time = localTimeAt(beginOfMinuteMs(minutesAfter(now, offset)), 'UTC');
    return button(t('time', { at: time }), { tap: 'clock', offset });
  });
  const others = pageButtons(shown, (page) => ({ tap: 'clocksPage', page }));
  return { text: t('ask-clock'), buttons: [...inRows(buttons, 4), ...others] };
}

type ZonesScreen = Extract<Screen, { screen: 'zones' }>;

/** Zones to choose from, each with its clock; a single one is a question to confirm. */
export function zonesScreen({ t, person }: RenderContext, { zones, means, named }: ZonesScreen): View {
  const [only, ...others] = zones;
  const clocks = [button(t('button-other-clock'), { tap: 'clocks' })];
  if (only && others.length === 0) {
    const time = localTimeAt(person.nowMs, only.timezone);
    const yes = button(t('button-right-place', { time }), { tap: 'zone', timezone: only.timezone });
    return { text: t('confirm-place', { place: only.label, time }), buttons: [[yes], clocks] };
  }
  const rows = zones.map(({ label, timezone }) => [
    button(`${label} · ${t('time', { at: localTimeAt(person.nowMs, timezone) })}`, { tap: 'zone', timezone }),
  ]);
  const asking = {
    place: () => t('ask-zone'),
    clock: () => t('ask-zone-clock'),
    border: () => t('ask-zone-border'),
    abbreviation: () => t('ask-zone-abbreviation', { name: named ?? '' }),
  } as const;
  return { text: asking[means ?? 'place'](), buttons: [...rows, clocks] };
}

/**
 * The timezone and what its clocks show now, so that the person notices a wrong one.
 * @param place what they called it just now; otherwise it is called by its city.
 */
export function timezoneText({ t, locale, person, places }: RenderContext, place?: string): string {
  const { timezone } = person.account;
  if (!timezone) return t('timezone-unset');
  const { nowMs } = person;
  return t(place === undefined ? 'timezone-of' : 'timezone-now', {
    place: place ?? places.nameOf(timezone, locale),
    time: localTimeAt(nowMs, timezone),
    offset: offsetLabel(timezone, nowMs),
  });
}

/** Who has travelled may have missed the reminders of the date there: it is said, and today's list is a tap away. */
export function timezoneSetScreen(context: RenderContext, place: string | undefined): View {
  const { t, locale, person } = context;
  const said = timezoneText(context, place);
  if (person.habits.length === 0) return { text: said };
  const today = button(t('button-today'), { tap: 'today', page: 0 });
  const date = t('timezone-date', { date: dateWithin(locale, person.today) });
  return { text: paragraphs(said, date), buttons: [[today]] };
}

/** What a newcomer reads before a first habit is offered; takes the keyboard away. */
export function firstStepsScreen(
  context: RenderContext,
  { withZone, place }: { withZone: boolean; place?: string | undefined },
): View {
  const text = paragraphs(withZone && timezoneText(context, place), context.t('first-steps'));
  return { text, keyboard: REMOVE };
}
