import { expect, test } from 'vitest';
import { asHabitId } from '../../../../support/ids.ts';
import { NOW_MS, settled, TODAY, withHabit } from '../../conversation/fixture.ts';

const account = (type: string, data: object) => [{ to: 'account', command: { type, data } }];

test('on a Sunday, until Sunday is a week', () => {
  const conversation = settled(NOW_MS + 4 * 86_400_000);
  const shown = JSON.stringify(conversation.seen(conversation.tap({ tap: 'vacation' }))[0]?.reply_markup);
  expect(shown).toContain('away:2026-11-29:2026-12-06');
});

test('today tells what rests: habits, the person, the reminders', () => {
  const conversation = withHabit();
  const today = () => conversation.seen(conversation.say('/today'))[0]?.text;
  conversation.tap({ tap: 'away', from: TODAY, to: '2026-11-29' });
  expect(today()).toBe(
    '📅 Wednesday, November 25\n0 of 1 done\n\n▫️ Read\n\n🏝 On vacation through November 29. Whatever you do still counts.',
  );
  conversation.tap({ tap: 'pauseOpen', habitId: asHabitId(conversation.habitId) });
  conversation.tap({ tap: 'remindersOff' });
  conversation.tap({ tap: 'noVacation' });
  expect(today()).toBe(
    '📅 Wednesday, November 25\n\n🌿 Nothing planned for today. Enjoy it!\n\n⏸ Paused: Read\n🔕 Your reminders are off: /settings',
  );
});

test('a vacation breaks no streak', () => {
  const conversation = withHabit();
  for (const on of ['2026-11-20', '2026-11-21']) conversation.tap(`done:${conversation.habitId}:${on}`);
  conversation.tap({ tap: 'away', from: '2026-11-22', to: '2026-11-28' });
  const step = conversation.tap(`done:${conversation.habitId}:${TODAY}`);
  expect(conversation.seen(step)[0]?.text).toBe('✅ Read\n🔥 3 days in a row');
});

test('a habit made on vacation is first heard of after it', () => {
  const conversation = settled();
  conversation.tap({ tap: 'away', from: TODAY, to: '2026-12-08' });
  conversation.say('/new');
  conversation.say('Read');
  conversation.tap({ tap: 'often', how: 'daily' });
  const text = conversation.seen(conversation.tap({ tap: 'draftTime', at: '12:00' }))[0]?.text;
  expect(text).toContain('I’ll remind you after your vacation, from December 9.');
});

test('a check-in at 01:30 counts for yesterday when the day starts at 03:00', () => {
  const conversation = withHabit('yesNo', Date.parse('2026-11-26T00:30:00Z'));
  expect(conversation.person.today).toBe('2026-11-26');
  conversation.tap({ tap: 'dayStartsAt', at: '03:00' });
  expect(conversation.person.today).toBe(TODAY);
  expect(conversation.seen(conversation.say('/today'))[0]?.text).toContain('Wednesday, November 25');
  conversation.tap({ tap: 'dayDone', habitId: asHabitId(conversation.habitId), on: TODAY, page: 0 });
  expect(conversation.events.at(-1)).toEqual({ type: 'HabitCheckedIn', data: { on: TODAY, value: 1 } });
});

test('everything is paused until the person is back, and resumed with a tap', () => {
  const conversation = withHabit();
  const plan = conversation.seen(conversation.tap({ tap: 'vacation' }))[0];
  expect(JSON.stringify(plan?.reply_markup)).toContain(
    '"text":"⏸ Until I’m back","callback_data":"away:2026-11-25:2027-11-25"',
  );
  conversation.tap('away:2026-11-25:2027-11-25');
  expect(conversation.seen(conversation.say('/today'))[0]?.text).toContain('⏸ Paused until you’re back');
  const paused = conversation.tap({ tap: 'vacation' });
  expect(conversation.seen(paused)[0]?.text).toContain('I’ve paused everything until you’re back');
  expect(JSON.stringify(conversation.seen(paused)[0]?.reply_markup)).toContain('▶️ Resume everything');
  const resumed = conversation.tap({ tap: 'noVacation' });
  expect(resumed.toast).toEqual({ key: 'toast-no-vacation' });
  expect(conversation.seen(resumed)[0]?.text).toContain('No vacation planned');
});

test('a vacation that has not begun is cancelled without a welcome', () => {
  const conversation = settled();
  conversation.tap({ tap: 'away', from: '2026-12-01', to: '2026-12-14' });
  const step = conversation.tap({ tap: 'noVacation' });
  expect(step.toast).toEqual({ key: 'toast-vacation-cancelled' });
  expect(conversation.events.map(({ type }) => type)).toEqual(['VacationPlanned', 'VacationCancelled']);
});

test('a window for new reminders is theirs, in a new habit and on an old one', () => {
  const conversation = withHabit();
  conversation.tap({ tap: 'windowIs', minutes: 30 });
  const { habitId } = conversation;
  conversation.tap({ tap: 'remind', habitId, at: '12:00' });
  expect(conversation.events.at(-1)).toMatchObject({
    type: 'ReminderScheduled',
    data: { at: '12:00', windowMinutes: 30 },
  });
  conversation.tap({ tap: 'addReminder', habitId });
  conversation.say('half past seven');
  expect(conversation.events.at(-1)).toMatchObject({
    type: 'ReminderScheduled',
    data: { at: '07:30', windowMinutes: 30 },
  });
  expect(conversation.tap('windowIs:7').toast).toEqual({ key: 'toast-unknown' });
});

test('after midnight it is still the evening before, and the screen says so', () => {
  // Monday 00:30 in Berlin; the day starts at 04:00.
  const conversation = withHabit('yesNo', Date.parse('2026-11-29T23:30:00Z'));
  conversation.tap({ tap: 'dayStartsAt', at: '04:00' });
  const today = conversation.seen(conversation.say('/today'))[0]?.text;
  expect(today).toContain('Sunday, November 29');
  expect(today).toContain('until 04:00');
  conversation.tap({ tap: 'dayDone', habitId: conversation.habitId, on: '2026-11-29', page: 0 });
  expect(conversation.events.at(-1)).toMatchObject({ type: 'HabitCheckedIn', data: { on: '2026-11-29' } });
});

test('a vacation can be typed, is shown, and ends', () => {
  const conversation = settled();
  const asked = conversation.tap({ tap: 'vacation' });
  expect(asked.dialog).toEqual({ at: 'planningVacation' });
  expect(conversation.seen(asked)[0]?.reply_markup).toEqual({
    inline_keyboard: [
      [{ text: 'Until Sunday (Nov 29)', callback_data: `away:${TODAY}:2026-11-29` }],
      [
        { text: '1 week', callback_data: `away:${TODAY}:2026-12-01` },
        { text: '2 weeks', callback_data: `away:${TODAY}:2026-12-08` },
      ],
      [{ text: '⏸ Until I’m back', callback_data: `away:${TODAY}:2027-11-25` }],
      [{ text: '‹ Settings', callback_data: 'settings' }],
    ],
  });
  for (const [text, key] of [
    ['some day', 'vacation-unreadable'],
    ['14.12-1.12', 'refusal-WrongDates'],
  ] as const) {
    expect(conversation.say(text)).toEqual({
      dialog: { at: 'planningVacation' },
      commands: [],
      shows: [{ place: 'anew', screen: { screen: 'vacation' }, above: { key } }],
    });
  }
  expect(conversation.say('1.12-14.12')).toEqual({
    dialog: { at: 'idle' },
    commands: account('PlanVacation', { from: '2026-12-01', to: '2026-12-14', today: TODAY }),
    shows: [{ place: 'anew', screen: { screen: 'settings' }, above: { key: 'toast-vacation' } }],
  });
  expect(conversation.seen(conversation.tap({ tap: 'vacation' }))[0]).toEqual({
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
  conversation.say('2026-11-25 2026-12-14');
  const now = conversation.seen(conversation.tap({ tap: 'vacation' }))[0];
  expect(now?.text).toBe('🏝 You’re on vacation through December 14.');
  expect(JSON.stringify(now?.reply_markup)).toContain('End the vacation');
});

test('a reminder before the day starts says to which night it belongs', () => {
  const conversation = withHabit();
  const { habitId } = conversation;
  conversation.tap({ tap: 'dayStartsAt', at: '04:00' });
  conversation.tap({ tap: 'remind', habitId, at: '00:30' });
  conversation.tap({ tap: 'remindOn', habitId, at: '00:30', weekdays: [1] });
  const shown = () => conversation.seen(conversation.tap({ tap: 'reminder', habitId, at: '00:30' }))[0]?.text;
  expect(shown()).toContain(
    'Your day starts at 04:00, so 00:30 still belongs to the day before: “Mon” is the night from Mon to Tue.',
  );
  conversation.tap({ tap: 'language', locale: 'ru' });
  expect(shown()).toContain('«Пн» – это ночь на «Вт»');
  conversation.tap({ tap: 'dayStartsAt', at: '00:00' });
  expect(shown()).not.toContain('ночь');
});
