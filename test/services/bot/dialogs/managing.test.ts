import { expect, test } from 'vitest';
import { asHabitId } from '../../../support/ids.ts';
import { settled, withHabit } from '../conversation.ts';

test('pause, resume, archive and restore: recorded once, the card drawn again', () => {
  const talk = withHabit();
  const { habitId } = talk;
  for (const tap of [
    'pause',
    'pause',
    'resume',
    'resume',
    'putAway',
    'putAway',
    'restore',
    'restore',
  ] as const) {
    const step = talk.tap({ tap, habitId: asHabitId(habitId) });
    expect(step.shows).toEqual([{ place: 'here', screen: { screen: 'habit', habitId } }]);
  }
  expect(talk.events.map(({ type }) => type)).toEqual([
    'HabitPaused',
    'HabitResumed',
    'HabitArchived',
    'HabitRestored',
  ]);
});

test('renaming, with a name that cannot be taken first', () => {
  const talk = withHabit();
  const { habitId } = talk;
  expect(talk.tap({ tap: 'rename', habitId: asHabitId(habitId) })).toEqual({
    dialog: { at: 'renaming', habitId },
    orders: [],
    shows: [{ place: 'here', screen: { screen: 'rename', habitId } }],
  });
  expect(talk.say('\u200b').shows[0]?.above).toEqual({ key: 'name-empty', args: { most: 64, length: 0 } });
  expect(talk.say('<b>Лес</b> *x*')).toEqual({
    dialog: { at: 'idle' },
    orders: [{ to: 'habit', habitId, command: { type: 'RenameHabit', data: { name: '<b>Лес</b> *x*' } } }],
    shows: [{ place: 'anew', screen: { screen: 'habit', habitId }, above: { key: 'renamed' } }],
  });
  const [card] = talk.seen(talk.tap({ tap: 'habit', habitId: asHabitId(habitId) }));
  expect(card?.text.split('\n')[0]).toBe('<b>Лес</b> *x*');
  expect(card?.entities).toEqual([{ type: 'bold', offset: 0, length: 14 }]);
});

test('reminders are added by words or by taps, given days, and removed', () => {
  const talk = withHabit();
  const { habitId } = talk;
  talk.tap({ tap: 'addReminder', habitId: asHabitId(habitId) });
  expect(talk.say('25:99').shows[0]?.above).toEqual({ key: 'time-unreadable' });
  expect(talk.say('9pm').shows[0]).toEqual({
    place: 'anew',
    screen: { screen: 'reminders', habitId },
    above: { key: 'reminder-added', args: { at: '21:00' } },
  });
  talk.tap({ tap: 'addReminder', habitId: asHabitId(habitId) });
  talk.tap({ tap: 'remind', habitId: asHabitId(habitId), at: '12:00' });
  expect(talk.dialog).toEqual({ at: 'idle' });
  talk.tap({ tap: 'remindOn', habitId: asHabitId(habitId), at: '12:00', weekdays: [1, 2] });
  expect(talk.tap({ tap: 'remindOn', habitId: asHabitId(habitId), at: '12:00', weekdays: [] }).toast).toEqual(
    {
      key: 'toast-no-days',
    },
  );
  talk.tap({ tap: 'remindNot', habitId: asHabitId(habitId), at: '21:00' });
  talk.tap({ tap: 'remindNot', habitId: asHabitId(habitId), at: '21:00' });
  const all = [1, 2, 3, 4, 5, 6, 7];
  expect(talk.events).toEqual([
    { type: 'ReminderScheduled', data: { at: '21:00', weekdays: all } },
    { type: 'ReminderScheduled', data: { at: '12:00', weekdays: all } },
    { type: 'ReminderScheduled', data: { at: '12:00', weekdays: [1, 2] } },
    { type: 'ReminderUnscheduled', data: { at: '21:00' } },
  ]);
  const [gone] = talk.seen(talk.tap({ tap: 'reminder', habitId: asHabitId(habitId), at: '21:00' }));
  expect(gone?.text).toBe('🤷 There is no reminder at 21:00 any more.');
});

test('Cancel leads back to where the question came from', () => {
  const talk = withHabit();
  const { habitId } = talk;
  talk.tap({ tap: 'rename', habitId: asHabitId(habitId) });
  expect(talk.tap({ tap: 'cancel' }).shows[0]?.screen).toEqual({ screen: 'habit', habitId });
  talk.tap({ tap: 'addReminder', habitId: asHabitId(habitId) });
  expect(talk.tap({ tap: 'cancel' }).shows[0]?.screen).toEqual({ screen: 'reminders', habitId });
  talk.tap({ tap: 'changeZone' });
  expect(talk.tap({ tap: 'cancel' }).shows[0]?.screen).toEqual({ screen: 'settings' });
  expect(talk.tap({ tap: 'cancel' }).toast).toEqual({ key: 'toast-stale' });
});

test('the language changes at once', () => {
  const talk = settled();
  const step = talk.tap({ tap: 'language', locale: 'ru' });
  expect(step.toast).toEqual({ key: 'toast-language' });
  expect(talk.seen(step)[0]?.text).toMatch(/^⚙️ Настройки\n\n🗣 Русский\n🌍 Europe\/Berlin/);
});

test('whoever speaks to us has not blocked us', () => {
  const talk = settled();
  Object.assign(talk.person.account, { blocked: true });
  expect(talk.say('/help').orders).toEqual([{ to: 'account', command: { type: 'RecordUnblock', data: {} } }]);
});

test.each(['/help', '/settings', '/habits', '/today', '/start', '/new', '/cancel'])(
  '%s never fails to be drawn',
  (command) => {
    for (const talk of [settled(), withHabit(), withHabit('numeric')]) {
      for (const { text } of talk.seen(talk.say(command))) {
        expect(text.length).toBeGreaterThan(0);
        expect(text.length).toBeLessThanOrEqual(4096);
      }
    }
  },
);

test('words out of a dialog get a hint, and so do stickers', () => {
  const talk = settled();
  expect(talk.say('hello').shows[0]?.screen).toMatchObject({ phrase: { key: 'not-understood' } });
  expect(talk.say('x'.repeat(4096)).shows[0]?.screen).toMatchObject({ phrase: { key: 'not-understood' } });
  expect(talk.input({ kind: 'attachment' }).shows[0]?.screen).toMatchObject({ phrase: { key: 'only-text' } });
  expect(talk.say('/frobnicate').shows[0]?.screen).toMatchObject({ phrase: { key: 'unknown-command' } });
});
