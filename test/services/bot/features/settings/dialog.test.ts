import { expect, test } from 'vitest';
import type { Tap } from '#services/bot/conversation/taps.ts';
import { converse, settled, TODAY } from '../../conversation/fixture.ts';

const settings = { place: 'here', screen: { screen: 'settings' } };
const account = (type: string, data: object) => [{ to: 'account', command: { type, data } }];

const settingsText = (...changed: [string, string][]) => {
  const text =
    '⚙️ Settings\n\n🗣 English\n🌍 Timezone: Berlin, it’s 10:30 now (UTC+01:00)\n🕐 24-hour clock\n🌅 Your day starts at 00:00\n🌙 No quiet hours\n± New reminders: exactly on time\n🏝 No vacation planned';
  return changed.reduce((before, [from, to]) => before.replace(from, to), text);
};

test('the settings show everything with a button for each', () => {
  const conversation = settled();
  expect(conversation.seen(conversation.say('/settings'))[0]).toEqual({
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
          { text: '🕐 12-hour clock', callback_data: 'useClock:h12' },
        ],
        [
          { text: '🌅 Day start', callback_data: 'dayStart' },
          { text: '🌙 Quiet hours', callback_data: 'quiet' },
        ],
        [
          { text: '± New reminders', callback_data: 'window' },
          { text: '📬 Weekly digest', callback_data: 'digest' },
        ],
        [{ text: '🏝 Vacation, pause everything', callback_data: 'vacation' }],
        [{ text: '🔕 Turn off all reminders', callback_data: 'remindersOff' }],
        [
          { text: '📤 Export my data', callback_data: 'export' },
          { text: '🗑 Delete my data', callback_data: 'forgetMe' },
        ],
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
    { tap: 'useClock', clock: 'h12' },
    'ChangeClock',
    { clock: 'h12' },
    'clock-h12',
    undefined,
    [
      'it’s 10:30 now (UTC+01:00)\n🕐 24-hour clock\n🌅 Your day starts at 00:00',
      'it’s 10:30 AM now (UTC+01:00)\n🕐 12-hour clock\n🌅 Your day starts at 12:00 AM',
    ],
  ],
  [
    { tap: 'windowIs', minutes: 30 },
    'ChangeDefaultWindow',
    { windowMinutes: 30 },
    'settings-window',
    { minutes: 30 },
    ['exactly on time', 'within 30 min of their time'],
  ],
  [
    { tap: 'away', from: TODAY, to: '2027-11-25' },
    'PlanVacation',
    { from: TODAY, to: '2027-11-25', today: TODAY },
    'toast-paused-all',
    undefined,
    ['🏝 No vacation planned', '⏸ Paused until you’re back'],
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
  const conversation = settled();
  const step = conversation.tap(tap);
  const toast = args ? { key, args } : { key };
  expect(step).toEqual({ dialog: { at: 'idle' }, commands: account(type, data), shows: [settings], toast });
  expect(conversation.seen(step)[0]?.text).toBe(settingsText(changed));
  expect(conversation.events).toHaveLength(1);
  conversation.tap(tap);
  expect(conversation.events).toHaveLength(1);
});

test('each change is taken back', () => {
  const conversation = settled();
  for (const [tap] of changes) conversation.tap(tap);
  conversation.tap({ tap: 'dayStartsAt', at: '00:00' });
  conversation.tap({ tap: 'useClock', clock: 'h24' });
  conversation.tap({ tap: 'windowIs', minutes: 0 });
  expect(conversation.tap({ tap: 'noQuiet' })).toEqual({
    dialog: { at: 'idle' },
    commands: account('ChangeQuietHours', { quiet: null }),
    shows: [settings],
    toast: { key: 'toast-no-quiet' },
  });
  expect(conversation.tap({ tap: 'noVacation' }).commands).toEqual(
    account('CancelVacation', { today: TODAY }),
  );
  const last = conversation.tap({ tap: 'remindersOn' });
  expect(last.commands).toEqual(account('ContinueReminders', { today: TODAY }));
  expect(conversation.seen(last)[0]?.text).toBe(settingsText());
});

test('the day’s start is chosen among hours of the night', () => {
  const conversation = settled();
  conversation.tap({ tap: 'dayStartsAt', at: '03:00' });
  const step = conversation.tap({ tap: 'dayStart' });
  expect(step).toEqual({
    dialog: { at: 'idle' },
    commands: [],
    shows: [{ place: 'here', screen: { screen: 'dayStart' } }],
  });
  const labels = JSON.stringify(conversation.seen(step)[0]?.reply_markup).match(/(?<="text":")[^"]+/g);
  expect(labels).toEqual(['00:00', '01:00', '02:00', '✅ 03:00', '04:00', '05:00', '06:00', '‹ Settings']);
});

test('quiet hours can be typed', () => {
  const conversation = settled();
  expect(conversation.tap({ tap: 'quiet' })).toEqual({
    dialog: { at: 'settingQuietHours' },
    commands: [],
    shows: [{ place: 'here', screen: { screen: 'quietHours' } }],
  });
  expect(conversation.say('at night')).toEqual({
    dialog: { at: 'settingQuietHours' },
    commands: [],
    shows: [{ place: 'anew', screen: { screen: 'quietHours' }, above: { key: 'quiet-unreadable' } }],
  });
  const quiet = { from: '22:30', to: '07:15' };
  const step = conversation.say('22:30–07:15');
  expect(step).toEqual({
    dialog: { at: 'idle' },
    commands: account('ChangeQuietHours', { quiet }),
    shows: [{ place: 'anew', screen: { screen: 'settings' }, above: { key: 'toast-quiet', args: quiet } }],
  });
  const shown = conversation.seen(conversation.tap({ tap: 'quiet' }))[0];
  expect(shown?.text).toContain('🌙 Quiet from 22:30 to 07:15');
  expect(JSON.stringify(shown?.reply_markup)).toContain('noQuiet');
  expect(conversation.tap('settings', { messageId: 7, data: ['noQuiet'] }).dialog).toEqual({ at: 'idle' });
});

test('the question whether to go on is answered in place', () => {
  const conversation = settled();
  const stop = conversation.tap('stopReminders');
  expect(stop).toEqual({
    dialog: { at: 'idle' },
    commands: account('StopReminders', {}),
    shows: [{ place: 'here', screen: { screen: 'reminding' } }],
    toast: { key: 'toast-reminders-off' },
  });
  expect(conversation.seen(stop)[0]).toEqual({
    text: '🔕 All right, no more reminders. Your habits and streaks stay: /today',
    entities: [],
    reply_markup: {
      inline_keyboard: [[{ text: '🔔 Turn reminders on', callback_data: 'continueReminders' }]],
    },
  });
  const go = conversation.tap('continueReminders');
  expect(go.commands).toEqual(account('ContinueReminders', { today: TODAY }));
  expect(conversation.seen(go)[0]?.text).toBe('🔔 Good! I’ll keep reminding you.');
  expect(conversation.events).toEqual([
    { type: 'RemindersStopped', data: {} },
    { type: 'RemindersContinued', data: { on: TODAY } },
  ]);
});

test('buttons of the settings do nothing for who has no timezone yet but ask for it', () => {
  const conversation = converse();
  conversation.say('/start');
  for (const [tap] of changes) {
    expect(conversation.tap(tap).shows[0]?.screen).toEqual({ screen: 'askTimezone', why: 'needed' });
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
  const conversation = settled();
  expect(conversation.tap(data)).toEqual({
    dialog: { at: 'idle' },
    commands: [],
    shows: [],
    toast: { key: 'toast-unknown' },
  });
});

test('a well-formed button with impossible values is refused by the domain', () => {
  const conversation = settled();
  expect(() => conversation.tap('dayStartsAt:1200')).toThrow('WrongDayStart');
  expect(() => conversation.tap('quietHours:2200:2200')).toThrow('WrongHours');
  expect(() => conversation.tap('away:2026-11-20:2026-11-24')).toThrow('InThePast');
  expect(() => conversation.tap('away:2026-11-25:2029-11-24')).toThrow('VacationTooLong');
});
