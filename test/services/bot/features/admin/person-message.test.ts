import { expect, test } from 'vitest';
import type { RecordedEvent } from '#contracts/events.ts';
import { habitIdFrom, partitionOf } from '#contracts/ids.ts';
import type { RecordedDelivery } from '#projections/engine/delivery.ts';
import { initialState as account } from '#services/bot/domain/account.ts';
import { initialState as habit } from '#services/bot/domain/habit-state.ts';
import { personMessage } from '#services/bot/features/admin/person-messages.ts';
import { translator } from '#services/platform/messages/i18n/translator.ts';
import { asMinute } from '../../../../support/ids.ts';
import { NOW_MS, TODAY, USER } from '../../conversation/fixture.ts';

const AT = new Date(NOW_MS).toISOString();
const NAME = '👩‍👩‍👧‍👦'.repeat(5);

test.each(['en', 'ru'] as const)(
  '%s: whatever a person has, it fits a message, and no character is cut in half',
  (locale) => {
    const weekdays = [1, 2, 3, 4, 5, 6, 7];
    const reminders = Array.from({ length: 12 }, (_, hour) => ({
      at: `${10 + hour}:30`,
      weekdays: weekdays.slice(hour % 6),
    }));
    const habits = Array.from({ length: 500 }, (_, n) => ({
      habitId: habitIdFrom(USER, n),
      state: { ...habit(), defined: true, name: NAME, reminders },
    }));
    const charges = Array.from({ length: 40 }, (_, n) => ({
      chargeId: `${n}`,
      untilAt: AT,
      stars: 10_000,
      first: true,
    }));
    const state = {
      ...account(),
      ...{
        registered: true,
        locale,
        blocked: true,
        remindersStopped: true,
        timezone: 'America/Argentina/ComodRivadavia',
      },
      ...{ quiet: { from: '22:00', to: '08:00' }, premium: { charges, refunded: [], cancelled: false } },
    };
    const events = Array.from(
      { length: 8 },
      (_, n): RecordedEvent => ({
        ...{
          type: 'HabitRenamed',
          data: { name: NAME },
          id: 'i',
          version: 1,
          at: AT,
          correlationId: 'c',
          causationId: 'c',
        },
        ...{ sequence: n, userId: USER, aggregateId: habitIdFrom(USER, n), partition: partitionOf(USER) },
      }),
    );
    const deliveries = Array.from(
      { length: 8 },
      (_, sequence): RecordedDelivery => ({
        ...{
          userId: USER,
          minute: asMinute(29_400_000),
          tier: 'broadcast',
          outcome: 'failed',
          reason: NAME.repeat(9),
        },
        ...{ occurrences: [], at: AT, latenessMs: 2 ** 40, sequence, partition: partitionOf(USER) },
      }),
    );
    const person = { userId: USER, account: state, habits, nowMs: NOW_MS, today: TODAY };
    const recent = { events, deliveries, unreadable: 99 };
    const { text, reply_markup: markup } = personMessage(translator(locale), locale, { person, recent });
    expect(text.length).toBeLessThan(4_096);
    expect(text.isWellFormed()).toBe(true);
    const data = markup && 'inline_keyboard' in markup ? markup.inline_keyboard.flat() : [];
    for (const button of data)
      expect(Buffer.byteLength('callback_data' in button ? button.callback_data : '')).toBeLessThanOrEqual(
        64,
      );
    expect(data).toHaveLength(5);
  },
);
