import { expect, test } from 'vitest';
import { asHabitId } from '../../../../support/ids.ts';
import { settled, withHabit } from '../../conversation/fixture.ts';

test('pause, resume, archive and restore: recorded once, the card drawn again', () => {
  const conversation = withHabit();
  const { habitId } = conversation;
  for (const tap of [
    'pauseOpen',
    'pauseOpen',
    'resume',
    'resume',
    'putAway',
    'putAway',
    'restore',
    'restore',
  ] as const) {
    const step = conversation.tap({ tap, habitId: asHabitId(habitId) });
    expect(step.shows).toEqual([{ place: 'here', screen: { screen: 'habit', habitId } }]);
  }
  expect(conversation.events.map(({ type }) => type)).toEqual([
    'HabitPaused',
    'HabitResumed',
    'HabitArchived',
    'HabitRestored',
  ]);
});

test('renaming, with a name that cannot be taken first', () => {
  const conversation = withHabit();
  const { habitId } = conversation;
  expect(conversation.tap({ tap: 'rename', habitId: asHabitId(habitId) })).toEqual({
    dialog: { at: 'renaming', habitId },
    commands: [],
    shows: [{ place: 'here', screen: { screen: 'rename', habitId } }],
  });
  expect(conversation.say('\u200b').shows[0]?.above).toEqual({
    key: 'name-empty',
    args: { most: 64, length: 0 },
  });
  expect(conversation.say('<b>Лес</b> *x*')).toEqual({
    dialog: { at: 'idle' },
    commands: [{ to: 'habit', habitId, command: { type: 'RenameHabit', data: { name: '<b>Лес</b> *x*' } } }],
    shows: [{ place: 'anew', screen: { screen: 'habit', habitId }, above: { key: 'renamed' } }],
  });
  const [card] = conversation.seen(conversation.tap({ tap: 'habit', habitId: asHabitId(habitId) }));
  expect(card?.text.split('\n')[0]).toBe('<b>Лес</b> *x*');
  expect(card?.entities).toEqual([{ type: 'bold', offset: 0, length: 14 }]);
});

test('reminders are added by words or by taps, given days, and removed', () => {
  const conversation = withHabit();
  const { habitId } = conversation;
  conversation.tap({ tap: 'addReminder', habitId: asHabitId(habitId) });
  expect(conversation.say('25:99').shows[0]?.above).toEqual({ key: 'time-unreadable' });
  expect(conversation.say('9pm').shows[0]).toEqual({
    place: 'anew',
    screen: { screen: 'reminders', habitId },
    above: { key: 'reminder-added', args: { at: '21:00' } },
  });
  conversation.tap({ tap: 'addReminder', habitId: asHabitId(habitId) });
  conversation.tap({ tap: 'remind', habitId: asHabitId(habitId), at: '12:00' });
  expect(conversation.dialog).toEqual({ at: 'idle' });
  conversation.tap({ tap: 'remindOn', habitId: asHabitId(habitId), at: '12:00', weekdays: [1, 2] });
  expect(
    conversation.tap({ tap: 'remindOn', habitId: asHabitId(habitId), at: '12:00', weekdays: [] }).toast,
  ).toEqual({
    key: 'toast-no-days',
  });
  conversation.tap({ tap: 'remindNot', habitId: asHabitId(habitId), at: '21:00' });
  conversation.tap({ tap: 'remindNot', habitId: asHabitId(habitId), at: '21:00' });
  const all = [1, 2, 3, 4, 5, 6, 7];
  expect(conversation.events).toEqual([
    { type: 'ReminderScheduled', data: { at: '21:00', weekdays: all } },
    { type: 'ReminderScheduled', data: { at: '12:00', weekdays: all } },
    { type: 'ReminderScheduled', data: { at: '12:00', weekdays: [1, 2] } },
    { type: 'ReminderUnscheduled', data: { at: '21:00' } },
  ]);
  const [gone] = conversation.seen(
    conversation.tap({ tap: 'reminder', habitId: asHabitId(habitId), at: '21:00' }),
  );
  expect(gone?.text).toBe('🤷 There’s no reminder at 21:00 any more.');
});

test('Cancel leads back to where the question came from', () => {
  const conversation = withHabit();
  const { habitId } = conversation;
  conversation.tap({ tap: 'rename', habitId: asHabitId(habitId) });
  expect(conversation.tap({ tap: 'cancel' }).shows[0]?.screen).toEqual({ screen: 'habit', habitId });
  conversation.tap({ tap: 'addReminder', habitId: asHabitId(habitId) });
  expect(conversation.tap({ tap: 'cancel' }).shows[0]?.screen).toEqual({ screen: 'reminders', habitId });
  conversation.tap({ tap: 'changeZone' });
  expect(conversation.tap({ tap: 'cancel' }).shows[0]?.screen).toEqual({ screen: 'settings' });
  expect(conversation.tap({ tap: 'cancel' }).toast).toEqual({ key: 'toast-stale' });
});

test('Cancel under an older message leaves what is asked now', () => {
  const conversation = withHabit();
  const { habitId } = conversation;
  const other = conversation.define({ name: 'Run', goal: { kind: 'yesNo' }, frequency: { kind: 'daily' } });
  conversation.tap({ tap: 'rename', habitId: other });
  const dialog = { at: 'renaming', habitId: other };
  for (const stale of [
    { tap: 'cancelOf', at: 'renaming', habitId },
    { tap: 'cancelOf', at: 'addingReminder', habitId: other },
    { tap: 'cancelQuestion', at: 'newHabit' },
  ] as const) {
    const step = conversation.tap(stale);
    expect([step.dialog, step.toast]).toEqual([dialog, { key: 'toast-stale' }]);
  }
  expect(conversation.tap({ tap: 'cancelOf', at: 'renaming', habitId: other }).dialog.at).toBe('idle');
});

test('a button ends the question about its own habit alone', () => {
  const conversation = withHabit();
  const { habitId } = conversation;
  const other = conversation.define({
    ...{ name: 'Run', goal: { kind: 'yesNo' }, frequency: { kind: 'daily' } },
    reminders: [{ at: '10:00', weekdays: [1, 2, 3, 4, 5, 6, 7] }],
  });
  conversation.tap({ tap: 'emoji', habitId });
  conversation.tap({ tap: 'emojiIs', habitId: other, emoji: '🏃' });
  expect(conversation.dialog).toEqual({ at: 'choosingEmoji', habitId });
  conversation.tap({ tap: 'emojiIs', habitId, emoji: '📚' });
  expect(conversation.dialog.at).toBe('idle');
  conversation.tap({ tap: 'moveReminder', habitId, at: '09:00' });
  conversation.tap({ tap: 'moveTo', habitId: other, at: '10:00', to: '11:00' });
  expect(conversation.dialog).toEqual({ at: 'movingReminder', habitId, from: '09:00' });
  conversation.tap({ tap: 'moveTo', habitId, at: '09:00', to: '12:00' });
  expect(conversation.dialog.at).toBe('idle');
});

test('the language changes at once', () => {
  const conversation = settled();
  const step = conversation.tap({ tap: 'language', locale: 'ru' });
  expect(step.toast).toEqual({ key: 'toast-language' });
  expect(conversation.seen(step)[0]?.text).toMatch(/^⚙️ Настройки\n\n🗣 Русский\n🌍 Часовой пояс: Берлин/);
});

test('a person who speaks to the bot has not blocked it', () => {
  const conversation = settled();
  Object.assign(conversation.person.account, { blocked: true });
  expect(conversation.say('/help').commands).toEqual([
    { to: 'account', command: { type: 'RecordUnblock', data: {} } },
  ]);
});

test.each(['/help', '/settings', '/habits', '/today', '/start', '/new', '/cancel'])(
  '%s never fails to be drawn',
  (command) => {
    for (const conversation of [settled(), withHabit(), withHabit('numeric')]) {
      for (const { text } of conversation.seen(conversation.say(command))) {
        expect(text.length).toBeGreaterThan(0);
        expect(text.length).toBeLessThanOrEqual(4096);
      }
    }
  },
);

test('words out of a dialog get a hint, and so do stickers', () => {
  const conversation = settled();
  expect(conversation.say('hello').shows[0]?.screen).toMatchObject({ phrase: { key: 'not-understood' } });
  expect(conversation.say('x'.repeat(4096)).shows[0]?.screen).toMatchObject({
    phrase: { key: 'not-understood' },
  });
  expect(conversation.input({ kind: 'attachment' }).shows[0]?.screen).toMatchObject({
    phrase: { key: 'only-text' },
  });
  expect(conversation.say('/frobnicate').shows[0]?.screen).toMatchObject({
    phrase: { key: 'unknown-command' },
  });
});
