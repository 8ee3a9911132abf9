import type { KeyboardButton, ReplyKeyboardMarkup, ReplyKeyboardRemove } from 'grammy/types';
import { beginOfMinuteMs, epochMinuteAt, minutesAfter } from '#contracts/time.ts';
import { localTimeAt, offsetLabel } from '#services/platform/local-time/local-time.ts';
import {
  button,
  inRows,
  paragraphs,
  type RenderContext,
  type View,
} from '../../conversation/render-context.ts';
import type { Zone } from './places.ts';

const REMOVE: ReplyKeyboardRemove = { remove_keyboard: true };

/** Asks where a person is. The first time with a keyboard, since only a keyboard can ask for the location. */
export function askTimezoneScreen({ t }: RenderContext, why: 'welcome' | 'needed' | 'change'): View {
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

/** A button for every time that clocks somewhere in the world show now. */
export function clocksScreen({ t, person, places }: RenderContext): View {
  const now = epochMinuteAt(person.nowMs);
  const buttons = places.offsets(person.nowMs).map((offset) => {
    const shown = localTimeAt(beginOfMinuteMs(minutesAfter(now, offset)), 'UTC');
    return button(shown, { tap: 'clock', offset });
  });
  return { text: t('ask-clock'), buttons: inRows(buttons, 4) };
}

export function zonesScreen({ t, person }: RenderContext, zones: readonly Zone[]): View {
  const rows = zones.map(({ label, timezone }) => [
    button(`${label} · ${localTimeAt(person.nowMs, timezone)}`, { tap: 'zone', timezone }),
  ]);
  return { text: t('ask-zone'), buttons: [...rows, [button(t('button-clocks'), { tap: 'clocks' })]] };
}

/** The timezone and what its clocks show now, so that the person notices a wrong one. */
export function timezoneText({ t, person }: RenderContext): string {
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

export function firstStepsScreen(context: RenderContext, withZone: boolean): View {
  const text = paragraphs(withZone && timezoneText(context), context.t('first-steps'));
  return { text, keyboard: REMOVE };
}
