import type { EventMetadata } from '#contracts/events.ts';
import { localeOf } from '#services/platform/messages/i18n/translator.ts';
import { subscriptionBefore, subscriptionCharge } from './domain/premium.ts';
import { paymentShow } from './features/premium/dialog.ts';
import type { Incoming } from './incoming.ts';
import type { People } from './people.ts';
import type { AddressedCommand, Person } from './person.ts';
import { openDispatch } from './replies/dispatch.ts';
import type { ReplyPorts } from './replies/show-reply.ts';

export type PaymentUpdate = Extract<Incoming, { kind: 'paid' | 'refunded' }>;

type PaymentPorts = { people: People; replying: ReplyPorts };

/**
 * Records what Telegram says of Stars, then tells the person. It is not throttled, and a payer who never pressed Start is
 * registered by it. The charge is what it is granted for: a crash anywhere brings the update again, and it is granted once.
 *
 * @returns whether the person blocked the bot.
 * @throws while EVENTS has no room, too, unlike other updates: it is tried again until the payment is recorded.
 */
export async function handlePayment(
  { people, replying }: PaymentPorts,
  update: PaymentUpdate,
  metadata: EventMetadata,
): Promise<'blocked' | 'goes on'> {
  const { userId, updateId, languageCode } = update;
  const person = await people.read(userId);
  const locale = localeOf(languageCode);
  const register: AddressedCommand = {
    to: 'account',
    command: { type: 'RegisterAccount', data: { locale } },
  };
  const record: AddressedCommand = { to: 'account', command: commandOf(update) };
  const commands = person.account.registered ? [record] : [register, record];
  const after = await people.carryOut(person, commands, metadata);
  // Telegram shows each further month by itself.
  if (update.kind === 'paid' && !update.paid.first) return 'goes on';
  const { screen, above } = await showOf(replying, update, after);
  const waiting = await replying.stream.glance(userId);
  const dispatch = openDispatch(replying, userId, { rank: 0, waiting, behind: 0 });
  try {
    return await dispatch.show([{ updateId, screen, ...(above && { above }) }], after);
  } finally {
    dispatch.end();
  }
}

/**
 * Records that a person cancelled the renewal in Telegram, or turned it on again. They are told by Telegram where they did it.
 * Telegram does not say of which subscription: the last one is meant, the only one unless the older could not be cancelled.
 */
export async function recordRenewal(
  people: People,
  { userId, renewed }: Extract<Incoming, { kind: 'renewal' }>,
  metadata: EventMetadata,
): Promise<void> {
  const person = await people.read(userId);
  const chargeId = subscriptionCharge(person.account.premium);
  if (chargeId === undefined) return;
  const type = renewed ? 'ResumePremium' : 'CancelPremium';
  await people.carryOut(person, [{ to: 'account', command: { type, data: { chargeId } } }], metadata);
}

/**
 * What the person is told. One who paid by two links has two subscriptions: the older one is not renewed any more, or Telegram would
 * take both prices each month.
 */
async function showOf({ telegram, log }: ReplyPorts, update: PaymentUpdate, { userId, account }: Person) {
  if (update.kind === 'refunded') return paymentShow('premium-refunded', { stars: update.stars });
  const older = subscriptionBefore(account.premium, update.paid.chargeId);
  if (older === undefined) return paymentShow('premium-thanks');
  try {
    await telegram.api.editUserStarSubscription(Number(userId), older, true);
  } catch (error) {
    log.error(
      { err: error, userId, chargeId: older },
      'a second subscription: the older one is still renewed',
    );
    return paymentShow('premium-twice-running');
  }
  return paymentShow('premium-twice');
}

function commandOf(update: PaymentUpdate) {
  return update.kind === 'paid'
    ? { type: 'GrantPremium' as const, data: update.paid }
    : { type: 'RefundPremium' as const, data: { chargeId: update.chargeId } };
}
