import type { NatsConnection } from '@nats-io/transport-node';
import type { Api } from 'grammy';
import { UnreadableEvent } from '#contracts/events.ts';
import type { UserId } from '#contracts/ids.ts';
import { classify } from '#services/platform/telegram/client.ts';
import { isAlreadyRefunded } from '#services/platform/telegram/refusals.ts';
import { subscriptionCharge } from '../../domain/premium.ts';
import { metadataOf, type People } from '../../people.ts';
import type { AddressedCommand, Person } from '../../person.ts';
import { type AdminContext, type AdminPorts, NO_DRAFT, show } from './context.ts';
import { noticeMessage } from './messages.ts';
import { askRefundMessage, personMessage } from './person-messages.ts';
import { recentOf } from './recent.ts';

/** Telegram's side of giving Stars back. */
export type RefundApi = Pick<Api, 'refundStarPayment' | 'editUserStarSubscription'>;

export type PersonPorts = AdminPorts & { nats: NatsConnection; people: People; telegram: RefundApi };

const MOST_RECENT = 8;

/** Shows a person, found by what was typed. Every look is in the log, with the id of the admin. */
export async function find(ports: PersonPorts, context: AdminContext, id: UserId | undefined): Promise<void> {
  if (id === undefined) return show(ports, context, noticeMessage(context.t, 'admin-no-id'));
  await context.save(NO_DRAFT);
  await showPerson(ports, context, id);
}

export async function showPerson(ports: PersonPorts, context: AdminContext, id: UserId): Promise<void> {
  const { t, locale, userId: admin } = context;
  ports.log.info({ admin, userId: id }, 'an admin looks at a person');
  const person = await readable(ports, id);
  if (!person) return show(ports, context, noticeMessage(t, 'admin-person-newer'));
  const recent = await recentOf(ports.nats, id, { nowMs: ports.clock.now(), most: MOST_RECENT });
  await show(ports, context, personMessage(t, locale, { person, recent }));
}

export async function askRefund(
  ports: PersonPorts,
  context: AdminContext,
  { userId, charge }: { userId: UserId; charge: number },
): Promise<void> {
  const person = await readable(ports, userId);
  const chargeId = person?.account.premium.charges[charge]?.chargeId;
  const isPaid = chargeId !== undefined && !person?.account.premium.refunded.includes(chargeId);
  if (!person || !isPaid) return showPerson(ports, context, userId);
  await show(ports, context, askRefundMessage(context.t, person, charge));
}

/**
 * Gives the Stars of one charge back: its subscription is not renewed any more, Telegram returns the Stars, and both are
 * recorded. After a crash Telegram says that it has done so already, and it is recorded then; its own notice of it changes
 * nothing more.
 */
export async function refund(
  ports: PersonPorts,
  context: AdminContext,
  { userId, charge }: { userId: UserId; charge: number },
): Promise<void> {
  const person = await readable(ports, userId);
  const premium = person?.account.premium;
  const chargeId = premium?.charges[charge]?.chargeId;
  if (!person || !premium || chargeId === undefined || premium.refunded.includes(chargeId))
    return showPerson(ports, context, userId);
  ports.log.warn({ admin: context.userId, userId, chargeId }, 'an admin gives Stars back');
  const subscription = premium.cancelled ? undefined : subscriptionCharge(premium);
  if (subscription !== undefined) await stopRenewal(ports, userId, subscription);
  if (!(await giveBack(ports, userId, chargeId)))
    return show(ports, context, noticeMessage(context.t, 'stars-away'));
  const commands: AddressedCommand[] = [
    { to: 'account', command: { type: 'CancelPremium', data: { chargeId: subscription ?? chargeId } } },
    { to: 'account', command: { type: 'RefundPremium', data: { chargeId } } },
  ];
  await ports.people.carryOut(person, commands, metadataOf(ports, `update-${context.updateId}`));
  await showPerson(ports, context, userId);
}

/** A subscription that is over already cannot be stopped, and need not be. */
async function stopRenewal({ telegram, log }: PersonPorts, userId: UserId, chargeId: string): Promise<void> {
  try {
    await telegram.editUserStarSubscription(Number(userId), chargeId, true);
  } catch (error) {
    log.warn({ err: error }, 'the renewal was not stopped');
  }
}

/** @returns whether the Stars are with the person now. */
async function giveBack({ telegram, log }: PersonPorts, userId: UserId, chargeId: string): Promise<boolean> {
  try {
    return await telegram.refundStarPayment(Number(userId), chargeId);
  } catch (error) {
    const failure = classify(error);
    if (failure.kind === 'refused' && isAlreadyRefunded(failure)) return true;
    log.error({ err: error }, 'the Stars were not given back');
    return false;
  }
}

/** @returns undefined when a newer version has written something that this one cannot read. */
async function readable({ people }: PersonPorts, userId: UserId): Promise<Person | undefined> {
  try {
    return await people.read(userId);
  } catch (error) {
    if (!(error instanceof UnreadableEvent)) throw error;
    return undefined;
  }
}
