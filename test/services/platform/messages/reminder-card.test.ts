import { expect, test } from 'vitest';
import {
  amountButtonData,
  parseAmountButtonData,
  parseWaitButtonData,
  waitButtonData,
} from '#contracts/callback-data.ts';
import type { CardItem } from '#services/platform/messages/card-item.ts';
import { reminderCard } from '#services/platform/messages/reminder-card.ts';
import { asHabitId } from '../../../support/ids.ts';

const habitId = asHabitId('aaaaaaaaaaaaa');
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
          { text: '💤 Later', callback_data: `later:${habitId}:${on}` },
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
    item({ habitId: asHabitId('bbbbbbbbbbbbb'), name: 'Walk', goal: { ...pages, unit: 'steps' } }),
    item({ habitId: asHabitId('ccccccccccccc'), name: 'Yoga', state: 'skipped' }),
  ];
  expect(reminderCard('en', items).text).toBe(
    '⏰ 1 habit to do\n\n✅ Read · 🔥 4\n▫️ Walk · at least 20 steps\n⏭ Yoga, skipped',
  );
  expect(buttons(items)).toEqual([
    [['↩️ Undo Read', `undo:${habitId}:${on}`]],
    [
      ['✅ Walk', `done:bbbbbbbbbbbbb:${on}`],
      ['⏭', `skip:bbbbbbbbbbbbb:${on}`],
      ['💤', `later:bbbbbbbbbbbbb:${on}`],
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
  const doneFor = (name: string) => {
    const other = item({ habitId: asHabitId('bbbbbbbbbbbbb'), name: 'Walk' });
    return buttons([item({ name }), other])[0]?.[0]?.[0];
  };
  const family = '👨‍👩‍👧‍👦';
  expect(doneFor('Read')).toBe('✅ Read');
  expect(doneFor(family.repeat(10))).toBe(`✅ ${family.repeat(8)}…`);
  expect(doneFor('abcdefg hijk')).toBe('✅ abcdefg…');
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

test('a snoozed habit says until when, and can still be done, skipped or put off', () => {
  const today = item({ snoozed: { at: '18:30', tomorrow: false }, goal: pages });
  expect(reminderCard('en', [today]).text).toBe('💤 Read\nGoal: at least 20 pages\nSnoozed until 18:30');
  expect(buttons([today])[0]?.map(([text]) => text)).toEqual(['✅ Done', '⏭ Skip', '💤 Later']);
  const tomorrow = item({
    habitId: asHabitId('bbbbbbbbbbbbb'),
    name: 'Walk',
    snoozed: { at: '07:00', tomorrow: true },
  });
  expect(reminderCard('en', [today, tomorrow]).text).toBe(
    '⏰ 2 habits to do\n\n💤 Read · until 18:30\n💤 Walk · until tomorrow, 07:00',
  );
  expect(reminderCard('ru', [tomorrow]).text).toBe('💤 Walk\nОтложено до завтра, 07:00');
  const done = item({ state: 'done', snoozed: { at: '18:30', tomorrow: false } });
  expect(reminderCard('en', [done]).text).toBe('✅ Read');
});

test('while one habit is put off, times stand in place of its buttons and the others keep theirs', () => {
  const asked = item({ waits: [{ minutes: 15 }, { minutes: 180 }, { at: '19:00' }] });
  const other = item({ habitId: asHabitId('bbbbbbbbbbbbb'), name: 'Walk', state: 'done' });
  expect(buttons([asked, other])).toEqual([
    [
      ['15 min', `wait:${habitId}:${on}:15m`],
      ['3 h', `wait:${habitId}:${on}:180m`],
      ['19:00', `wait:${habitId}:${on}:1900`],
    ],
    [['‹ Back', `show:${habitId}:${on}`]],
    [['↩️ Undo Walk', `undo:bbbbbbbbbbbbb:${on}`]],
  ]);
  expect(reminderCard('en', [asked, other]).text).toContain('When should I remind you about Read again?');
});

test('dates are told apart when a message has several', () => {
  const items = [item({ on: '2026-11-24' }), item()];
  expect(reminderCard('en', items).text).toBe('⏰ 2 habits to do\n\n▫️ Read · Nov 24\n▫️ Read');
});

test.each([1, 2, 10, 20, 30])('%i habits: after Done only the row of that one is another', (count) => {
  const ids = Array.from({ length: count }, (_, n) => `${'abcdefghijklmnopqrstuvwxyz234567'[n]}aaaaaaaaaaaa`);
  const open = ids.map((id, n) => item({ habitId: asHabitId(id), name: `Habit ${n}` }));
  const place = Math.floor(count / 2);
  const after = open.map((each, n) => (n === place ? { ...each, state: 'done' as const, streak: 2 } : each));
  const [before, now] = [buttons(open), buttons(after)];
  expect(before).toHaveLength(count);
  expect(before.flat().length).toBeLessThanOrEqual(100);
  const undo = count === 1 ? '↩️ Undo' : `↩️ Undo Habit ${place}`;
  expect(now).toEqual(before.with(place, [[undo, `undo:${ids[place]}:${on}`]]));
  const [linesBefore, linesNow] = [open, after].map((items) => reminderCard('en', items).text.split('\n'));
  const changed = linesNow?.filter((line, n) => line !== linesBefore?.[n]);
  expect(changed).toHaveLength(2); // the title, or the line under it, and its own
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
