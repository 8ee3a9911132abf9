import type { Lateness } from '#projections/admin/lateness.ts';
import type { Translate } from '#services/platform/messages/i18n/translator.ts';
import type { BudgetView } from '#services/platform/rate-limit/budget-control.ts';
import { lines, paragraphs, type Rendered } from '../../conversation/render-context.ts';
import type { DeliveryState, TierQueue } from './delivery-state.ts';
import { button, rendered } from './messages.ts';

/** Consumers beyond these are summed up. */
const MOST_CONSUMERS = 8;
/** Telegram's description of a 429 is short; whatever else stands there is cut. */
const LONGEST_REASON = 120;

/** Queues, lateness, budget, pauses and dead letters. */
export function deliveryMessage(t: Translate, state: DeliveryState): Rendered {
  const { nowMs, tiers, lateness, budget } = state;
  const text = paragraphs(
    t('admin-delivery'),
    lines(t('admin-queue'), ...tiers.map((queue) => queueText(t, queue, nowMs))),
    lines(
      t('admin-lateness'),
      latenessText(t, 'lately', lateness.lately),
      latenessText(t, 'day', lateness.ofTheDay),
    ),
    lines(
      t('admin-budget', { used: budget.lastSecond, whole: round(budget.rates.whole) }),
      ...pauseTexts(t, budget),
    ),
    lines(...deadTexts(t, state)),
  );
  return rendered(text, [
    button(t('admin-button-refresh'), { do: 'delivery' }),
    button(t('admin-button-figures'), { do: 'figures' }),
  ]);
}

function queueText(t: Translate, { tier, waiting, oldestAtMs }: TierQueue, nowMs: number): string {
  const name = t(`admin-tier-${tier}`);
  if (oldestAtMs === undefined) return t('admin-queue-tier', { tier: name, waiting });
  return t('admin-queue-oldest', { tier: name, waiting, age: ageText(t, nowMs - oldestAtMs) });
}

function latenessText(t: Translate, when: 'lately' | 'day', { count, p50Ms, p99Ms }: Lateness): string {
  if (p50Ms === undefined || p99Ms === undefined) return t(`admin-none-${when}`);
  return t(`admin-lateness-${when}`, { count, p50: ageText(t, p50Ms), p99: ageText(t, p99Ms) });
}

/** What a 429 has done: everybody waits, single chats are held, the rate is lower for a while. */
function pauseTexts(t: Translate, { nowMs, share, pause, held }: BudgetView): (string | false)[] {
  return [
    pause !== undefined &&
      t('admin-pause', {
        left: ageText(t, pause.untilMs - nowMs),
        because: pause.because.slice(0, LONGEST_REASON) || '–',
      }),
    held.length > 0 && t('admin-held', { count: held.length }),
    share < 1 && t('admin-share', { percent: Math.round(share * 100) }),
    pause === undefined && held.length === 0 && share === 1 && t('admin-no-limits'),
  ];
}

function deadTexts(t: Translate, { dead }: DeliveryState): string[] {
  const all = dead.reduce((sum, { count }) => sum + count, 0);
  const shown = dead.slice(0, MOST_CONSUMERS).map(({ consumer, count }) => `• ${consumer}: ${count}`);
  const more = all - dead.slice(0, MOST_CONSUMERS).reduce((sum, { count }) => sum + count, 0);
  const rest = more > 0 ? [t('admin-person-more', { count: more })] : [];
  return [t('admin-dead', { count: all }), ...shown, ...rest];
}

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** `0.3 s`, `12 min`, `5 h`. */
function ageText(t: Translate, ms: number): string {
  if (ms < MINUTE_MS) return t('admin-seconds', { count: round(Math.max(0, ms) / SECOND_MS) });
  if (ms < 2 * HOUR_MS) return t('admin-minutes', { count: Math.round(ms / MINUTE_MS) });
  return t('admin-hours', { count: Math.round(Math.min(ms, 9_999 * HOUR_MS) / HOUR_MS) });
}

const round = (value: number): number => Math.round(value * 10) / 10;
