import type { ReplyKeyboardRemove } from 'grammy/types';
import { button, calendarRows, type RenderContext, type View } from '../../conversation/render-context.ts';

const REMOVE: ReplyKeyboardRemove = { remove_keyboard: true };

/** A line or two without buttons; a keyboard left from the choice of a timezone goes with it, once there is one. */
export function noticeScreen({ t, person }: RenderContext, text: string, cancel: boolean): View {
  if (!cancel) return person.account.timezone ? { text, keyboard: REMOVE } : { text };
  return { text, buttons: [[button(t('button-cancel'), { tap: 'cancel' })]] };
}

export function welcomeBackScreen(context: RenderContext): View {
  const { t } = context;
  const rows = [
    [
      button(t('button-today'), { tap: 'today', page: 0 }),
      button(t('button-new-habit'), { tap: 'newHabit' }),
    ],
    [
      button(t('button-habits'), { tap: 'habits', page: 0 }),
      button(t('button-settings'), { tap: 'settings' }),
    ],
    ...calendarRows(context),
  ];
  return { text: t('welcome-back'), buttons: rows };
}
