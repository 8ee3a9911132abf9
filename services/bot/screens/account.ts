import type { KeyboardButton, ReplyKeyboardMarkup, ReplyKeyboardRemove } from 'grammy/types';
import { localTimeAt, offsetLabel } from '#services/platform/local-time/local-time.ts';
import type { Zone } from '../timezones/places.ts';
import { button, inRows, paragraphs, type Scene, type Sketch } from './scene.ts';

const REMOVE: ReplyKeyboardRemove = { remove_keyboard: true };

/** Asks where a person is. The first time with a keyboard, since only a keyboard can ask for the location. */
export function askTimezoneScreen({ t }: Scene, why: 'welcome' | 'needed' | 'change'): Sketch {
  if (why === 'change') {
    const clocks = [button(t('button-clocks'), { tap: 'clocks' })];
    return {
      text: t('ask-timezone-again'),
      buttons: [clocks, [button(t('button-cancel'), { tap: 'cancel' })]],
    };
  }
  const location: KeyboardButton = { text: t('button-location'), request_location: true };
  const keyboard: ReplyKeyboardMarkup = {
    keyboard: [[location], [{ text: t('button-clocks') }]],
    resize_keyboard: true,
    one_time_keyboard: true,
    input_field_placeholder: t('placeholder-city'),
  };
  return { text: t(why === 'welcome' ? 'welcome' : 'timezone-needed'), keyboard };
}

/** Every time that any clock in the world shows now. */
export function clocksScreen({ t, person, places }: Scene): Sketch {
  const buttons = places.offsets(person.nowMs).map((offset) => {
    const shown = localTimeAt(person.nowMs + offset * 60_000, 'UTC');
    return button(shown, { tap: 'clock', offset });
  });
  return { text: t('ask-clock'), buttons: inRows(buttons, 4) };
}

export function zonesScreen({ t, person }: Scene, zones: readonly Zone[]): Sketch {
  const rows = zones.map(({ label, timezone }) => [
    button(`${label} · ${localTimeAt(person.nowMs, timezone)}`, { tap: 'zone', timezone }),
  ]);
  return { text: t('ask-zone'), buttons: [...rows, [button(t('button-clocks'), { tap: 'clocks' })]] };
}

/** What zone it is now, and what its clocks show, so that a wrong one is noticed. */
export function timezoneText({ t, person }: Scene): string {
  const { timezone } = person.account;
  if (!timezone) return t('timezone-unset');
  const { nowMs } = person;
  const place = timezone.replaceAll('_', ' ');
  return t('timezone-now', {
    place,
    time: localTimeAt(nowMs, timezone),
    offset: offsetLabel(timezone, nowMs),
  });
}

export function firstStepsScreen(scene: Scene, withZone: boolean): Sketch {
  const text = paragraphs(withZone && timezoneText(scene), scene.t('first-steps'));
  return { text, keyboard: REMOVE };
}

/** A line or two without buttons; a keyboard left from the choice of a timezone goes with it. */
export function noticeScreen({ t }: Scene, text: string, cancel: boolean): Sketch {
  if (!cancel) return { text, keyboard: REMOVE };
  return { text, buttons: [[button(t('button-cancel'), { tap: 'cancel' })]] };
}

export function welcomeBackScreen({ t }: Scene): Sketch {
  const rows = [
    [
      button(t('button-today'), { tap: 'today', page: 0 }),
      button(t('button-new-habit'), { tap: 'newHabit' }),
    ],
    [
      button(t('button-habits'), { tap: 'habits', page: 0 }),
      button(t('button-settings'), { tap: 'settings' }),
    ],
  ];
  return { text: t('welcome-back'), buttons: rows };
}
