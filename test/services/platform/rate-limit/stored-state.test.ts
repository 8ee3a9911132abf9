import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bookSlots, initialState, type Lane } from '#services/platform/rate-limit/slots.ts';
import { fromStored, toStored } from '#services/platform/rate-limit/stored-state.ts';

const RATES = { whole: 950, bulk: 900 };
const NOW = 1_795_622_287_123.456;
const MICROSECOND_MS = 0.001;
/** Of a double of this size. */
const ROUNDING_MS = 0.001;

describe('the stored state', () => {
  test('property: read back it is the same, and the slots of chats to the microsecond', () => {
    const chats = fc.uniqueArray(fc.integer({ min: -(2 ** 52), max: 2 ** 52 }), { maxLength: 60 });
    fc.assert(
      fc.property(chats, fc.integer({ min: 0, max: 10_000_000 }), (ids, laterMs) => {
        const requests = ids.map((id) => ({ lane: 'bulk' as Lane, chatId: String(id) }));
        const before = bookSlots(initialState(NOW, RATES), NOW, [{ lane: 'bulk' }], RATES).state;
        const { state } = bookSlots(before, NOW + laterMs, requests, RATES);
        const read = fromStored(toStored(state));
        expect({ ...read, chats: [...(read?.chats.keys() ?? [])] }).toEqual({
          ...state,
          chats: [...state.chats.keys()],
        });
        for (const [chatId, slotMs] of state.chats) {
          const earlierMs = slotMs - (read?.chats.get(chatId) ?? Number.NaN);
          expect(earlierMs).toBeGreaterThanOrEqual(-ROUNDING_MS);
          expect(earlierMs).toBeLessThanOrEqual(MICROSECOND_MS + ROUNDING_MS);
        }
      }),
    );
  });

  test('what nobody stored is not read', () => {
    const good = toStored(
      bookSlots(initialState(NOW, RATES), NOW, [{ lane: 'reply', chatId: '7' }], RATES).state,
    );
    expect(fromStored(good)).toBeDefined();
    for (const bad of ['', 'null', '{}', good.slice(1), good.replace('7:', '7'), good.replace('"7:', '":')])
      expect(fromStored(bad), bad).toBeUndefined();
  });
});
