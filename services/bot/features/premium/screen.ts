import { localDateAt } from '#services/platform/local-time/local-time.ts';
import { longDate } from '#services/platform/messages/i18n/date-text.ts';
import { button, paragraphs, type RenderContext, type View } from '../../conversation/render-context.ts';
import type { Screen } from '../../conversation/screen.ts';
import { hasPremium, paidCharges, premiumUntilMs } from '../../domain/premium.ts';

type PremiumScreen = Extract<Screen, { screen: 'premium' }>;

/** Until when premium is paid and whether it goes on; without it, what it is and a button to pay. */
export function premiumScreen(context: RenderContext, { offer }: PremiumScreen): View {
  const { t, person } = context;
  const { premium } = person.account;
  const until = untilText(context);
  if (until !== undefined && hasPremium(premium, person.nowMs)) {
    const text = t(premium.cancelled ? 'premium-until' : 'premium-renewed', { date: until });
    const change = premium.cancelled
      ? button(t('button-renewal-on'), { tap: 'renewalOn' })
      : button(t('button-renewal-off'), { tap: 'askRenewalOff' });
    return { text, buttons: [[change]] };
  }
  const ended = until !== undefined && t('premium-ended', { date: until });
  if (!offer) return { text: paragraphs(ended || t('premium-none')) };
  const { link, stars, freeHabits, freeReminders } = offer;
  return {
    text: paragraphs(ended, t('premium-offer', { stars, freeHabits, freeReminders })),
    buttons: [[{ text: t('button-pay', { stars }), url: link }]],
  };
}

/** Asks before the renewal is cancelled. */
export function cancelPremiumScreen(context: RenderContext): View {
  const { t } = context;
  return {
    text: t('ask-renewal-off', { date: untilText(context) ?? '' }),
    buttons: [
      [button(t('button-renewal-off-sure'), { tap: 'renewalOff' })],
      [button(t('button-premium-keep'), { tap: 'premium' })],
    ],
  };
}

export function limitScreen({ t }: RenderContext, { of, most }: Extract<Screen, { screen: 'limit' }>): View {
  return {
    text: t(`limit-${of}`, { most }),
    buttons: [[button(t('button-premium'), { tap: 'premium' })]],
  };
}

/** Where to get help with a payment, and what to name there. */
export function paySupportScreen(
  { t, person }: RenderContext,
  { support }: Extract<Screen, { screen: 'paySupport' }>,
): View {
  const last = paidCharges(person.account.premium).at(-1);
  return {
    text: paragraphs(
      support === undefined ? t('pay-support-none') : t('pay-support', { support }),
      last && t('pay-support-charge', { charge: last.chargeId }),
    ),
  };
}

function untilText({ locale, person }: RenderContext): string | undefined {
  const { premium, timezone } = person.account;
  const untilMs = premiumUntilMs(premium);
  return untilMs === undefined ? undefined : longDate(locale, localDateAt(untilMs, timezone ?? 'UTC'));
}
