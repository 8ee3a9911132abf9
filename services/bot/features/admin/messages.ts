import type { InlineKeyboardButton } from 'grammy/types';
import type { BroadcastRequested } from '#contracts/broadcasts.ts';
import type { BroadcastId } from '#contracts/ids.ts';
import type { OutcomeCounts } from '#projections/admin/figures.ts';
import { richText } from '#services/platform/messages/i18n/rich-text.ts';
import type { Translate } from '#services/platform/messages/i18n/translator.ts';
import type { Rendered } from '../../conversation/render-context.ts';
import { type AdminTap, adminTapData } from './action.ts';
import type { TooMuch } from './broadcast-text.ts';
import type { Figures } from './figures.ts';

export const button = (text: string, tap: AdminTap): InlineKeyboardButton => ({
  text,
  callback_data: adminTapData(tap),
});

export const rendered = (text: string, ...rows: InlineKeyboardButton[][]): Rendered => ({
  ...richText(text),
  ...(rows.length > 0 && { reply_markup: { inline_keyboard: rows } }),
});

export function figuresMessage(t: Translate, figures: Figures, latest: BroadcastId | undefined): Rendered {
  const { accounts, reachable, habits, queued, today, deadLetters } = figures;
  const { delivered = 0, suppressed = 0, failed = 0, expired = 0, uncertain = 0 } = today;
  const text = t('admin-figures', {
    ...{ accounts, reachable, habits, deadLetters, ...queued },
    ...{ delivered, suppressed, failed, expired, uncertain },
  });
  const last = latest === undefined ? [] : [[button(t('admin-button-last'), { do: 'progress', id: latest })]];
  return rendered(
    text,
    [button(t('admin-button-refresh'), { do: 'figures' }), button(t('admin-button-write'), { do: 'write' })],
    [
      button(t('admin-button-activity'), { do: 'activity', days: 30, theme: 'dark' }),
      button(t('admin-button-delivery'), { do: 'delivery' }),
    ],
    [button(t('admin-button-find'), { do: 'find' })],
    ...last,
  );
}

export const noticeMessage = (t: Translate, key: string): Rendered => rendered(t(key));

/** Said of a text that cannot go to everybody as it is. */
export function shortenMessage(t: Translate, tooMuch: TooMuch): Rendered {
  if (tooMuch.of === 'entities')
    return rendered(t('admin-too-many-entities', { count: tooMuch.count, most: tooMuch.most }));
  return rendered(t('admin-too-large', { kilobytes: tooMuch.kilobytes, most: tooMuch.most }));
}

export function askMessage(t: Translate): Rendered {
  return rendered(t('admin-ask-text'), [button(t('button-cancel'), { do: 'drop' })]);
}

export function askIdMessage(t: Translate): Rendered {
  return rendered(t('admin-ask-id'), [button(t('button-cancel'), { do: 'drop' })]);
}

/** Under the preview, which is the text itself. */
export function confirmMessage(t: Translate, id: BroadcastId, recipients: number): Rendered {
  return rendered(
    t('admin-confirm', { recipients }),
    [button(t('admin-button-test'), { do: 'test', id })],
    [button(t('admin-button-send', { recipients }), { do: 'send', id })],
    [button(t('button-cancel'), { do: 'drop' })],
  );
}

export type BroadcastState = {
  requested: BroadcastRequested;
  queued: number;
  complete: boolean;
  cancelled: boolean;
  outcomes: OutcomeCounts;
};

export function progressMessage(t: Translate, state: BroadcastState): Rendered {
  const { requested, outcomes, cancelled } = state;
  const { delivered = 0, failed = 0, suppressed = 0, uncertain = 0 } = outcomes;
  const left = leftOf(state);
  const status = cancelled ? 'cancelled' : left > 0 ? 'running' : 'done';
  const text = [
    t(`admin-broadcast-${status}`),
    t('admin-broadcast-figures', { delivered, failed, suppressed, uncertain, left }),
  ].join('\n\n');
  const { broadcastId: id } = requested;
  const refresh = button(t('admin-button-refresh'), { do: 'progress', id });
  const stop = status === 'running' ? [button(t('admin-button-stop'), { do: 'stop', id })] : [];
  return rendered(text, [refresh, ...stop], [button(t('admin-button-figures'), { do: 'figures' })]);
}

/** Recipients without an outcome yet. Until all are queued, their number is the one counted for the preview. */
function leftOf({ requested, queued, complete, cancelled, outcomes }: BroadcastState): number {
  const people = complete || cancelled ? queued : Math.max(queued, requested.recipients);
  const ended = Object.values(outcomes).reduce((sum, count) => sum + count, 0);
  return Math.max(0, people - ended);
}
