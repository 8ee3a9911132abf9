import { jetstream } from '@nats-io/jetstream';
import type { Locale } from '#contracts/account-events.ts';
import { type HabitId, habitIdFrom } from '#contracts/ids.ts';
import type { Delivery } from '#contracts/messages.ts';
import { deliverySubject } from '#contracts/subjects.ts';
import type { SimulatedPerson } from '#deploy/telegram/person-client.ts';
import { openPeople } from '#services/bot/people.ts';
import type { CardItem } from '#services/platform/messages/card-item.ts';
import { reminderCard } from '#services/platform/messages/reminder-card.ts';
import { systemClock } from '#services/platform/process/clock.ts';
import { createLog } from '#services/platform/process/log.ts';
import { openTelegram } from '#services/platform/telegram/client.ts';
import { asMinute, asUserId } from '../../../../support/ids.ts';
import { type BotFixture, TOKEN } from '../../fixture.ts';

export const TWENTY_PAGES = { kind: 'numeric', direction: 'atLeast', target: 20, unit: 'pages' } as const;

/** A reminder as the sender leaves it: in the chat, and in DELIVERIES. @returns its message id. */
export async function remind(
  fixture: BotFixture,
  person: SimulatedPerson,
  { locale, item, at }: { locale: Locale; item: CardItem; at: string },
): Promise<number> {
  const { text, entities, reply_markup } = reminderCard(locale, [item]);
  const api = openTelegram({ token: TOKEN, apiRoot: fixture.telegramUrl }).api;
  const { message_id } = await api.sendMessage(person.id, text, { entities, reply_markup });
  const { habitId, on } = item;
  const delivery: Delivery = {
    ...{ userId: asUserId(person.id), minute: asMinute(1), tier: 'engaged', outcome: 'delivered' },
    ...{ occurrences: [{ habitId, on, at }], at: new Date().toISOString(), latenessMs: 0 },
    telegramMessageId: message_id,
  };
  await jetstream(fixture.nats).publish(
    deliverySubject('delivered', delivery.userId),
    JSON.stringify(delivery),
  );
  return message_id;
}

/** A person who keeps one habit of twenty pages a day. */
export async function keeping(
  fixture: BotFixture,
  id: number,
  { locale, name }: { locale: Locale; name: string },
): Promise<HabitId> {
  const log = createLog('test', 'silent');
  const people = openPeople(fixture.nats, systemClock, log);
  const userId = asUserId(id);
  const habitId = habitIdFrom(userId, 1);
  const definition = { name, goal: TWENTY_PAGES, frequency: { kind: 'daily' } } as const;
  const metadata = { correlationId: 'test', causationId: 'test', at: new Date().toISOString() };
  const commands = [
    { to: 'account', command: { type: 'RegisterAccount', data: { locale } } },
    { to: 'account', command: { type: 'ChangeTimezone', data: { timezone: 'UTC' } } },
    { to: 'habit', habitId, command: { type: 'DefineHabit', data: definition } },
  ] as const;
  await people.carryOut(await people.read(userId), commands, metadata);
  await people.close();
  return habitId;
}
