import { expect, test } from 'vitest';
import type { Tap } from '#services/bot/taps.ts';
import { asHabitId } from '../../../support/ids.ts';
import { converse, NOW_MS, settled, TODAY, withHabit } from '../conversation.ts';

const settings = { place: 'here', screen: { screen: 'settings' } };
const account = (type: string, data: object) => [{ to: 'account', command: { type, data } }];

const settingsText = (...changed: [string, string][]) => {
  const text =
    '⚙️ Settings\n\n🗣 English\n🌍 Europe/Berlin, it is 10:30 there now (UTC+01:00)\n🌅 Your day starts at 00:00\n🌙 No quiet hours\n🏝 No vacation planned';
  return changed.reduce((before, [from, to]) => before.replace(from, to), text);
};

test('the settings show everything with a button for each', () => {
  const talk = settled();
  expect(talk.seen(talk.say('/settings'))[0]).toEqual({
    text: settingsText(),
    entities: [{ type: 'bold', offset: 3, length: 8 }],
    reply_markup: {
      inline_keyboard: [
        [
          { text: '✅ English', callback_data: 'language:en' },
          { text: 'Русский', callback_data: 'language:ru' },
        ],
        [
          { text: '🌍 Timezone', callback_data: 'changeZone' },
          { text: '🌅 Day start', callback_data: 'dayStart' },
        ],
        [
          { text: '🌙 Quiet hours', callback_data: 'quiet' },
          { text: '🏝 Vacation', callback_data: 'vacation' },
        ],
        [{ text: '🔕 Stop all reminders', callback_data: 'remindersOff' }],
      ],
    },
  });
});

const changes: [Tap, string, object, string, object | undefined, [string, string]][] = [
  [
    { tap: 'dayStartsAt', at: '03:00' },
    'ChangeDayStart',
    { dayStartsAt: '03:00' },
    'toast-day-start',
    { at: '03:00' },
    ['starts at 00:00', 'starts at 03:00'],
  ],
  [
    { tap: 'quietHours', from: '22:00', to: '07:00' },
    'ChangeQuietHours',
    { quiet: { from: '22:00', to: '07:00' } },
    'toast-quiet',
    { from: '22:00', to: '07:00' },
    ['No quiet hours', 'Quiet from 22:00 to 07:00'],
  ],
  [
    { tap: 'away', from: TODAY, to: '2026-11-29' },
    'PlanVacation',
    { from: TODAY, to: '2026-11-29', today: TODAY },
    'toast-vacation',
    undefined,
    ['No vacation planned', 'Vacation: Nov 25 – Nov 29'],
  ],
  [
    { tap: 'remindersOff' },
    'StopReminders',
    {},
    'toast-reminders-off',
    undefined,
    ['planned', 'planned\n\n🔕 Reminders are off'],
  ],
];

test.each(changes)('%j is done once and seen in place', (tap, type, data, key, args, changed) => {
  const talk = settled();
  const step = talk.tap(tap);
  const toast = args ? { key, args } : { key };
  expect(step).toEqual({ dialog: { at: 'idle' }, orders: account(type, data), shows: [settings], toast });
  expect(talk.seen(step)[0]?.text).toBe(settingsText(changed));
  expect(talk.events).toHaveLength(1);
  talk.tap(tap);
  expect(talk.events).toHaveLength(1);
});

test('each change is taken back', () => {
  const talk = settled();
  for (const [tap] of changes) talk.tap(tap);
  talk.tap({ tap: 'dayStartsAt', at: '00:00' });
  expect(talk.tap({ tap: 'noQuiet' })).toEqual({
    dialog: { at: 'idle' },
    orders: account('ChangeQuietHours', { quiet: null }),
    shows: [settings],
    toast: { key: 'toast-no-quiet' },
  });
  expect(talk.tap({ tap: 'noVacation' }).orders).toEqual(account('CancelVacation', { today: TODAY }));
  const last = talk.tap({ tap: 'remindersOn' });
  expect(last.orders).toEqual(account('ContinueReminders', { today: TODAY }));
  expect(talk.seen(last)[0]?.text).toBe(settingsText());
});

test('the day’s start is chosen among hours of the night', () => {
  const talk = settled();
  talk.tap({ tap: 'dayStartsAt', at: '03:00' });
  const step = talk.tap({ tap: 'dayStart' });
  expect(step).toEqual({
    dialog: { at: 'idle' },
    orders: [],
    shows: [{ place: 'here', screen: { screen: 'dayStart' } }],
  });
  const labels = JSON.stringify(talk.seen(step)[0]?.reply_markup).match(/(?<="text":")[^"]+/g);
  expect(labels).toEqual(['00:00', '01:00', '02:00', '✅ 03:00', '04:00', '05:00', '06:00', '‹ Settings']);
});

test('a check-in at 01:30 counts for yesterday when the day starts at 03:00', () => {
  const talk = withHabit('yesNo', Date.parse('2026-11-26T00:30:00Z'));
  expect(talk.person.today).toBe('2026-11-26');
  talk.tap({ tap: 'dayStartsAt', at: '03:00' });
  expect(talk.person.today).toBe(TODAY);
  expect(talk.seen(talk.say('/today'))[0]?.text).toContain('Wednesday, November 25');
  talk.tap({ tap: 'dayDone', habitId: asHabitId(talk.habitId), on: TODAY, page: 0 });
  expect(talk.events.at(-1)).toEqual({ type: 'HabitCheckedIn', data: { on: TODAY, value: 1 } });
});

test('quiet hours can be typed', () => {
  const talk = settled();
  expect(talk.tap({ tap: 'quiet' })).toEqual({
    dialog: { at: 'settingQuietHours' },
    orders: [],
    shows: [{ place: 'here', screen: { screen: 'quietHours' } }],
  });
  expect(talk.say('at night')).toEqual({
    dialog: { at: 'settingQuietHours' },
    orders: [],
    shows: [{ place: 'anew', screen: { screen: 'quietHours' }, above: { key: 'quiet-unreadable' } }],
  });
  const quiet = { from: '22:30', to: '07:15' };
  const step = talk.say('22:30–07:15');
  expect(step).toEqual({
    dialog: { at: 'idle' },
    orders: account('ChangeQuietHours', { quiet }),
    shows: [{ place: 'anew', screen: { screen: 'settings' }, above: { key: 'toast-quiet', args: quiet } }],
  });
  const shown = talk.seen(talk.tap({ tap: 'quiet' }))[0];
  expect(shown?.text).toContain('🌙 Quiet from 22:30 to 07:15');
  expect(JSON.stringify(shown?.reply_markup)).toContain('noQuiet');
  expect(talk.tap({ tap: 'settings' }).dialog).toEqual({ at: 'idle' });
});

test('a vacation can be typed, is shown, and ends', () => {
  const talk = settled();
  const asked = talk.tap({ tap: 'vacation' });
  expect(asked.dialog).toEqual({ at: 'planningVacation' });
  expect(talk.seen(asked)[0]?.reply_markup).toEqual({
    inline_keyboard: [
      [{ text: 'Until Sunday (Nov 29)', callback_data: `away:${TODAY}:2026-11-29` }],
      [
        { text: '1 week', callback_data: `away:${TODAY}:2026-12-01` },
        { text: '2 weeks', callback_data: `away:${TODAY}:2026-12-08` },
      ],
      [{ text: '‹ Settings', callback_data: 'settings' }],
    ],
  });
  for (const [text, key] of [
    ['some day', 'vacation-unreadable'],
    ['14.12-1.12', 'refusal-WrongDates'],
  ] as const) {
    expect(talk.say(text)).toEqual({
      dialog: { at: 'planningVacation' },
      orders: [],
      shows: [{ place: 'anew', screen: { screen: 'vacation' }, above: { key } }],
    });
  }
  expect(talk.say('1.12-14.12')).toEqual({
    dialog: { at: 'idle' },
    orders: account('PlanVacation', { from: '2026-12-01', to: '2026-12-14', today: TODAY }),
    shows: [{ place: 'anew', screen: { screen: 'settings' }, above: { key: 'toast-vacation' } }],
  });
  expect(talk.seen(talk.tap({ tap: 'vacation' }))[0]).toEqual({
    text: '🏝 Your vacation: December 1 – December 14.',
    entities: [
      { type: 'bold', offset: 18, length: 10 },
      { type: 'bold', offset: 31, length: 11 },
    ],
    reply_markup: {
      inline_keyboard: [
        [{ text: '✖️ Cancel the vacation', callback_data: 'noVacation' }],
        [{ text: '‹ Settings', callback_data: 'settings' }],
      ],
    },
  });
  talk.say('2026-11-25 2026-12-14');
  const now = talk.seen(talk.tap({ tap: 'vacation' }))[0];
  expect(now?.text).toBe('🏝 You are on vacation. Its last day is December 14.');
  expect(JSON.stringify(now?.reply_markup)).toContain('End the vacation');
});

test('on a Sunday, until Sunday is a week', () => {
  const talk = settled(NOW_MS + 4 * 86_400_000);
  const shown = JSON.stringify(talk.seen(talk.tap({ tap: 'vacation' }))[0]?.reply_markup);
  expect(shown).toContain('away:2026-11-29:2026-12-06');
});

test('today tells what rests: habits, the person, the reminders', () => {
  const talk = withHabit();
  const today = () => talk.seen(talk.say('/today'))[0]?.text;
  talk.tap({ tap: 'away', from: TODAY, to: '2026-11-29' });
  expect(today()).toBe(
    '📅 Wednesday, November 25\n0 of 1 done\n\n▫️ Read\n\n🏝 On vacation, up to and including November 29. What you do counts all the same.',
  );
  talk.tap({ tap: 'pause', habitId: asHabitId(talk.habitId) });
  talk.tap({ tap: 'remindersOff' });
  talk.tap({ tap: 'noVacation' });
  expect(today()).toBe(
    '📅 Wednesday, November 25\n\n🌿 Nothing planned for today. Enjoy it!\n\n⏸ Paused: Read\n🔕 Your reminders are off: /settings',
  );
});

test('a vacation breaks no streak', () => {
  const talk = withHabit();
  for (const on of ['2026-11-20', '2026-11-21']) talk.tap(`done:${talk.habitId}:${on}`);
  talk.tap({ tap: 'away', from: '2026-11-22', to: '2026-11-28' });
  const step = talk.tap(`done:${talk.habitId}:${TODAY}`);
  expect(talk.seen(step)[0]?.text).toBe('✅ Read\n🔥 3 days in a row');
});

test('a habit made on vacation is first heard of after it', () => {
  const talk = settled();
  talk.tap({ tap: 'away', from: TODAY, to: '2026-12-08' });
  talk.say('/new');
  talk.say('Read');
  talk.tap({ tap: 'counted', as: 'yesNo' });
  talk.tap({ tap: 'often', how: 'daily' });
  talk.tap({ tap: 'draftTime', at: '12:00' });
  talk.tap({ tap: 'draftTimesReady' });
  const text = talk.seen(talk.tap({ tap: 'create' }))[0]?.text;
  expect(text).toContain('I will remind you after your vacation, from December 9 on.');
});

test('the question whether to go on is answered in place', () => {
  const talk = settled();
  const stop = talk.tap('stopReminders');
  expect(stop).toEqual({
    dialog: { at: 'idle' },
    orders: account('StopReminders', {}),
    shows: [{ place: 'here', screen: { screen: 'reminding' } }],
    toast: { key: 'toast-reminders-off' },
  });
  expect(talk.seen(stop)[0]).toEqual({
    text: '🔕 All right, no more reminders. Your habits and streaks stay: /today',
    entities: [],
    reply_markup: { inline_keyboard: [[{ text: '🔔 Remind me again', callback_data: 'continueReminders' }]] },
  });
  const go = talk.tap('continueReminders');
  expect(go.orders).toEqual(account('ContinueReminders', { today: TODAY }));
  expect(talk.seen(go)[0]?.text).toBe('🔔 Good! I go on reminding you.');
  expect(talk.events).toEqual([
    { type: 'RemindersStopped', data: {} },
    { type: 'RemindersContinued', data: { on: TODAY } },
  ]);
});

test('buttons of the settings do nothing for who has no timezone yet but ask for it', () => {
  const talk = converse();
  talk.say('/start');
  for (const [tap] of changes) {
    expect(talk.tap(tap).shows[0]?.screen).toEqual({ screen: 'askTimezone', why: 'needed' });
  }
});

test.each([
  'dayStartsAt:2500',
  'dayStartsAt:3',
  'quietHours:2200',
  'quietHours:2200:2460',
  'away:2026-11-25',
  'away:2026-11-25:2026-11-31',
  'away:x:y',
  'noVacation:1',
  'stopReminders:42',
  'remindWithin:aaaaaaaaaaaaa:0900:-5',
  'draftWithin:',
])('forged data %j is unknown', (data) => {
  const talk = settled();
  expect(talk.tap(data)).toEqual({
    dialog: { at: 'idle' },
    orders: [],
    shows: [],
    toast: { key: 'toast-unknown' },
  });
});

test('a well-formed button with impossible values is refused by the domain', () => {
  const talk = settled();
  expect(() => talk.tap('dayStartsAt:1200')).toThrow('WrongDayStart');
  expect(() => talk.tap('quietHours:2200:2200')).toThrow('WrongHours');
  expect(() => talk.tap('away:2026-11-20:2026-11-24')).toThrow('InThePast');
  expect(() => talk.tap('away:2026-11-25:2029-11-24')).toThrow('VacationTooLong');
});
