import { expect, test } from 'vitest';
import {
  amountButtonData,
  type CardItem,
  parseAmountButtonData,
  reminderCard,
  shortened,
} from '#services/runtime/reminder-card.ts';

const habitId = 'aaaaaaaaaaaaa';
const on = '2026-11-25';
const item = (change: Partial<CardItem> = {}): CardItem => ({
  habitId,
  on,
  name: 'Read',
  state: 'open',
  ...change,
});
const pages = { kind: 'numeric', direction: 'atLeast', target: 20, unit: 'pages' } as const;
const buttons = (items: CardItem[]) =>
  reminderCard('en', items).reply_markup.inline_keyboard.map((row) =>
    row.map((button) => [button.text, 'callback_data' in button && button.callback_data]),
  );

test('an open habit', () => {
  expect(reminderCard('en', [item()])).toEqual({
    text: '⏰ Read',
    entities: [{ type: 'bold', offset: 2, length: 4 }],
    reply_markup: {
      inline_keyboard: [
        [
          { text: '✅ Done', callback_data: `done:${habitId}:${on}` },
          { text: '⏭ Skip', callback_data: `skip:${habitId}:${on}` },
        ],
      ],
    },
  });
});

test.each([
  [item({ goal: pages }), '⏰ Read\nGoal: at least 20 pages'],
  [item({ state: 'done', streak: 3 }), '✅ Read\n🔥 3 days in a row'],
  [item({ state: 'done', streak: 0, value: 1 }), '✅ Read'],
  [
    item({ state: 'done', streak: 1, value: 25, goal: pages }),
    '✅ Read\n25 of 20 pages\n🌱 Day one of a new streak',
  ],
  [item({ state: 'done', value: 5, goal: pages }), '🔸 Read\n5 of 20 pages'],
  [item({ state: 'done', value: 5, goal: { ...pages, direction: 'atMost', target: 2 } }), '🔸 Read\n5 pages'],
  [item({ state: 'skipped', streak: 3 }), '⏭ Read\nSkipped. Your streak is safe.'],
])('one habit, answered or not (%#)', (shown, text) => {
  expect(reminderCard('en', [shown]).text).toBe(text);
});

test('several habits, each with its row; the title counts what is left', () => {
  const items = [
    item({ state: 'done', streak: 4 }),
    item({ habitId: 'bbbbbbbbbbbbb', name: 'Walk', goal: { ...pages, unit: 'steps' } }),
    item({ habitId: 'ccccccccccccc', name: 'Yoga', state: 'skipped' }),
  ];
  expect(reminderCard('en', items).text).toBe(
    '⏰ 1 habit to do\n\n✅ Read · 🔥 4\n▫️ Walk · at least 20 steps\n⏭ Yoga, skipped',
  );
  expect(buttons(items)).toEqual([
    [['↩️ Undo Read', `undo:${habitId}:${on}`]],
    [
      ['✅ Walk', `done:bbbbbbbbbbbbb:${on}`],
      ['⏭ Skip', `skip:bbbbbbbbbbbbb:${on}`],
    ],
    [['↩️ Undo Yoga', `undo:ccccccccccccc:${on}`]],
  ]);
  expect(reminderCard('ru', items.slice(0, 1).concat(items.slice(2))).text).toMatch(/^🎉 Всё отмечено\n/);
});

test('while an amount is asked for, amounts stand in place of Done', () => {
  const asked = item({ goal: pages, amounts: [10, 20] });
  expect(reminderCard('en', [asked]).text).toBe(
    '⏰ Read\nGoal: at least 20 pages\nHow many pages for Read? Tap an amount or type a number.',
  );
  expect(buttons([asked])).toEqual([
    [
      ['10', `amount:${habitId}:${on}:10`],
      ['20', `amount:${habitId}:${on}:20`],
    ],
    [['⏭ Skip', `skip:${habitId}:${on}`]],
  ]);
});

test('an answered numeric habit can be changed', () => {
  expect(buttons([item({ state: 'done', value: 5, goal: pages })])).toEqual([
    [
      ['✏️ Change', `done:${habitId}:${on}`],
      ['↩️ Undo', `undo:${habitId}:${on}`],
    ],
  ]);
});

test('a hundred habits with the longest names fit Telegram’s limits', () => {
  const name = '👨‍👩‍👧‍👦'.repeat(5).padEnd(64, 'x');
  const many = Array.from({ length: 100 }, () => item({ name, goal: { ...pages, unit: 'y'.repeat(24) } }));
  for (const locale of ['en', 'ru'] as const) {
    const { text, reply_markup, entities } = reminderCard(locale, many);
    expect(text.length).toBeLessThanOrEqual(4096);
    expect(entities.length).toBeLessThanOrEqual(100);
    expect(reply_markup.inline_keyboard.flat().length).toBeLessThanOrEqual(100);
    expect(text).toContain('/today');
    for (const { offset, length } of entities) expect(text.slice(offset, offset + length)).toBe(name);
  }
});

test('names in buttons are cut between what people count as characters', () => {
  expect(shortened('Read', 18)).toBe('Read');
  expect(shortened('👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦', 2)).toBe('👨‍👩‍👧‍👦…');
  expect(shortened('ab cdef', 4)).toBe('ab…');
});

test('data of amounts is read back, and nothing else is', () => {
  const button = { habitId, on, value: 1_000_000_000.125 };
  expect(parseAmountButtonData(amountButtonData(button))).toEqual(button);
  expect(Buffer.byteLength(amountButtonData(button))).toBeLessThanOrEqual(64);
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
