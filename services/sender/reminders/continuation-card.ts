import type { Locale } from '#contracts/account-events.ts';
import { CONTINUE_REMINDERS, STOP_REMINDERS } from '#contracts/callback-data.ts';
import { richText } from '#services/platform/messages/i18n/rich-text.ts';
import { translator } from '#services/platform/messages/i18n/translator.ts';
import type { Card } from '#services/platform/messages/reminder-card.ts';

/** Asks a person who was silent for long whether to go on reminding. */
export function continuationCard(locale: Locale): Card {
  const t = translator(locale);
  const row = [
    { text: t('button-continue-reminders'), callback_data: CONTINUE_REMINDERS },
    { text: t('button-stop-reminders'), callback_data: STOP_REMINDERS },
  ];
  return { ...richText(t('ask-continue')), reply_markup: { inline_keyboard: [row] } };
}
