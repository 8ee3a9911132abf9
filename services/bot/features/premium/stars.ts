import type { Api } from 'grammy';
import { invoicePayload, STARS_CURRENCY, SUBSCRIPTION_SECONDS } from '#contracts/premium.ts';
import { translator } from '#services/platform/messages/i18n/translator.ts';
import type { Log } from '#services/platform/process/log.ts';
import { parseTap } from '../../conversation/taps.ts';
import type { StarsAnswer } from '../../conversation/update-context.ts';
import { hasPremium, subscriptionCharge } from '../../domain/premium.ts';
import type { Input } from '../../incoming.ts';
import type { Person } from '../../person.ts';
import type { Plan } from './plan.ts';

export type StarsApi = Pick<Api, 'createInvoiceLink' | 'editUserStarSubscription'>;

/** Asks Telegram for what an input needs of it before the conversation can go on. */
export type Stars = {
  /** @returns undefined for input that needs nothing; `away` when Telegram did not do it. Never rejects. */
  ask(input: Input, person: Person): Promise<StarsAnswer | undefined>;
};

/**
 * Links to pay, and the renewal of subscriptions. All of it may be done again for a repeated update: a link that nobody
 * opens costs nothing, and a renewal is set to the state that was asked for.
 */
export function openStars(telegram: StarsApi, plan: Plan | undefined, log: Log): Stars {
  async function orAway(call: Promise<StarsAnswer>): Promise<StarsAnswer> {
    try {
      return await call;
    } catch (error) {
      log.warn({ err: error }, 'Telegram did not do what was asked about Stars');
      return { did: 'nothing' };
    }
  }

  return {
    async ask(input, person) {
      const asked = askedOf(input);
      const { premium } = person.account;
      if (asked === 'offer') {
        const isSold = plan && !hasPremium(premium, person.nowMs);
        return isSold ? orAway(newLink(telegram, person, plan)) : undefined;
      }
      const chargeId = subscriptionCharge(premium);
      if (asked === undefined || chargeId === undefined) return undefined;
      return orAway(setRenewal(telegram, person, chargeId, asked));
    },
  };
}

function askedOf(input: Input): 'offer' | 'on' | 'off' | undefined {
  if (input.kind === 'command') return input.name === 'premium' ? 'offer' : undefined;
  if (input.kind !== 'tap') return undefined;
  switch (parseTap(input.data)?.tap) {
    case 'premium':
      return 'offer';
    case 'renewalOn':
      return 'on';
    case 'renewalOff':
      return 'off';
    default:
      return undefined;
  }
}

async function newLink(telegram: StarsApi, { userId, account }: Person, plan: Plan): Promise<StarsAnswer> {
  const t = translator(account.locale);
  const link = await telegram.createInvoiceLink(
    t('invoice-title'),
    t('invoice-description'),
    invoicePayload({ userId, stars: plan.stars }),
    '', // Stars need no provider
    STARS_CURRENCY,
    [{ label: t('invoice-title'), amount: plan.stars }],
    { subscription_period: SUBSCRIPTION_SECONDS },
  );
  return { did: 'link', link };
}

async function setRenewal(
  telegram: StarsApi,
  { userId }: Person,
  chargeId: string,
  renewal: 'on' | 'off',
): Promise<StarsAnswer> {
  await telegram.editUserStarSubscription(Number(userId), chargeId, renewal === 'off');
  return { did: 'renewal', chargeId };
}
