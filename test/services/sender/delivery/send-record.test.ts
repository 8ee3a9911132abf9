import { describe, expect, test } from 'vitest';
import { deliveryOf } from '#services/sender/delivery/delivery.ts';
import { claimStatus, type SendRecord } from '#services/sender/delivery/send-record.ts';
import { asMinute } from '../../../support/ids.ts';
import { reminderOf } from './fixture.ts';

const WORK = reminderOf();
const REQUEST = { minute: asMinute(100), startedAt: '2026-11-25T08:00:00.000Z', by: 'me', maxResends: 0 };
const record = (change: Partial<SendRecord> = {}): SendRecord => ({
  minute: asMinute(100),
  startedAt: '2026-11-25T08:00:00.000Z',
  by: 'another',
  tries: 1,
  ...change,
});
const ended = (outcome: 'delivered' | 'suppressed' | 'expired' | 'failed' | 'uncertain') =>
  deliveryOf(WORK, WORK.messages.flat(), { outcome }, 0);

describe('what an existing send record means', () => {
  test("its delivery counts, also one's own", () => {
    const delivery = ended('delivered');
    for (const by of ['me', 'another']) {
      expect(claimStatus(record({ by, delivery }), REQUEST)).toEqual({ kind: 'settled', delivery });
    }
  });

  test("without a delivery: another's is uncertain, one's own was not sent", () => {
    expect(claimStatus(record(), REQUEST)).toEqual({ kind: 'interrupted' });
    expect(claimStatus(record({ by: 'me' }), REQUEST)).toEqual({ kind: 'free', tries: 1 });
  });

  test('without a delivery, as often as policy allows: to be sent again', () => {
    const twice = { ...REQUEST, maxResends: 2 };
    expect([1, 2, 3].map((tries) => claimStatus(record({ tries }), twice))).toEqual([
      { kind: 'free', tries: 2 },
      { kind: 'free', tries: 3 },
      { kind: 'interrupted' },
    ]);
  });

  test('of another minute: reminded already, unless it was not sent then', () => {
    const other = { minute: asMinute(40) };
    const outcomes = ['delivered', 'failed', 'uncertain'] as const;
    for (const outcome of outcomes) {
      expect(claimStatus(record({ ...other, delivery: ended(outcome) }), REQUEST)).toEqual({
        kind: 'alreadyReminded',
      });
    }
    expect(claimStatus(record(other), REQUEST)).toEqual({ kind: 'alreadyReminded' });
    for (const outcome of ['suppressed', 'expired'] as const) {
      expect(claimStatus(record({ ...other, delivery: ended(outcome) }), REQUEST)).toEqual({
        kind: 'free',
        tries: 1,
      });
    }
  });
});
