import { expect, test } from 'vitest';
import { asHabitId } from '../../../../support/ids.ts';
import { NOW_MS, settled, TODAY, withHabit } from '../../conversation/fixture.ts';

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
  conversation.tap({ tap: 'pause', habitId: asHabitId(conversation.habitId) });
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
