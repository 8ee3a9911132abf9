import { describe, expect, test } from 'vitest';
import type { ReminderDue } from '#contracts/messages.ts';
import {
  deliveryId,
  deliveryOf,
  inMessages,
  type SendRecord,
  standing,
} from '#services/sender/delivery/send-record.ts';
import { asHabitId, asMinute, asUserId } from '../../../support/ids.ts';

const occurrence = (at: string) => ({ habitId: asHabitId('abcdefghijklm'), on: '2026-11-25', at });
const DUE: ReminderDue = {
  userId: asUserId('7'),
  minute: asMinute(100),
  tier: 'engaged',
  expiresAt: '2026-11-25T10:00:00.000Z',
  due: [occurrence('08:00')],
};
const CLAIMING = {
  userId: asUserId('7'),
  minute: asMinute(100),
  startedAt: '2026-11-25T08:00:00.000Z',
  by: 'me',
  mayResend: 0,
};
const record = (change: Partial<SendRecord> = {}): SendRecord => ({
  minute: asMinute(100),
  startedAt: '2026-11-25T08:00:00.000Z',
  by: 'another',
  tries: 1,
  ...change,
});
const ended = (outcome: 'delivered' | 'suppressed' | 'expired' | 'failed' | 'uncertain') =>
  deliveryOf(DUE, DUE.due, { outcome }, 0);

describe('what a marker means', () => {
  test("an end counts, also one's own", () => {
    const delivery = ended('delivered');
    for (const by of ['me', 'another']) {
      expect(standing(record({ by, delivery }), CLAIMING)).toEqual({ kind: 'settled', delivery });
    }
  });

  test("without an end: another's is uncertain, one's own was not sent", () => {
    expect(standing(record(), CLAIMING)).toEqual({ kind: 'interrupted' });
    expect(standing(record({ by: 'me' }), CLAIMING)).toEqual({ kind: 'free', tries: 1 });
  });

  test('without an end, as often as policy allows: to be sent again', () => {
    const twice = { ...CLAIMING, mayResend: 2 };
    expect([1, 2, 3].map((tries) => standing(record({ tries }), twice))).toEqual([
      { kind: 'free', tries: 2 },
      { kind: 'free', tries: 3 },
      { kind: 'interrupted' },
    ]);
  });

  test('of another minute: reminded already, unless it was not sent then', () => {
    const other = { minute: asMinute(40) };
    const outcomes = ['delivered', 'failed', 'uncertain'] as const;
    for (const outcome of outcomes) {
      expect(standing(record({ ...other, delivery: ended(outcome) }), CLAIMING)).toEqual({
        kind: 'alreadyReminded',
      });
    }
    expect(standing(record(other), CLAIMING)).toEqual({ kind: 'alreadyReminded' });
    for (const outcome of ['suppressed', 'expired'] as const) {
      expect(standing(record({ ...other, delivery: ended(outcome) }), CLAIMING)).toEqual({
        kind: 'free',
        tries: 1,
      });
    }
  });
});

describe('a delivery', () => {
  test('says how late it was, and no more than its message may hold', () => {
    const delivery = deliveryOf(
      DUE,
      DUE.due,
      { outcome: 'failed', reason: 'x'.repeat(600) },
      100 * 60_000 + 1500,
    );
    expect(delivery).toEqual({
      userId: '7',
      minute: 100,
      tier: 'engaged',
      outcome: 'failed',
      reason: 'x'.repeat(512),
      occurrences: DUE.due,
      at: '1970-01-01T01:40:01.500Z',
      latenessMs: 1500,
    });
  });

  test('has one id, whenever it is published, and no other has it', () => {
    const ids = [
      deliveryOf(DUE, [occurrence('08:00')], { outcome: 'delivered' }, 1),
      deliveryOf(DUE, [occurrence('09:00')], { outcome: 'delivered' }, 1),
      deliveryOf(DUE, [occurrence('08:00')], { outcome: 'suppressed' }, 1),
      deliveryOf({ ...DUE, minute: asMinute(101) }, [occurrence('08:00')], { outcome: 'delivered' }, 1),
    ].map(deliveryId);
    expect(new Set(ids).size).toBe(4);
    expect(deliveryId(deliveryOf(DUE, [occurrence('08:00')], { outcome: 'delivered' }, 2))).toBe(ids[0]);
  });
});

test('habits of one minute, twenty to a message, in their order', () => {
  const due = Array.from({ length: 45 }, (_, i) => occurrence(`08:${10 + i}`));
  expect(inMessages(due).map(({ length }) => length)).toEqual([20, 20, 5]);
  expect(inMessages(due).flat()).toEqual(due);
});
