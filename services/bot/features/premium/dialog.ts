import type { Dialog } from '../../conversation/dialog.ts';
import type { Phrase, Screen, Show } from '../../conversation/screen.ts';
import { edit, notice, type Step, send, stay, toast } from '../../conversation/step.ts';
import type { PremiumTap } from '../../conversation/taps.ts';
import type { UpdateContext } from '../../conversation/update-context.ts';
import { hasPremium } from '../../domain/premium.ts';
import type { Person } from '../../person.ts';

type PremiumContext = Pick<UpdateContext, 'reference' | 'stars'>;

/** @returns undefined for other commands, and for these while nothing is sold and the person never paid. */
export function handlePremiumCommand(
  dialog: Dialog,
  name: string,
  context: PremiumContext,
  person: Person,
): Step | undefined {
  if (name !== 'premium' && name !== 'paysupport') return undefined;
  const { plan } = context.reference;
  const hasPaid = person.account.premium.charges.length > 0;
  if (!plan && !hasPaid) return undefined;
  if (name === 'premium') return stay(dialog, send(premiumScreen(context, person)));
  return stay(dialog, send({ screen: 'paySupport', ...(plan && { support: plan.support }) }));
}

export function tapPremium(dialog: Dialog, tap: PremiumTap, context: PremiumContext, person: Person): Step {
  const { premium } = person.account;
  switch (tap.tap) {
    case 'premium':
      return stay(dialog, edit(premiumScreen(context, person)));
    case 'askRenewalOff':
      if (premium.cancelled || !hasPremium(premium, person.nowMs)) return toast(dialog, 'toast-stale');
      return stay(dialog, edit({ screen: 'cancelPremium' }));
    case 'renewalOff':
    case 'renewalOn':
      return changeRenewal(dialog, tap.tap, context);
  }
}

/**
 * What Telegram has done already is recorded; what it has not done changes nothing. The bot can only allow a renewal: it is on again
 * when the person has turned it on, and Telegram says so.
 */
function changeRenewal(dialog: Dialog, change: 'renewalOff' | 'renewalOn', { stars }: PremiumContext): Step {
  if (stars?.did !== 'renewal') return toast(dialog, stars ? 'toast-stars-away' : 'toast-stale');
  if (change === 'renewalOn') return stay(dialog, edit({ screen: 'premium' }, { key: 'renewal-allowed' }));
  const { chargeId } = stars;
  return {
    dialog,
    commands: [{ to: 'account', command: { type: 'CancelPremium', data: { chargeId } } }],
    shows: [edit({ screen: 'premium' })],
    toast: { key: 'toast-renewal-off' },
  };
}

/** How things are, with the offer where there is one to make. */
function premiumScreen({ reference: { plan }, stars }: PremiumContext, person: Person): Screen {
  if (!plan || hasPremium(person.account.premium, person.nowMs)) return { screen: 'premium' };
  if (stars?.did !== 'link') return notice('stars-away');
  const { freeHabits, freeReminders } = plan;
  return { screen: 'premium', offer: { link: stars.link, stars: plan.stars, freeHabits, freeReminders } };
}

type PaymentWord = 'premium-thanks' | 'premium-twice' | 'premium-twice-running' | 'premium-refunded';

/** Said to a person whose payment has arrived, or whose Stars went back. */
export const paymentShow = (key: PaymentWord, args?: Phrase['args']): Show =>
  send({ screen: 'premium' }, args ? { key, args } : { key });
