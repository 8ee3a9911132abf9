import { expect, test } from 'vitest';
import {
  amountButtonData,
  CARD_ACTIONS,
  cardButtonData,
  parseAmountButtonData,
  parseCardButtonData,
  parseWaitButtonData,
  waitButtonData,
} from '#contracts/callback-data.ts';
import { asHabitId } from '../support/ids.ts';

const habitId = asHabitId('aaaaaaaaaaaaa');
const on = '2026-11-25';

test('data of amounts is read back, and nothing else is', () => {
  for (const action of ['amount', 'add'] as const) {
    const button = { action, habitId, on, value: 1_000_000_000.125 };
    expect(parseAmountButtonData(amountButtonData(button))).toEqual(button);
    expect(Buffer.byteLength(amountButtonData(button))).toBeLessThanOrEqual(64);
  }
  const forged = [
    'amount',
    `amount:${habitId}:${on}`,
    `amount:${habitId}:${on}:-1`,
    `amount:${habitId}:${on}:1e9`,
  ];
  const more = [
    `amount:x:${on}:1`,
    `amount:${habitId}:2026-13-01:1`,
    `amount:${habitId}:${on}:1:1`,
    `amount:${habitId}:${on}:`,
  ];
  expect([...forged, ...more].map(parseAmountButtonData)).toEqual(Array(8).fill(undefined));
});

test('data of buttons for all habits is read back, and nothing else is', () => {
  const all = [
    ...CARD_ACTIONS.map((action) => ({ action })),
    { action: 'waitAll', wait: { at: '19:00' } } as const,
  ];
  for (const button of all) expect(parseCardButtonData(cardButtonData(button))).toEqual(button);
  const forged = [
    'card',
    'card:',
    'card:x',
    'card:doneAll:1',
    'card:waitAll',
    'card:waitAll:99',
    'card:waitAll:1m:1',
  ];
  expect(forged.map(parseCardButtonData)).toEqual(forged.map(() => undefined));
});

test('data of times to wait is read back, and nothing else is', () => {
  for (const wait of [{ minutes: 15 }, { minutes: 1440 }, { at: '00:00' }, { at: '23:59' }]) {
    const data = waitButtonData({ habitId, on, wait });
    expect(parseWaitButtonData(data)).toEqual({ habitId, on, wait });
    expect(Buffer.byteLength(data)).toBeLessThanOrEqual(64);
  }
  const forged = ['', ':0m', ':015m', ':-5m', ':99999m', ':2400', ':1960', ':190', ':15m:1', ':m', ':x'];
  expect(forged.map((end) => parseWaitButtonData(`wait:${habitId}:${on}${end}`))).toEqual(
    forged.map(() => undefined),
  );
});
