import { expect, test } from 'vitest';
import { deliveryId, deliveryOf } from '#services/sender/delivery/delivery.ts';
import { asMinute } from '../../../support/ids.ts';
import { reminderOf } from './fixture.ts';

const at = (...times: string[]) => {
  const work = reminderOf(...times);
  return { work, items: work.messages.flat() };
};

test('a delivery says how late it was, and no more than its message may hold', () => {
  const { work, items } = at('08:00');
  const result = { outcome: 'failed', reason: 'x'.repeat(600) } as const;
  expect(deliveryOf(work, items, result, 100 * 60_000 + 1500)).toEqual({
    userId: '7',
    minute: 100,
    tier: 'engaged',
    outcome: 'failed',
    reason: 'x'.repeat(512),
    occurrences: items.map(({ occurrence }) => occurrence),
    at: '1970-01-01T01:40:01.500Z',
    latenessMs: 1500,
  });
});

test('a delivery has one id, whenever it is published, and no other has it', () => {
  const eight = at('08:00');
  const nine = at('09:00');
  const later = eight.items.map((item) => ({ ...item, minute: asMinute(101) }));
  const ids = [
    deliveryOf(eight.work, eight.items, { outcome: 'delivered' }, 1),
    deliveryOf(nine.work, nine.items, { outcome: 'delivered' }, 1),
    deliveryOf(eight.work, eight.items, { outcome: 'suppressed' }, 1),
    deliveryOf(eight.work, later, { outcome: 'delivered' }, 1),
  ].map(deliveryId);
  expect(new Set(ids).size).toBe(4);
  expect(deliveryId(deliveryOf(eight.work, eight.items, { outcome: 'delivered' }, 2))).toBe(ids[0]);
});

test('habits of one minute, twenty to a message, in their order', () => {
  const times = Array.from({ length: 45 }, (_, i) => `08:${10 + i}`);
  const { messages, due } = reminderOf(...times);
  expect(messages.map(({ length }) => length)).toEqual([20, 20, 5]);
  expect(messages.flat().map(({ occurrence }) => occurrence)).toEqual('due' in due && due.due);
});
