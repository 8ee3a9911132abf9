import { expect, test } from 'vitest';
import type { CardItem, CardMode } from '#services/platform/messages/card-item.ts';
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
          { text: '✖️ Not today', callback_data: `no:${habitId}:${on}` },
        ],
        [
          { text: '⏭ Skip', callback_data: `skip:${habitId}:${on}` },
          { text: '💤 Later', callback_data: `later:${habitId}:${on}` },
          { text: '📝 Note', callback_data: `note:${habitId}:${on}` },
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
  [
    item({ state: 'done', value: 5, goal: { ...pages, direction: 'atMost', target: 2 } }),
    '🔸 Read\n5 pages, over the limit of 2',
  ],
  [
    item({
      ...{ state: 'done', value: 2, goal: { ...pages, direction: 'atMost', target: 2 } },
      times: { done: 2, wanted: 1, in: 'days', days: 7 },
    }),
    '✅ Read\n2 pages',
  ],
  [item({ value: 5, goal: pages }), '🔸 Read\n5 of 20 pages'],
  [item({ state: 'no', streak: 3 }), '✖️ Read\nNot today. That’s fine!'],
  [item({ state: 'no', value: 5, goal: pages }), '✖️ Read\nNot today. That’s fine!\n5 of 20 pages'],
  [
    item({ times: { done: 2, wanted: 3, in: 'week', days: 7 }, note: 'two\nlines' }),
    '⏰ Read\n2 of 3 this week\n📝 two\nlines',
  ],
  [item({ state: 'done', instead: 'skip' }), '✅ Read\nRead is already marked done for this day. Change it?'],
  [item({ state: 'skipped', streak: 3 }), '⏭ Read\nSkipped. Your streak is safe.'],
])('one habit, answered or not (%#)', (shown, text) => {
  expect(reminderCard('en', [shown]).text).toBe(text);
});

const walk = asHabitId('bbbbbbbbbbbbb');
const yoga = asHabitId('ccccccccccccc');
const several = [
  item({ state: 'done', streak: 4 }),
  item({ habitId: walk, name: 'Walk', goal: { ...pages, unit: 'steps' } }),
  item({ habitId: yoga, name: 'Yoga', state: 'skipped' }),
];

test('several habits: a button each, two in a row where names are short, and rows for all', () => {
  expect(reminderCard('en', several).text).toBe(
    '⏰ 1 habit to do\n\n✅ Read · 🔥 4\n▫️ Walk · at least 20 steps\n⏭ Yoga, skipped',
  );
  expect(buttons(several)).toEqual([
    [
      ['✅ Read', `open:${habitId}:${on}`],
      ['⬜ Walk', `open:${walk}:${on}`],
    ],
    [['⏭ Yoga', `open:${yoga}:${on}`]],
    [
      ['✅ Done all', 'card:doneAll'],
      ['💤 Later all', 'card:laterAll'],
    ],
    [
      ['⏭ Skip…', 'card:chooseSkip'],
      ['💤 Later…', 'card:chooseLater'],
    ],
  ]);
  const answered = several.slice(0, 1).concat(several.slice(2));
  expect(reminderCard('ru', answered).text).toMatch(/^🎉 Всё отмечено\n/);
  expect(buttons(answered)).toHaveLength(1);
});

test('a long name has a row of its own and is not cut', () => {
  const long = 'Read a chapter of that long book';
  const items = [item(), item({ habitId: walk, name: long }), item({ habitId: yoga, name: 'Yoga' })];
  expect(buttons(items).slice(0, 3)).toEqual([
    [['⬜ Read', `done:${habitId}:${on}`]],
    [[`⬜ ${long}`, `done:${walk}:${on}`]],
    [['⬜ Yoga', `done:${yoga}:${on}`]],
  ]);
});

test('one of several habits opens where it stands; each habit keeps a button, so that the message knows them', () => {
  const shown = several.map((each) => (each.name === 'Walk' ? { ...each, unfolded: true as const } : each));
  expect(buttons(shown)).toEqual([
    [['✅ Read', `open:${habitId}:${on}`]],
    [
      ['+2', `add:${walk}:${on}:2`],
      ['+10', `add:${walk}:${on}:10`],
      ['✅ 20', `amount:${walk}:${on}:20`],
    ],
    [
      ['✏️ Other amount', `other:${walk}:${on}`],
      ['✖️ Not today', `no:${walk}:${on}`],
    ],
    [
      ['⏭ Skip', `skip:${walk}:${on}`],
      ['💤 Later', `later:${walk}:${on}`],
      ['📝 Note', `note:${walk}:${on}`],
    ],
    [['‹ Back', `show:${walk}:${on}`]],
    [['⏭ Yoga', `open:${yoga}:${on}`]],
  ]);
});

test('to skip or put off one of them, the open ones are tapped for that; all of them have their own waits', () => {
  const rows = (mode: CardMode) =>
    reminderCard('en', several, { mode }).reply_markup.inline_keyboard.map((row) =>
      row.map((button) => 'callback_data' in button && button.callback_data),
    );
  const names = (action: string) => [
    [`open:${habitId}:${on}`, `${action}:${walk}:${on}`],
    [`open:${yoga}:${on}`],
    ['card:showAll'],
  ];
  expect(rows('skip')).toEqual(names('skip'));
  expect(rows('later')).toEqual(names('later'));
  expect(rows({ all: [{ minutes: 15 }, { at: '19:00' }] })).toEqual([
    ['card:waitAll:15m', 'card:waitAll:1900'],
    ...names('later'),
  ]);
  expect(reminderCard('en', several, { mode: 'skip' }).text).toMatch(/Which one should I skip\?$/);
});

test('while an amount is asked for, amounts stand in place of the other buttons', () => {
  const asked = item({ goal: pages, amounts: [10, 20] });
  expect(reminderCard('en', [asked]).text).toBe(
    '⏰ Read\nGoal: at least 20 pages\nHow many pages for Read? Tap an amount or type a number.',
  );
  expect(buttons([asked])).toEqual([
    [
      ['10', `amount:${habitId}:${on}:10`],
      ['20', `amount:${habitId}:${on}:20`],
    ],
    [['‹ Back', `show:${habitId}:${on}`]],
  ]);
});

test('an answered numeric habit can grow, and be changed', () => {
  expect(buttons([item({ state: 'done', value: 25, goal: pages })])).toEqual([
    [
      ['+2', `add:${habitId}:${on}:2`],
      ['✏️ Change', `other:${habitId}:${on}`],
    ],
    [
      ['↩️ Undo', `undo:${habitId}:${on}`],
      ['📝 Note', `note:${habitId}:${on}`],
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

test('a snoozed habit says until when, and can still be done, skipped or put off', () => {
  const today = item({ snoozed: { at: '18:30', tomorrow: false }, goal: pages });
  expect(reminderCard('en', [today]).text).toBe('💤 Read\nGoal: at least 20 pages\nSnoozed until 18:30');
  expect(
    buttons([today])
      .at(-1)
      ?.map(([text]) => text),
  ).toEqual(['⏭ Skip', '💤 Later', '📝 Note']);
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
    [['✅ Walk', `open:bbbbbbbbbbbbb:${on}`]],
  ]);
  expect(reminderCard('en', [asked, other]).text).toContain('When should I remind you about Read again?');
});

test('dates are told apart when a message has several', () => {
  const items = [item({ on: '2026-11-24' }), item()];
  expect(reminderCard('en', items).text).toBe('⏰ 2 habits to do\n\n▫️ Read · Nov 24\n▫️ Read');
});

test.each([2, 3, 10, 20, 30])('%i habits: after Done only the button of that one is another', (count) => {
  const ids = Array.from({ length: count }, (_, n) => `${'abcdefghijklmnopqrstuvwxyz234567'[n]}aaaaaaaaaaaa`);
  const open = ids.map((id, n) => item({ habitId: asHabitId(id), name: `Habit ${n}` }));
  const place = Math.floor(count / 2);
  const after = open.map((each, n) => (n === place ? { ...each, state: 'done' as const, streak: 2 } : each));
  const [before, now] = [buttons(open).flat(), buttons(after).flat()];
  expect(before).toHaveLength(count + 4);
  expect(now).toEqual(before.with(place, [`✅ Habit ${place}`, `open:${ids[place]}:${on}`]));
  const [linesBefore, linesNow] = [open, after].map((items) => reminderCard('en', items).text.split('\n'));
  const changed = linesNow?.filter((line, n) => line !== linesBefore?.[n]);
  expect(changed).toHaveLength(2); // the title, or the line under it, and its own
});
